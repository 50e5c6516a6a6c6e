import {expect, it} from "vitest";
import {ProfileClient, type ProfileWorker} from "../../src/components/profiling/client.js";
import type {ProfileReport} from "../../src/components/profiling/protocol.js";

class FakeWorker implements ProfileWorker {
  onmessage: ProfileWorker["onmessage"] = null;
  onerror: ProfileWorker["onerror"] = null;
  readonly asked: unknown[] = [];
  isEnded = false;
  postMessage(request: unknown): void {
    this.asked.push(request);
  }
  terminate(): void {
    this.isEnded = true;
  }
  say(report: ProfileReport): void {
    this.onmessage?.({data: report} as MessageEvent<ProfileReport>);
  }
}

function measuring() {
  const workers: FakeWorker[] = [];
  const reports: ProfileReport[] = [];
  const client = new ProfileClient(() => {
    const worker = new FakeWorker();
    workers.push(worker);
    return worker;
  });
  const request = {preset: "toy", batchSize: 1} as const;
  const measure = () => client.measure(request, (report) => reports.push(report));
  return {client, workers, reports, request, measure};
}

it("measures in a worker that ends with the measurement", () => {
  const {workers, reports, request, measure} = measuring();
  measure();
  const [worker] = workers;
  expect(worker!.asked).toEqual([request]);
  worker!.say({type: "started", adapter: "a GPU"});
  expect(worker!.isEnded).toBe(false);
  worker!.say({type: "failed", message: "It failed."});
  worker!.say({type: "failed", message: "It failed again."});
  expect(worker!.isEnded).toBe(true);
  expect(reports.map(({type}) => type)).toEqual(["started", "failed"]);
});

it("hears nothing of a measurement that was stopped, or that another has followed", () => {
  const {client, workers, reports, measure} = measuring();
  measure();
  measure();
  expect(workers.map(({isEnded}) => isEnded)).toEqual([true, false]);
  workers[0]!.say({type: "started", adapter: "late"});
  client.stop();
  workers[1]!.say({type: "started", adapter: "late"});
  expect(workers[1]!.isEnded).toBe(true);
  expect(reports).toEqual([]);
});

it("tells in a sentence that the worker broke down", () => {
  const {workers, reports, measure} = measuring();
  measure();
  workers[0]!.onerror?.({message: "", preventDefault() {}} as ErrorEvent);
  expect(reports).toEqual([
    {
      type: "failed",
      message: "The worker that measures stopped (it could not be loaded). Try again, or reload the page."
    }
  ]);
});
