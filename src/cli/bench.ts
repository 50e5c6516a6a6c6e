/**
 * npm run bench: how fast the project is, on the machine that asks.
 *
 *   npm run bench -- SUITE [--json] [the suite's own options]
 *
 * With --json each measurement is one JSON object on a line of its own. Absolute times mean little on another
 * machine: a suite measures its own yardstick in the same run and gives ratios to it.
 */
import {spawn} from "node:child_process";
import {loadavg} from "node:os";
import {parseArgs} from "node:util";
import {messageOf} from "../components/errorMessage.js";
import type {Suite} from "./bench/suite.js";
import {findNodeWebgpu} from "./nodeWebgpu.js";

/** Every suite by name; one is loaded only when it is asked for. */
const suites: Record<string, () => Promise<Suite>> = {
  pages: async () => (await import("./bench/pages.js")).pages,
  training: async () => (await import("./bench/training.js")).training,
  step: async () => (await import("./bench/step.js")).step,
  kernels: async () => (await import("./bench/kernels.js")).kernels,
  profile: async () => (await import("./bench/profile.js")).profile,
  precision: async () => (await import("./bench/precision.js")).precision,
  decode: async () => (await import("./bench/decode.js")).decode,
  onnx: async () => (await import("./bench/onnx.js")).onnx,
  tokenizer: async () => (await import("./bench/tokenizer.js")).tokenizer,
  gpu: async () => (await import("./bench/gpu.js")).gpu,
  build: async () => (await import("./bench/build.js")).build
};

const common = {json: {type: "boolean", default: false}, help: {type: "boolean", default: false}} as const;

async function usage(): Promise<string> {
  const lines = ["npm run bench -- SUITE [--json] [options]"];
  for (const [name, open] of Object.entries(suites)) {
    const {summary, help} = await open();
    lines.push("", `${name}: ${summary}`);
    for (const [option, text] of Object.entries(help)) lines.push(`  --${option}  ${text}`);
  }
  return lines.join("\n");
}

async function main([name, ...rest]: string[]): Promise<number> {
  const open = Object.hasOwn(suites, name ?? "") ? suites[name!] : undefined;
  if (!open) {
    console.log(await usage());
    return name === undefined || name === "--help" ? 0 : 1;
  }
  const suite = await open();
  const {values} = parseArgs({args: rest, options: {...common, ...suite.options}});
  if (values.help) {
    console.log(await usage());
    return 0;
  }
  if (suite.needsAdapter?.(values)) {
    const {env} = await findNodeWebgpu();
    // A Vulkan driver is found as a process starts.
    if (Object.keys(env).length > 0) return runAgain(env);
  }
  if (!values.json)
    console.log(
      `Load of the last minute as it began: ${loadavg()[0]!.toFixed(1)} (measure when it is below the cores).`
    );
  await suite.run(values, (row, line) =>
    console.log(values.json ? JSON.stringify({suite: name, ...row}) : line)
  );
  return 0;
}

/** This very command in a process with these variables; resolves to its exit code. */
function runAgain(env: Record<string, string>): Promise<number> {
  const child = spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
    stdio: "inherit",
    env: {...process.env, ...env}
  });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}
