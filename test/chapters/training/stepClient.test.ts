import {expect, it} from "vitest";
import {
  StepClient,
  type StepRequest,
  type StepWorker
} from "../../../src/components/chapters/training/stepClient.js";
import type {StepTrace} from "../../../src/components/chapters/training/stepTracer.js";

function worker() {
  const requests: StepRequest[] = [];
  const made: StepWorker[] = [];
  let ended = 0;
  const client = new StepClient(() => {
    const worker: StepWorker = {
      postMessage: (request) => requests.push(request),
      onmessage: null,
      onerror: null,
      terminate: () => {
        ended += 1;
      }
    };
    made.push(worker);
    return worker;
  });
  return {client, requests, made, ended: () => ended};
}

it("asks one worker for all steps", async () => {
  const {client, requests, made} = worker();
  const steps: number[] = [];
  const first = client.take(2, (step) => steps.push(step));
  made[0]!.onmessage!({data: {type: "progress", step: 1}} as MessageEvent);
  expect(steps).toEqual([1]);
  made[0]!.onmessage!({data: {type: "step", trace: {step: 2} as StepTrace}} as MessageEvent);
  expect((await first).step).toBe(2);
  void client.take(3);
  expect(requests).toEqual([{until: 2}, {until: 3}]);
  expect(made).toHaveLength(1);
});

it("begins anew with another worker after a failure, and says what failed", async () => {
  const {client, made, ended} = worker();
  const refused = client.take(2);
  made[0]!.onmessage!({data: {type: "failed", message: "No memory."}} as MessageEvent);
  await expect(refused).rejects.toThrow("No memory.");
  const lost = client.take(2);
  made[1]!.onerror!({message: "", preventDefault() {}} as ErrorEvent);
  await expect(lost).rejects.toThrow("it could not be loaded");
  expect([made.length, ended()]).toEqual([2, 2]);
});
