import {readFile} from "node:fs/promises";
import {createRequire} from "node:module";
import * as tf from "@tensorflow/tfjs-core";
import {beforeAll, describe, expect, it, vi} from "vitest";
import {kernelsOn, type WasmBackend} from "../../../src/components/ops/wasm/kernels.js";
import {useBackend} from "../../backends.js";

beforeAll(() => useBackend("wasm"));

describe("what our kernels need of tfjs-backend-wasm", () => {
  const backend = () => tf.backend() as WasmBackend & {wasm: {HEAPU8: Uint8Array}};

  it("wasm.asm.memory is the memory it works on, before and after it grows", () => {
    const {wasm} = backend();
    expect(wasm.asm.memory).toBeInstanceOf(WebAssembly.Memory);
    expect(wasm.asm.memory!.buffer).toBe(wasm.HEAPU8.buffer);
    const before = wasm.HEAPU8.length;
    tf.zeros([before / 4]).dispose();
    expect(wasm.HEAPU8.length).toBeGreaterThan(before);
    expect(wasm.asm.memory!.buffer).toBe(wasm.HEAPU8.buffer);
  });

  it("getMemoryOffset is where a tensor's values begin", () => {
    const x = tf.tensor1d([3, 1, 4, 1, 5]);
    const {wasm, getMemoryOffset} = backend();
    const offset = getMemoryOffset.call(tf.backend(), x.dataId);
    expect([...new Float32Array(wasm.HEAPU8.buffer, offset, 5)]).toEqual([3, 1, 4, 1, 5]);
    x.dispose();
  });

  it("makeOutput and disposeData give a place and take it back", () => {
    const count = backend().numDataIds();
    const {dataId, shape, dtype} = backend().makeOutput([2, 3], "float32");
    expect([shape, dtype]).toEqual([[2, 3], "float32"]);
    expect(backend().getMemoryOffset(dataId)).toBeGreaterThan(0);
    expect(backend().numDataIds()).toBe(count + 1);
    expect(backend().disposeData(dataId)).toBe(true);
    expect(backend().numDataIds()).toBe(count);
  });

  it("holds in the build that browsers load, too, whose names are shortened", async () => {
    const build = "@tensorflow/tfjs-backend-wasm/dist/tf-backend-wasm.fesm.min.js";
    const text = await readFile(createRequire(import.meta.url).resolve(build), "utf8");
    // Emscripten's module without threads takes its memory from the exports that it publishes as `asm`.
    expect(text).toMatch(/(\w)\.asm=\w,.{0,9}\1\.asm\.memory\)/);
    expect(text).toMatch(/\bgetMemoryOffset\(/);
    expect(text).toMatch(/\bmakeOutput\(/);
    expect(text).toMatch(/\bdisposeData\(/);
  });
});

describe("kernelsOn", () => {
  const backendWith = (memory?: WebAssembly.Memory) =>
    ({wasm: {asm: memory ? {memory} : {}}}) as unknown as tf.KernelBackend;

  it("starts once on each backend", () => {
    expect(kernelsOn(tf.backend())).not.toBeNull();
    expect(kernelsOn(tf.backend())).toBe(kernelsOn(tf.backend()));
    expect(kernelsOn(backendWith(new WebAssembly.Memory({initial: 1})))).not.toBe(kernelsOn(tf.backend()));
  });

  it("is null on memory that threads share, which Emscripten does not show", () => {
    expect(kernelsOn(backendWith())).toBeNull();
  });

  it("is null where the engine does not compile so much at once on this thread", () => {
    vi.stubGlobal("WebAssembly", {
      ...Object.fromEntries(["Instance", "Memory"].map((name) => [name, Reflect.get(WebAssembly, name)])),
      validate: () => true,
      Module: class {
        constructor() {
          throw new RangeError("WebAssembly.Compile is disallowed on the main thread");
        }
      }
    });
    expect(kernelsOn(backendWith(new WebAssembly.Memory({initial: 1})))).toBeNull();
    vi.unstubAllGlobals();
  });

  it("is null where the engine has no SIMD", () => {
    const validate = vi.spyOn(WebAssembly, "validate").mockReturnValue(false);
    expect(kernelsOn(backendWith(new WebAssembly.Memory({initial: 1})))).toBeNull();
    validate.mockRestore();
  });
});
