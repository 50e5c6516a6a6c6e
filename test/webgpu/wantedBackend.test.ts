import {expect, it} from "vitest";
import {engineNamed} from "../../src/components/webgpu/wantedBackend.js";

it.each([
  ["WebGPU (apple, metal-3)", "webgpu"],
  ["webgpu (SwiftShader driver 5.0.0)", "webgpu"],
  ["WebGPU (nvidia), TensorFlow.js’s own operations", "webgpu-stock"],
  ["WebGL", "webgl"],
  ["WebAssembly", "wasm"],
  ["wasm", "wasm"],
  ["plain JavaScript", "cpu"],
  ["cpu", "cpu"],
  ["PyTorch", null],
  ["a webgpu", null],
  ["", null]
])("knows the engine in “%s”", (adapter, name) => {
  expect(engineNamed(adapter)).toBe(name);
});
