import {describe, expect, it} from "vitest";
import {kernelsAreOn} from "../../src/components/ops/webgpu/kernels.js";
import type {BackendName} from "../../src/components/webgpu/backends.js";
import {
  type AdapterDescription,
  chooseBackend,
  describeAdapter,
  type Machine
} from "../../src/components/webgpu/chooseBackend.js";
import {wantedAgain} from "../../src/components/webgpu/wantedBackend.js";
import {useBackend} from "../backends.js";

const gpu: AdapterDescription = {description: "apple, metal-3", isSoftware: false};
const software: AdapterDescription = {description: "google, swiftshader", isSoftware: true};

/** A machine on which the backends in `milliseconds` start and take that long; it notes what is running. */
function machine(adapter: AdapterDescription | null, milliseconds: Partial<Record<BackendName, number>>) {
  let current: BackendName | null = null;
  const started: BackendName[] = [];
  const asked: Machine = {
    webgpuAdapter: async () => adapter,
    async start(name) {
      current = null;
      if (milliseconds[name] === undefined) throw new Error(`The ${name} backend could not start.`);
      current = name;
      started.push(name);
    },
    async measure() {
      if (!current) throw new Error("Nothing is running.");
      return milliseconds[current]!;
    }
  };
  return {
    asked,
    started,
    get current() {
      return current;
    }
  };
}

describe("chooseBackend auto", () => {
  it.each([
    {
      situation: "a GPU with WebGPU",
      adapter: gpu,
      speeds: {webgpu: 1, webgl: 0.5, wasm: 0.1, cpu: 9},
      name: "webgpu",
      adapterText: "WebGPU (apple, metal-3)",
      reason: /GPU that WebGPU can use/
    },
    {
      situation: "a software adapter and slow WebGL",
      adapter: software,
      speeds: {webgpu: 1, webgl: 40, wasm: 10, cpu: 90},
      name: "wasm",
      adapterText: "WebAssembly",
      reason: /\(google, swiftshader\) is software.* measured 4\.0 times as fast as WebGL/
    },
    {
      situation: "a software adapter and no WebGL",
      adapter: software,
      speeds: {webgpu: 1, wasm: 10, cpu: 90},
      name: "wasm",
      adapterText: "WebAssembly",
      reason: /is software.* WebGL is not available/
    },
    {
      situation: "no WebGPU and fast WebGL",
      adapter: null,
      speeds: {webgl: 10, wasm: 25, cpu: 90},
      name: "webgl",
      adapterText: "WebGL",
      reason: /^This browser offers no WebGPU adapter.* 2\.5 times as fast as WebAssembly/
    },
    {
      situation: "no WebGPU and WebGL exactly as fast",
      adapter: null,
      speeds: {webgl: 25, wasm: 25, cpu: 90},
      name: "wasm",
      adapterText: "WebAssembly",
      reason: /1\.0 times/
    },
    {
      situation: "a GPU whose WebGPU does not start",
      adapter: gpu,
      speeds: {webgl: 10, wasm: 25, cpu: 90},
      name: "webgl",
      adapterText: "WebGL",
      reason: /^The WebGPU adapter \(apple, metal-3\) did not start/
    },
    {
      situation: "only WebGL",
      adapter: null,
      speeds: {webgl: 10, cpu: 90},
      name: "webgl",
      adapterText: "WebGL",
      reason: /WebAssembly did not start/
    },
    {
      situation: "nothing but JavaScript",
      adapter: null,
      speeds: {cpu: 90},
      name: "cpu",
      adapterText: "plain JavaScript",
      reason: /neither WebGL nor WebAssembly started\. Training will be slow/
    }
  ])("takes $name on a machine with $situation", async ({adapter, speeds, name, adapterText, reason}) => {
    const place = machine(adapter, speeds);
    const choice = await chooseBackend("auto", place.asked);
    expect(choice).toMatchObject({name, adapter: adapterText});
    expect(choice.reason).toMatch(reason);
    expect(choice.reason).toMatch(/\.$/);
    expect(place.current).toBe(name);
  });

  it("never starts a software adapter", async () => {
    const place = machine(software, {webgpu: 1, webgl: 40, wasm: 10, cpu: 90});
    await chooseBackend("auto", place.asked);
    expect(place.started).not.toContain("webgpu");
  });

  it("tries nothing else where WebGPU starts on a GPU", async () => {
    const place = machine(gpu, {webgpu: 1, webgl: 1, wasm: 1, cpu: 1});
    await chooseBackend("auto", place.asked);
    expect(place.started).toEqual(["webgpu"]);
  });

  it("counts a backend that starts but fails to compute as unavailable", async () => {
    const place = machine(null, {webgl: 1, wasm: 25, cpu: 90});
    const {measure} = place.asked;
    place.asked.measure = async () => {
      if (place.current === "webgl") throw new Error("16-bit floats");
      return measure();
    };
    const choice = await chooseBackend("auto", place.asked);
    expect(choice.name).toBe("wasm");
    expect(choice.reason).toMatch(/WebGL is not available/);
    expect(place.current).toBe("wasm");
  });

  it("rejects when not even JavaScript runs", async () => {
    await expect(chooseBackend("auto", machine(null, {}).asked)).rejects.toThrow(/cpu backend could not/);
  });

  it("finds a backend when asking for an adapter fails", async () => {
    const place = machine(null, {wasm: 25, cpu: 90});
    place.asked.webgpuAdapter = () => Promise.reject(new Error("The GPU process is gone."));
    await expect(chooseBackend("auto", place.asked)).resolves.toMatchObject({name: "wasm"});
  });
});

