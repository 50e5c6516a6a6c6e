import {expect, it} from "vitest";
import {Experiments, type LaboratoryWorker} from "../../src/components/experiment/client.js";
import type {
  ExperimentReport,
  ExperimentRequest,
  ExperimentSettings
} from "../../src/components/experiment/protocol.js";

class FakeWorker implements LaboratoryWorker {
  requests: ExperimentRequest[] = [];
  onmessage: LaboratoryWorker["onmessage"] = null;
  onerror: LaboratoryWorker["onerror"] = null;
  isOver = false;
  postMessage = (request: ExperimentRequest) => void this.requests.push(request);
  terminate = () => {
    this.isOver = true;
  };
  say = (data: ExperimentReport) => this.onmessage?.({data} as MessageEvent<ExperimentReport>);
}

const settings = {} as ExperimentSettings;

it("starts its worker at the first run, and passes on only what the newest experiment says", () => {
  const workers: FakeWorker[] = [];
  const experiments = new Experiments(() => {
    workers.push(new FakeWorker());
    return workers.at(-1)!;
  });
  expect(workers).toEqual([]);
  const heard: [string, ExperimentReport][] = [];
  experiments.run(settings, (report) => heard.push(["first", report]));
  experiments.run(settings, (report) => heard.push(["second", report]));
  const [worker] = workers as [FakeWorker];
  worker.say({id: 1, type: "ended", step: 3, isComplete: false});
  worker.say({id: 2, type: "step", step: 1, loss: 2, gradientNorm: 1});
  expect(heard).toEqual([["second", {id: 2, type: "step", step: 1, loss: 2, gradientNorm: 1}]]);
  experiments.stop();
  expect(worker.requests.map(({type}) => type)).toEqual(["run", "run", "stop"]);
  experiments.dispose();
  expect(worker.isOver).toBe(true);
});

it("says when its worker stops, and begins anew with another", () => {
  const workers: FakeWorker[] = [];
  const experiments = new Experiments(() => {
    workers.push(new FakeWorker());
    return workers.at(-1)!;
  });
  const heard: ExperimentReport[] = [];
  experiments.run(settings, (report) => heard.push(report));
  workers[0]!.onerror?.({message: "no memory", preventDefault() {}} as unknown as ErrorEvent);
  expect(heard[0]).toMatchObject({type: "failed", message: expect.stringContaining("no memory")});
  experiments.run(settings, () => {});
  expect(workers.length).toBe(2);
});
