import type {Corpus} from "../components/corpus/meta.js";
import {Experiments, type LaboratoryWorker} from "../components/experiment/client.js";
import {Laboratory, type LaboratoryPlace} from "../components/experiment/laboratory.js";
import type {ExperimentReport, ExperimentSettings} from "../components/experiment/protocol.js";
import type {BackendName} from "../components/webgpu/backends.js";
import {deviceLimits} from "../components/webgpu/deviceLimits.js";
import {chooseNodeBackend} from "./chooseNodeBackend.js";
import {type NodeBackendName, startNodeBackend} from "./nodeBackends.js";
import {nodeClock} from "./nodeClock.js";

/** The source that stands for the corpus which was chosen on the command line. */
export const CHOSEN = {kind: "text", name: "chosen", text: ""} as const;

/**
 * The laboratory that pages have in a worker, in this very process: a command line has nobody to keep waiting. Every
 * experiment is on the same corpus.
 */
export function nodeExperiments(corpus: (blockSize: number) => Promise<Corpus>): Experiments {
  return new Experiments(() => {
    const worker: LaboratoryWorker = {
      postMessage: (request) => void laboratory.handle(request),
      onmessage: null,
      onerror: null,
      terminate() {}
    };
    const laboratory = nodeLaboratory({
      post: (report) => worker.onmessage?.({data: report} as MessageEvent<typeof report>),
      startBackend,
      loadCorpus: (_source, blockSize) => corpus(blockSize)
    });
    return worker;
  });
}

export interface ExperimentOptions {
  onReport?: (report: ExperimentReport) => void;
  /** Hears that the loss went out of range, which ends the experiment; it counts as a failure when absent. */
  onDiverged?: () => void;
  /** Starts what computes, and names it; wasm when absent. */
  startBackend?: () => Promise<string>;
}

/** One experiment in this process, from its beginning to its end. Rejects with Error where it fails. */
export async function runExperiment(
  corpus: Corpus,
  settings: Omit<ExperimentSettings, "corpus">,
  {onReport = () => {}, onDiverged, startBackend = () => startNodeBackend("wasm")}: ExperimentOptions = {}
): Promise<void> {
  let failure: string | null = null;
  const laboratory = nodeLaboratory({
    post(report) {
      if (report.type !== "failed") onReport(report);
      else if (report.isDiverged && onDiverged) onDiverged();
      else failure = report.message;
    },
    startBackend,
    loadCorpus: async () => corpus
  });
  await laboratory.handle({type: "run", id: 1, settings: {...settings, corpus: CHOSEN}});
  if (failure !== null) throw new Error(failure);
}

const nodeLaboratory = (place: Pick<LaboratoryPlace, "post" | "startBackend" | "loadCorpus">): Laboratory =>
  new Laboratory({...place, ...nodeClock, deviceLimits});

/** The same engine for all experiments of a process. */
let chosen: Promise<string> | null = null;

function startBackend(name: BackendName | "auto"): Promise<string> {
  chosen ??= name === "auto" ? chooseNodeBackend() : startNodeBackend(name as NodeBackendName);
  return chosen;
}
