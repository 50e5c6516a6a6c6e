import {readFile} from "node:fs/promises";
import {expect, it} from "vitest";
import {compileKernels, kernelBinaryFile} from "../../../src/cli/compileKernels.js";
import {kernelBinary} from "../../../src/components/ops/wasm/kernelBinary.js";

it("the committed kernels are what `npm run kernels` makes of their sources", async () => {
  expect(await readFile(kernelBinaryFile, "utf8")).toBe(await compileKernels());
});

it("they are small enough for Chromium to compile at once, on any thread", () => {
  expect(atob(kernelBinary).length).toBeLessThan(4096);
});
