import {afterEach, beforeEach, describe, expect, it, vi} from "vitest";
import {TrainingClient} from "../../src/components/training/client.js";
import type {Report} from "../../src/components/training/protocol.js";

/** What the client made of the browser's Worker. */
class FakeWorker {
  static made: FakeWorker[] = [];
  onmessage: ((event: {data: Report}) => void) | null = null;
  onerror: ((event: {message?: string; preventDefault(): void}) => void) | null = null;
  postMessage = vi.fn();
  terminate = vi.fn();

  constructor(
    readonly url: string,
    readonly options: object
  ) {
    FakeWorker.made.push(this);
  }
}

beforeEach(() => {
  FakeWorker.made = [];
  vi.stubGlobal("Worker", FakeWorker);
});
afterEach(() => vi.unstubAllGlobals());

function connect(): {client: TrainingClient; worker: FakeWorker; reports: Report[]} {
  const reports: Report[] = [];
  const client = new TrainingClient((report) => reports.push(report));
  return {client, worker: FakeWorker.made[0]!, reports};
}

describe("TrainingClient", () => {
  it("starts the training worker as a module, once", () => {
    const {worker} = connect();
    expect(FakeWorker.made).toHaveLength(1);
    expect(worker.url).toMatch(/training\/worker\.[jt]s$/);
    expect(worker.options).toEqual({type: "module"});
  });

  it("hands commands to the worker and reports to the page, as they are", () => {
    const {client, worker, reports} = connect();
    client.send({type: "run", steps: 1});
    expect(worker.postMessage).toHaveBeenCalledExactlyOnceWith({type: "run", steps: 1});
    const report: Report = {type: "saved", step: 12};
    worker.onmessage!({data: report});
    expect(reports).toEqual([report]);
    expect(reports[0]).toBe(report);
  });

  it.each([
    [{message: "out of memory"}, /stopped \(out of memory\)\. Reload the page: .* last saved step/],
    [{}, /stopped \(it could not be loaded\)/]
  ])("tells of a worker that dies, %o, as a fatal problem", (event, message) => {
    const {worker, reports} = connect();
    const preventDefault = vi.fn();
    worker.onerror!({...event, preventDefault});
    expect(reports).toEqual([{type: "problem", message: expect.stringMatching(message), fatal: true}]);
    expect(preventDefault).toHaveBeenCalledOnce();
  });

  it("ends the worker", () => {
    const {client, worker} = connect();
    client.terminate();
    expect(worker.terminate).toHaveBeenCalledOnce();
  });
});
