import {TrainingClient} from "../training/client.js";
import type {Command, Report} from "../training/protocol.js";

/** A run as one file. */
export interface RunFileMade {
  file: Blob;
  step: number;
}

/** The page's link to the worker that trains, which is made when it is first needed. */
export class WorkerLink {
  private client: TrainingClient | null = null;
  /** Waits for a run to be open; a run that cannot be opened says so itself. */
  private whenOpened: Command | null = null;
  private whenFile: {resolve(made: RunFileMade): void; reject(reason: Error): void} | null = null;

  constructor(private readonly onReport: (report: Report) => void) {}

  /** Whether there is a worker. */
  get isThere(): boolean {
    return this.client !== null;
  }

  /** Sends a command, and `next` once it has opened a run. */
  send(command: Command, next: Command | null = null): void {
    this.whenOpened = next;
    this.client ??= new TrainingClient((report) => this.receive(report));
    this.client.send(command);
  }

  /** Sends what matters only where there is a worker. */
  tell(command: Command): void {
    this.client?.send(command);
  }

  /** What was to follow the opening of a run does not. */
  forgetNext(): void {
    this.whenOpened = null;
  }

  /** The open run at this moment. Rejects where the worker ends before it is made. */
  file(): Promise<RunFileMade> {
    this.whenFile?.reject(new Error("it was asked for again."));
    return new Promise((resolve, reject) => {
      this.whenFile = {resolve, reject};
      this.tell({type: "download"});
    });
  }

  /** Ends the worker at once; what remains is the run as it is stored. */
  end(): void {
    this.client?.terminate();
    this.client = null;
    this.whenOpened = null;
    this.whenFile?.reject(new Error("the training has ended. Try again."));
    this.whenFile = null;
  }

  private receive(report: Report): void {
    if (report.type === "file") {
      this.whenFile?.resolve(report);
      this.whenFile = null;
    }
    this.onReport(report);
    if (report.type !== "opened" || !this.whenOpened) return;
    const next = this.whenOpened;
    this.whenOpened = null;
    this.tell(next);
  }
}
