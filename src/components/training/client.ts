import type {Command, Report} from "./protocol.js";

/** A page's handle on the training worker. Leaving the page ends the worker; the stored run stays. */
export class TrainingClient {
  private readonly worker: Worker;

  constructor(onReport: (report: Report) => void) {
    this.worker = new Worker(import.meta.resolve("./worker.js"), {type: "module"});
    this.worker.onmessage = ({data}: MessageEvent<Report>) => onReport(data);
    this.worker.onerror = (event) => {
      event.preventDefault();
      onReport({
        type: "problem",
        message: `The training worker stopped (${event.message ?? "it could not be loaded"}). Reload the page: training continues from the last saved step.`,
        fatal: true
      });
    };
  }

  send(command: Command): void {
    this.worker.postMessage(command);
  }

  terminate(): void {
    this.worker.terminate();
  }
}
