import type {WorkshopReport, WorkshopRequest} from "./protocol.js";

/** The part of a Worker that is used here. */
export interface WorkshopWorker {
  postMessage(request: WorkshopRequest): void;
  onmessage: ((event: MessageEvent<WorkshopReport>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  terminate(): void;
}

/**
 * The page's handle on the chapter's worker, which is made at the first request. Reports go to all listeners; a worker
 * that stops answers every listener with "failed" and is made anew at the next request.
 */
export class WorkshopClient {
  private worker: WorkshopWorker | null = null;
  private readonly listeners: ((report: WorkshopReport) => void)[] = [];
  private lastId = 0;

  /** `createWorker` is for tests. */
  constructor(private readonly createWorker: () => WorkshopWorker = startWorker) {}

  /** An id that no request of this page has had. */
  newId(): number {
    this.lastId += 1;
    return this.lastId;
  }

  listen(listener: (report: WorkshopReport) => void): void {
    this.listeners.push(listener);
  }

  send(request: WorkshopRequest): void {
    this.worker ??= this.start();
    this.worker.postMessage(request);
  }

  dispose(): void {
    this.worker?.terminate();
    this.worker = null;
    this.listeners.length = 0;
  }

  private start(): WorkshopWorker {
    const worker = this.createWorker();
    worker.onmessage = ({data}) => this.tell(data);
    worker.onerror = (event) => {
      event.preventDefault();
      worker.terminate();
      this.worker = null;
      const reason = event.message || "it could not be loaded";
      const message = `The worker that computes for this page stopped (${reason}). Try again, or reload the page.`;
      this.tell({type: "failed", id: this.lastId, message});
    };
    return worker;
  }

  private tell(report: WorkshopReport): void {
    for (const listener of this.listeners) listener(report);
  }
}

const startWorker = (): WorkshopWorker =>
  new Worker(import.meta.resolve("./worker.js"), {type: "module"}) as unknown as WorkshopWorker;
