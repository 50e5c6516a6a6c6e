import {messageOf} from "../../errorMessage.js";
import {FunctionFit, type Points} from "../../training/functionFit.js";
import {readNetwork} from "./bends.js";
import {runLinear} from "./linearRun.js";
import type {Pace, WorkshopReport, WorkshopRequest} from "./protocol.js";

/** What the workshop needs of the place it runs in; injected so that it can be tested without a browser. */
export interface WorkshopPlace {
  post(report: WorkshopReport): void;
  startBackend(): Promise<void>;
  /** Resolves after so many milliseconds, at the earliest when waiting messages are in. */
  wait(milliseconds: number): Promise<void>;
  now(): number;
}

/** The worker's side: one network at a time, which trains until it is told to stop. */
export class Workshop {
  private fit: FunctionFit | null = null;
  private id = -1;
  /** What to fit, as last said; it may be said before the network is there. */
  private aim: {id: number; points: Points} | null = null;
  private training = 0;
  private last: Promise<void> = Promise.resolve();
  private backend: Promise<void> | null = null;

  constructor(private readonly place: WorkshopPlace) {}

  /** Carries out a request after those before it; never rejects: what goes wrong is reported. */
  handle(request: WorkshopRequest): Promise<void> {
    // A training in progress ends between two steps, except for a new aim, which it takes up as it goes.
    if (request.type === "aim") {
      this.aim = request;
      if (request.id === this.id) this.fit?.aim(request.points);
      return this.last;
    }
    if (request.type !== "linear") this.training += 1;
    const turn = this.training;
    this.last = this.last.then(async () => {
      try {
        await this.answer(request, turn);
      } catch (error) {
        this.place.post({type: "failed", id: request.id, message: messageOf(error)});
      }
    });
    return this.last;
  }

  private async answer(request: Exclude<WorkshopRequest, {type: "aim"}>, turn: number): Promise<void> {
    this.backend ??= this.place.startBackend();
    await this.backend;
    switch (request.type) {
      case "begin":
        this.fit?.dispose();
        this.fit = null;
        this.fit = new FunctionFit(request.settings);
        this.fit.aim(this.aim?.id === request.id ? this.aim.points : request.points);
        this.id = request.id;
        return this.show(this.fit);
      case "train":
        return this.train(request.until, request.pace, turn);
      case "stop":
        return;
      case "linear":
        this.place.post({type: "linear", id: request.id, result: await runLinear(request.layer)});
    }
  }

  private async train(until: number, {steps, interval}: Pace, turn: number): Promise<void> {
    const {fit, place, id} = this;
    if (!fit) return;
    while (this.training === turn && fit.step < until) {
      const began = place.now();
      await fit.train(Math.min(steps, until - fit.step));
      await this.show(fit);
      await place.wait(Math.max(0, interval - (place.now() - began)));
    }
    place.post({type: "rested", id, step: fit.step});
  }

  private async show(fit: FunctionFit): Promise<void> {
    const network = readNetwork(await fit.data());
    this.place.post({type: "frame", id: this.id, frame: {step: fit.step, network}});
  }
}
