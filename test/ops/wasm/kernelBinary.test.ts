import {readFile} from "node:fs/promises";
import {expect, it} from "vitest";
import {compileKernels, kernelBinaryFile} from "../../../src/cli/compileKernels.js";

it("the committed kernels are what `npm run kernels` makes of their sources", async () => {
  expect(await readFile(kernelBinaryFile, "utf8")).toBe(await compileKernels());
});
