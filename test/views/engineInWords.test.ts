import {expect, it} from "vitest";
import {engineInWords} from "../../src/components/views/engineInWords.js";

it("says which engines need no graphics processor, and leaves an adapter its name", () => {
  expect(engineInWords("wasm")).toBe("a processor alone (WebAssembly)");
  expect(engineInWords("cpu")).toBe("a processor alone");
  expect(engineInWords("NVIDIA T4")).toBe("NVIDIA T4");
});
