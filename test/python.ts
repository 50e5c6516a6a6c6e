import {execFile, execFileSync} from "node:child_process";
import {createServer} from "node:net";
import {promisify} from "node:util";
import type {TestContext} from "vitest";

/** An interpreter that can import PyTorch: the one that PYTHON names, python3, or Debian's; undefined where none can. */
export const python: string | undefined = [process.env.PYTHON, "python3", "/usr/bin/python3"].find((name) => {
  if (!name) return false;
  try {
    execFileSync(name, ["-c", "import torch"], {stdio: "ignore"});
    return true;
  } catch {
    return false;
  }
});

/** Leaves a test out, saying why, where there is no such interpreter. */
export function needsPytorch({skip}: Pick<TestContext, "skip">): void {
  if (!python) skip("No Python with PyTorch is installed here; PYTHON may name one.");
}

/** Runs Python and returns what it prints. Rejects with what it says on stderr where it fails. */
export async function runPython(args: string[], env: Record<string, string> = {}): Promise<string> {
  const {stdout} = await promisify(execFile)(python!, args, {
    // One thread: several processes share what the tests have.
    env: {...process.env, OMP_NUM_THREADS: "1", PYTHONDONTWRITEBYTECODE: "1", ...env}
  });
  return stdout;
}

/**
 * The same in several processes that know of each other, as torchrun starts them; torchrun itself, in Debian's PyTorch
 * 1.13, does not work with Debian's Python 3.11.
 */
export async function runProcesses(count: number, args: string[]): Promise<void> {
  const port = await freePort();
  await Promise.all(
    Array.from({length: count}, (_, rank) =>
      runPython(args, {
        ...{RANK: `${rank}`, LOCAL_RANK: `${rank}`, WORLD_SIZE: `${count}`},
        ...{MASTER_ADDR: "127.0.0.1", MASTER_PORT: `${port}`}
      })
    )
  );
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
