import type {StudyReport, StudySource} from "./protocol.js";

/** The part of a Worker that is used here. */
export interface StudyWorker {
  postMessage(source: StudySource): void;
  onmessage: ((event: MessageEvent<StudyReport>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  terminate(): void;
}

/**
 * Studies a text in a worker of its own, which ends with the study, and passes on what it reports. Returns how to
 * stop it: nothing more is reported then. `createWorker` is for tests.
 */
export function startStudy(
  source: StudySource,
  onReport: (report: StudyReport) => void,
  createWorker: () => StudyWorker = startWorker
): () => void {
  const worker = createWorker();
  const stop = () => {
    worker.onmessage = null;
    worker.onerror = null;
    worker.terminate();
  };
  worker.onmessage = ({data}) => {
    if (data.type !== "stage") stop();
    onReport(data);
  };
  worker.onerror = (event) => {
    event.preventDefault();
    stop();
    const reason = event.message || "it could not be loaded";
    onReport({
      type: "failed",
      message: `The worker that reads the text stopped (${reason}). Try again, or reload the page.`
    });
  };
  worker.postMessage(source);
  return stop;
}

const startWorker = (): StudyWorker =>
  new Worker(import.meta.resolve("./worker.js"), {type: "module"}) as unknown as StudyWorker;
