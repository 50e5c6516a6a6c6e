import type {Corpus} from "../components/corpus/meta.js";
import {Experiments, type LaboratoryWorker} from "../components/experiment/client.js";
import {Laboratory} from "../components/experiment/laboratory.js";
import type {BackendName} from "../components/webgpu/backends.js";
import {deviceLimits} from "../components/webgpu/deviceLimits.js";
import {chooseNodeBackend} from "./chooseNodeBackend.js";
import {type NodeBackendName, startNodeBackend} from "./nodeBackends.js";

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
    const laboratory = new Laboratory({
      post: (report) => worker.onmessage?.({data: report} as MessageEvent<typeof report>),
      startBackend,
      deviceLimits,
      loadCorpus: (_source, blockSize) => corpus(blockSize),
      yieldToOthers: () => new Promise((resolve) => setImmediate(resolve)),
      now: () => performance.now()
    });
    return worker;
  });
}

/** The same engine for all experiments of a process. */
let chosen: Promise<string> | null = null;

function startBackend(name: BackendName | "auto"): Promise<string> {
  chosen ??= name === "auto" ? chooseNodeBackend() : startNodeBackend(name as NodeBackendName);
  return chosen;
}
