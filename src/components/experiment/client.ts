import type {ExperimentReport, ExperimentRequest, ExperimentSettings} from "./protocol.js";

/** The part of a Worker that is used here. */
export interface LaboratoryWorker {
  postMessage(request: ExperimentRequest): void;
  onmessage: ((event: MessageEvent<ExperimentReport>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  terminate(): void;
}

/**
 * A page's handle on its experiments: one runs at a time, and a new one ends the one before, whose late reports are
 * not passed on. The worker is made at the first run.
 */
export class Experiments {
  private worker: LaboratoryWorker | null = null;
  private current = 0;
  private onReport: (report: ExperimentReport) => void = () => {};

  /** `createWorker` is for tests. */
  constructor(private readonly createWorker: () => LaboratoryWorker = startWorker) {}

  run(settings: ExperimentSettings, onReport: (report: ExperimentReport) => void): void {
    this.current += 1;
    this.onReport = onReport;
    this.started().postMessage({type: "run", id: this.current, settings});
  }

  /** Ends the experiment in progress; it says so by "ended". */
  stop(): void {
    this.worker?.postMessage({type: "stop"});
  }

  dispose(): void {
    this.worker?.terminate();
    this.worker = null;
    this.onReport = () => {};
  }

  private started(): LaboratoryWorker {
    if (this.worker) return this.worker;
    const worker = this.createWorker();
    worker.onmessage = ({data}) => {
      if (data.id === this.current) this.onReport(data);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      const reason = event.message || "it could not be loaded";
      const message = `The worker that runs the experiment stopped (${reason}). Try again, or reload the page.`;
      worker.terminate();
      this.worker = null;
      this.onReport({id: this.current, type: "failed", message});
    };
    this.worker = worker;
    return worker;
  }
}

const startWorker = (): LaboratoryWorker =>
  new Worker(import.meta.resolve("./worker.js"), {type: "module"}) as unknown as LaboratoryWorker;
