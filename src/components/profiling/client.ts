import type {ProfileReport, ProfileRequest} from "./protocol.js";

/** The part of a Worker that is used here. */
export interface ProfileWorker {
  postMessage(request: ProfileRequest): void;
  onmessage: ((event: MessageEvent<ProfileReport>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  terminate(): void;
}

/**
 * A page's handle on measurements: one at a time, each in a worker of its own, which ends with it, so that the device
 * and all its memory are free again at once.
 */
export class ProfileClient {
  private worker: ProfileWorker | null = null;

  /** `createWorker` is for tests. */
  constructor(private readonly createWorker: () => ProfileWorker = startWorker) {}

  /** Begins a measurement; one that is going on is ended. Nothing is reported after "measured" or "failed". */
  measure(request: ProfileRequest, onReport: (report: ProfileReport) => void): void {
    this.stop();
    const worker = this.createWorker();
    this.worker = worker;
    worker.onmessage = ({data}) => {
      if (this.worker !== worker) return;
      if (data.type === "measured" || data.type === "failed") this.stop();
      onReport(data);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      if (this.worker !== worker) return;
      this.stop();
      const reason = event.message || "it could not be loaded";
      onReport({
        type: "failed",
        message: `The worker that measures stopped (${reason}). Try again, or reload the page.`
      });
    };
    worker.postMessage(request);
  }

  /** Ends the measurement at once; nothing of it is reported any more. */
  stop(): void {
    this.worker?.terminate();
    this.worker = null;
  }
}

const startWorker = (): ProfileWorker =>
  new Worker(import.meta.resolve("./worker.js"), {type: "module"}) as unknown as ProfileWorker;
