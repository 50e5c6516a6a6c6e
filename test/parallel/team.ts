import type {TeamCommand, TeamReport} from "../../src/components/parallel/protocol.js";
import {Station} from "../../src/components/parallel/station.js";
import type {TeamWorker} from "../../src/components/parallel/team.js";
import {deviceLimits} from "../../src/components/webgpu/deviceLimits.js";
import {tinyCorpus} from "../training/corpus.js";

/** A worker without a thread of its own: the same station, reached by real ports, on the engine that the test has started. */
export class ThreadlessWorker implements TeamWorker {
  onmessage: TeamWorker["onmessage"] = null;
  onerror: TeamWorker["onerror"] = null;
  isOver = false;
  private readonly station: Station;

  constructor(corpus = tinyCorpus(), onNow = () => {}) {
    this.station = new Station({
      post: (report) => this.say(report),
      startBackend: async () => "wasm",
      deviceLimits,
      loadCorpus: async () => corpus,
      now() {
        onNow();
        return performance.now();
      }
    });
  }

  postMessage(command: TeamCommand): void {
    void this.station.handle(command);
  }

  say(data: TeamReport): void {
    if (!this.isOver) this.onmessage?.({data} as MessageEvent<TeamReport>);
  }

  terminate(): void {
    this.isOver = true;
    this.station.dispose();
  }
}
