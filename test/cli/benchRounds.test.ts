import {describe, expect, it} from "vitest";
import {countCommands} from "../../src/cli/bench/countCommands.js";
import {choiceOption, countOption} from "../../src/cli/bench/options.js";
import {inTurns, stepsOfTurn, timeSteps} from "../../src/cli/bench/rounds.js";
import {spread} from "../../src/cli/bench/spread.js";
import {startNodeWebgpu} from "../../src/cli/nodeWebgpu.js";

describe("turns", () => {
  it("are taken by all in each round, beginning with another each time", async () => {
    const order: string[] = [];
    const take = (name: string) => async () => order.push(name);
    expect(await inTurns([take("a"), take("b"), take("c")], 2)).toEqual([
      [1, 6],
      [2, 4],
      [3, 5]
    ]);
    expect(order).toEqual(["a", "b", "c", "b", "c", "a"]);
  });

  it("are of as many steps as take long enough", () => {
    expect([0.1, 10, 399, 5000].map(stepsOfTurn)).toEqual([400, 40, 2, 1]);
  });

  it("keep some steps in flight, have the last read, and pass on what fails", async () => {
    const waiting: (() => void)[] = [];
    let most = 0;
    const running = {
      inFlight: 3,
      step: () =>
        new Promise<void>((resolve) => {
          waiting.push(resolve);
          most = Math.max(most, waiting.length);
          // The first waits until others are there, as losses do that are read together.
          if (waiting.length === 3) waiting.shift()!();
        }),
      flush: () => waiting.splice(0).forEach((resolve) => void resolve()),
      dispose() {}
    };
    const {ms, cpuMs} = await timeSteps(running, 10);
    expect(most).toBe(3);
    expect(ms).toBeGreaterThan(0);
    expect(cpuMs).toBeGreaterThanOrEqual(0);
    const failing = {step: async () => Promise.reject(new Error("lost")), dispose() {}};
    await expect(timeSteps(failing, 10)).rejects.toThrow("lost");
  });
});

describe("spread", () => {
  it("is told by the median, the 95th percentile and the extremes", () => {
    expect(spread([5, 1, 4, 2, 3])).toEqual({min: 1, median: 3, p95: 5, max: 5});
    expect(spread([2, 1])).toEqual({min: 1, median: 1.5, p95: 2, max: 2});
    expect(() => spread([])).toThrow("no spread of no numbers");
  });
});

describe("options", () => {
  it("are read or refused with what is allowed", () => {
    expect(countOption("batch", undefined)).toBeUndefined();
    expect(countOption("batch", "12")).toBe(12);
    for (const text of ["", "0", "1.5", "x"])
      expect(() => countOption("batch", text)).toThrow(
        `--batch is “${text}”; it must be a whole number from 1.`
      );
    expect(choiceOption("adapter", "null", ["auto", "null"])).toBe("null");
    expect(() => choiceOption("adapter", "gpu", ["auto", "null"])).toThrow(
      "--adapter is “gpu”; it must be one of auto, null."
    );
  });
});

it("counts what is asked of WebGPU until it is stopped", async () => {
  const {adapter} = await startNodeWebgpu(["backend=null"]);
  const device = await adapter.requestDevice();
  const counter = countCommands();
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST;
  const [kept, gone] = [device.createBuffer({size: 64, usage}), device.createBuffer({size: 256, usage})];
  expect(counter.bytes()).toBe(320);
  gone.destroy();
  gone.destroy();
  expect(counter.bytes()).toBe(64);
  const module = device.createShaderModule({
    code: "@group(0) @binding(0) var<storage, read_write> x: array<f32>; @compute @workgroup_size(1) fn main() { x[0] = 1.0; }"
  });
  const pipeline = device.createComputePipeline({layout: "auto", compute: {module}});
  const layout = pipeline.getBindGroupLayout(0);
  const use = () => {
    const group = device.createBindGroup({layout, entries: [{binding: 0, resource: {buffer: kept}}]});
    device.queue.writeBuffer(kept, 0, new Float32Array(4));
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, group);
    pass.dispatchWorkgroups(1);
    pass.dispatchWorkgroups(1);
    pass.end();
    device.queue.submit([encoder.finish()]);
  };
  counter.reset();
  use();
  const once = {dispatches: 2, submits: 1, bindGroups: 1, buffers: 0, writes: 1};
  expect(counter.counts()).toEqual(once);
  counter.stop();
  use();
  expect(counter.counts()).toEqual(once);
});