describe("chooseBackend by name", () => {
  it.each(["webgpu", "webgl", "wasm", "cpu"] as const)("starts %s alone", async (name) => {
    const place = machine(software, {webgpu: 1, webgl: 1, wasm: 1, cpu: 1});
    expect(await chooseBackend(name, place.asked)).toMatchObject({name, reason: "You chose it."});
    expect(place.started).toEqual([name]);
  });

  it("names the adapter of WebGPU, software too", async () => {
    const {adapter} = await chooseBackend("webgpu", machine(software, {webgpu: 1}).asked);
    expect(adapter).toBe("WebGPU (google, swiftshader)");
  });

  it("throws where the one asked for does not start, and tries no other", async () => {
    const place = machine(gpu, {wasm: 1, cpu: 1});
    await expect(chooseBackend("webgpu", place.asked)).rejects.toThrow(/webgpu backend could not start/);
    expect(place.started).toEqual([]);
  });
});

describe("TensorFlow.js’s own operations on WebGPU", () => {
  it("are WebGPU with our kernels off, until another engine is chosen", async () => {
    const place = machine(gpu, {webgpu: 1, wasm: 1});
    await useBackend("webgpu");
    const choice = await chooseBackend("webgpu-stock", place.asked);
    expect(choice).toEqual({
      name: "webgpu",
      adapter: "WebGPU (apple, metal-3), TensorFlow.js’s own operations",
      reason: "You chose it.",
      isStock: true
    });
    expect(place.started).toEqual(["webgpu"]);
    expect(kernelsAreOn()).toBe(false);
    expect(wantedAgain(choice)).toBe("webgpu-stock");
    const again = await chooseBackend("webgpu", place.asked);
    expect(kernelsAreOn()).toBe(true);
    expect(wantedAgain(again)).toBe("webgpu");
  });

  it("leave our kernels on where WebGPU does not start", async () => {
    await useBackend("webgpu");
    await expect(chooseBackend("webgpu-stock", machine(null, {wasm: 1}).asked)).rejects.toThrow(
      /webgpu backend could not start/
    );
    expect(kernelsAreOn()).toBe(true);
  });
});

describe("describeAdapter", () => {
  const info = (facts: Partial<GPUAdapterInfo>) =>
    ({vendor: "", architecture: "", device: "", description: "", ...facts}) as GPUAdapterInfo;

  it.each([
    [{vendor: "apple", architecture: "metal-3"}, "apple, metal-3", false],
    [{vendor: "google", architecture: "swiftshader"}, "google, swiftshader", true],
    [{description: "SwiftShader Device (LLVM 16.0.0)"}, "SwiftShader Device (LLVM 16.0.0)", true],
    [
      {vendor: "mesa", description: "llvmpipe (LLVM 19.1.7, 256 bits)"},
      "mesa, llvmpipe (LLVM 19.1.7, 256 bits)",
      true
    ],
    [{description: "Microsoft Basic Render Driver"}, "Microsoft Basic Render Driver", true],
    [{vendor: "intel", architecture: "gen-12lp", isFallbackAdapter: true}, "intel, gen-12lp", true],
    [{vendor: "nvidia", architecture: "ampere", description: "nvidia"}, "nvidia, ampere", false],
    [{}, "unnamed adapter", false]
  ])("%o", (facts, description, isSoftware) => {
    expect(describeAdapter(info(facts))).toEqual({description, isSoftware});
  });
});
