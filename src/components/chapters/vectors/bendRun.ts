import type {FitSettings, Points} from "../../training/functionFit.js";
import type {Frame} from "./bends.js";
import type {WorkshopClient} from "./client.js";
import type {Pace} from "./protocol.js";

export interface RunEvents {
  /** The network at its latest step. */
  onFrame(frame: Frame): void;
  /** It no longer trains: it was stopped, or has taken all its steps. */
  onRest(): void;
  onFailure(message: string): void;
}

/** Steps of one press of the button. */
export const STRETCH = 1000;

/** The page's network in training: what the figure asks of the worker. */
export class BendRun {
  isTraining = false;
  /** The last step of this stretch. */
  until = 0;
  private id: number | null = null;
  private step = 0;

  constructor(
    private readonly client: WorkshopClient,
    private readonly pace: Pace,
    events: RunEvents
  ) {
    client.listen((report) => {
      if (report.id !== this.id) return;
      if (report.type === "frame") {
        this.step = report.frame.step;
        events.onFrame(report.frame);
      } else if (report.type === "rested") {
        this.isTraining = false;
        events.onRest();
      } else if (report.type === "failed") {
        this.isTraining = false;
        this.id = null;
        events.onFailure(report.message);
      }
    });
  }

  /** A network of this page's own exists, beyond what was recorded. */
  get isLive(): boolean {
    return this.id !== null;
  }

  /** Makes a new network; one that trains goes on as the new one. */
  begin(settings: FitSettings, points: Points): void {
    this.id = this.client.newId();
    this.step = 0;
    this.client.send({type: "begin", id: this.id, settings, points});
    if (this.isTraining) this.train();
  }

  aim(points: Points): void {
    if (this.id !== null) this.client.send({type: "aim", id: this.id, points});
  }

  train(): void {
    if (this.id === null) return;
    this.isTraining = true;
    this.until = this.step + STRETCH;
    this.client.send({type: "train", id: this.id, until: this.until, pace: this.pace});
  }

  stop(): void {
    if (this.id !== null) this.client.send({type: "stop", id: this.id});
  }

  /** Leaves the network; what it still reports is not passed on. */
  leave(): void {
    this.stop();
    this.id = null;
    this.isTraining = false;
  }
}
