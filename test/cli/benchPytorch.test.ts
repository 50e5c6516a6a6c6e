import {expect, it} from "vitest";
import {timePytorch} from "../../src/cli/bench/pytorch.js";

const sizes = {nLayer: 1, nHead: 2, nEmbd: 8, nInner: 16, blockSize: 4, vocabSize: 8, batchSize: 2};

it("PyTorch's side of the comparison says what is missing, and what to do", async () => {
  await expect(timePytorch(sizes, "no-such-python")).rejects.toThrow(
    /PyTorch was not measured: no-such-python says .*Name an interpreter that has PyTorch with --python/
  );
  await expect(timePytorch(sizes, process.execPath)).rejects.toThrow("PyTorch was not measured");
});
