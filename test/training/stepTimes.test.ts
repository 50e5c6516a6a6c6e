import {expect, it} from "vitest";
import {stepTimes} from "../../src/components/training/stepTimes.js";

/** Steps that keep the processor busy for some ms and come back, when flushed, after some more. */
function fakeSteps(issuing: number, computing: number) {
  const waiting: (() => void)[] = [];
  let issued = 0;
  return {
    issued: () => issued,
    steps: {
      issue() {
        issued += 1;
        const start = performance.now();
        while (performance.now() - start < issuing);
        return new Promise<void>((resolve) => waiting.push(resolve));
      },
      flush() {
        setTimeout(() => {
          for (const resolve of waiting.splice(0)) resolve();
        }, computing);
      }
    }
  };
}

it("tells what a step costs the processor from what it takes in all", async () => {
  const {steps, issued} = fakeSteps(4, 80);
  const heard: number[] = [];
  const times = await stepTimes(steps, {onProgress: (done) => heard.push(done)});
  // Two steps to begin with, then one a round.
  expect(issued() - 2).toBe(heard.at(-1));
  expect(heard.length).toBeGreaterThan(5);
  expect(times.cpuMilliseconds).toBeGreaterThanOrEqual(4);
  expect(times.cpuMilliseconds).toBeLessThan(times.milliseconds!);
  expect(times.milliseconds).toBeGreaterThanOrEqual(80);
});

it("takes many quick steps together, and tells no time of a device that computes nothing", async () => {
  const {steps, issued} = fakeSteps(0.1, 1);
  const {cpuMilliseconds, milliseconds} = await stepTimes(steps, {isTimed: false});
  expect(issued()).toBeGreaterThan(2 + 15 * 4);
  expect(cpuMilliseconds).toBeGreaterThanOrEqual(0.1);
  expect(milliseconds).toBeNull();
});

it("ends between rounds when asked to", async () => {
  const {steps} = fakeSteps(0, 1);
  const stopping = new AbortController();
  const times = stepTimes(steps, {signal: stopping.signal, onProgress: () => stopping.abort()});
  await expect(times).rejects.toThrow(/abort/);
});
