import {readFile} from "node:fs/promises";
import {expect, it} from "vitest";
import {compileKernels, kernelBinaryFile} from "../../../src/cli/compileKernels.js";
import {kernelBinary} from "../../../src/components/ops/wasm/kernelBinary.js";

it("the committed kernels are what `npm run kernels` makes of their sources", async () => {
  expect(await readFile(kernelBinaryFile, "utf8")).toBe(await compileKernels());
});

it("they are small: every reader loads them with the operations", () => {
  expect(atob(kernelBinary).length).toBeLessThan(16_384);
});

it("they hold no data of their own: it would lie over tfjs's", () => {
  const binary = Uint8Array.from(atob(kernelBinary), (character) => character.charCodeAt(0));
  const DATA_SECTION = 11;
  expect(sections(binary)).not.toContain(DATA_SECTION);
});

/** The numbers of the sections of a WebAssembly module: each is one byte, a length in LEB128, and as many bytes. */
function sections(binary: Uint8Array): number[] {
  const numbers: number[] = [];
  for (let at = 8; at < binary.length; ) {
    numbers.push(binary[at++]!);
    let length = 0;
    let shift = 0;
    let byte: number;
    do {
      byte = binary[at++]!;
      length |= (byte & 0x7f) << shift;
      shift += 7;
    } while (byte & 0x80);
    at += length;
  }
  return numbers;
}
