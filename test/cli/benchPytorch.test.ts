import {execFileSync} from "node:child_process";
import {describe, expect, it} from "vitest";
import {timePytorch} from "../../src/cli/bench/pytorch.js";

const sizes = {nLayer: 1, nHead: 2, nEmbd: 8, nInner: 16, blockSize: 4, vocabSize: 8, batchSize: 2};

/** Debian's, where it is installed. */
const withPytorch = ["/usr/bin/python3", "python3"].find((python) => {
  try {
    execFileSync(python, ["-c", "import torch"], {stdio: "ignore"});
    return true;
  } catch {
    return false;
  }
});

describe("PyTorch's side of the comparison", () => {
  it("says what is missing, and what to do", async () => {
    await expect(timePytorch(sizes, "no-such-python")).rejects.toThrow(
      /PyTorch was not measured: no-such-python says .*Name an interpreter that has PyTorch with --python/
    );
    await expect(timePytorch(sizes, process.execPath)).rejects.toThrow("PyTorch was not measured");
  });

  it.runIf(withPytorch)("times a step of any sizes", async () => {
    const [eager] = await timePytorch(sizes, withPytorch!);
    expect(eager!.variant).toBe("eager");
    const {median, min, max} = eager!.msPerStep;
    expect(min).toBeGreaterThan(0);
    expect(median).toBeGreaterThanOrEqual(min);
    expect(max).toBeGreaterThanOrEqual(median);
    expect(eager!.tokensPerSecond).toBeCloseTo((1000 * 8) / median, 3);
  });
});
