import type {Measurement, MeasurementReport} from "./protocol.js";

/** The part of a Worker that is used here. */
export interface MeasuringWorker {
  postMessage(request: Measurement): void;
  onmessage: ((event: MessageEvent<MeasurementReport>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  terminate(): void;
}

/** Does a measurement in a worker of its own, which ends with it. */
export type Measure = (
  request: Measurement,
  onReport: (report: MeasurementReport) => void,
  signal: AbortSignal
) => Promise<void>;

/**
 * Resolves when the measurement is over, and when the signal ends it, at once; nothing is reported after that. Rejects
 * with Error for what went wrong. `createWorker` is for tests.
 */
export function measure(
  request: Measurement,
  onReport: (report: MeasurementReport) => void,
  signal: AbortSignal,
  createWorker: () => MeasuringWorker = startWorker
): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  const worker = createWorker();
  return new Promise<void>((resolve, reject) => {
    signal.addEventListener("abort", () => resolve(), {once: true});
    worker.onmessage = ({data}) => {
      if (signal.aborted) return;
      if (data.type === "failed") reject(new Error(data.message));
      else if (data.type === "ended") resolve();
      else onReport(data);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      reject(new Error(`The worker stopped (${event.message || "it could not be loaded"}).`));
    };
    worker.postMessage(request);
  }).finally(() => worker.terminate());
}

const startWorker = (): MeasuringWorker =>
  new Worker(import.meta.resolve("./worker.js"), {type: "module"}) as unknown as MeasuringWorker;
