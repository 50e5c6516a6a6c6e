import type {StepTrace} from "./stepTracer.js";

/** Asks for the steps up to this one, counted from 1, and for what the last of them did. */
export interface StepRequest {
  until: number;
}

export type StepReport =
  /** Steps done on the way to the one that was asked for. */
  {type: "progress"; step: number} | {type: "step"; trace: StepTrace} | {type: "failed"; message: string};

/** The part of a Worker that is used here. */
export interface StepWorker {
  postMessage(request: StepRequest): void;
  onmessage: ((event: MessageEvent<StepReport>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  terminate(): void;
}

/** The page's handle on the worker that takes steps, which is made at the first request. One request at a time. */
export class StepClient {
  private worker: StepWorker | null = null;

  /** `createWorker` is for tests. */
  constructor(private readonly createWorker: () => StepWorker = startWorker) {}

  /**
   * What step `until` did; those before it are taken too, and `onProgress` hears of each. Rejects with a sentence where the
   * worker fails, and never settles where `dispose` ends it.
   */
  take(until: number, onProgress: (step: number) => void = () => {}): Promise<StepTrace> {
    return new Promise((resolve, reject) => {
      this.worker ??= this.createWorker();
      const {worker} = this;
      const fail = (message: string) => {
        this.dispose();
        reject(new Error(message));
      };
      worker.onmessage = ({data}) => {
        if (data.type === "progress") onProgress(data.step);
        else if (data.type === "step") resolve(data.trace);
        else fail(data.message);
      };
      worker.onerror = (event) => {
        event.preventDefault();
        const reason = event.message || "it could not be loaded";
        fail(`The worker that takes the steps stopped (${reason}). Try again, or reload the page.`);
      };
      worker.postMessage({until});
    });
  }

  /** Ends the worker: the next request begins again at the first step. */
  dispose(): void {
    this.worker?.terminate();
    this.worker = null;
  }
}

const startWorker = (): StepWorker =>
  new Worker(import.meta.resolve("./stepWorker.js"), {type: "module"}) as unknown as StepWorker;
