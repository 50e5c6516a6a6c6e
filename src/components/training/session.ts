import {messageOf} from "../errorMessage.js";
import {type WantedBackend, wantedAgain} from "../webgpu/wantedBackend.js";
import type {CheckpointKind} from "./keptCheckpoints.js";
import {trainingLoop} from "./loop.js";
import {type Opening, Openings, type Present} from "./openings.js";
import {OpenRun} from "./openRun.js";
import {ProgressMeter} from "./progressMeter.js";
import type {Command, ExportedModel, Report} from "./protocol.js";
import {RunKeeper} from "./runKeeper.js";
import type {SessionPlace} from "./sessionPlace.js";

/** ms; with the step and the save in progress, a run loses at most ten seconds when its page goes away. */
const SAVE_INTERVAL = 8_000;

/** What can be asked for while a run goes on; it is done between two steps. */
const requests = ["export", "keep", "download", "attention"] as const satisfies Command["type"][];
type Request = (typeof requests)[number];

/** The training worker's side of the protocol: one run at a time, commands in the order they come. */
export class TrainingSession {
  private run: OpenRun | null = null;
  /** What the next pause ends: the run or preparation that is going on, and those that wait for their turn. */
  private unpaused = new AbortController();
  private isTraining = false;
  private exporting: AbortController | null = null;
  private queue: Promise<void> = Promise.resolve();
  private readonly requested = new Set<Request>();
  private readonly keeper: RunKeeper;
  private readonly openings: Openings;

  constructor(private readonly place: SessionPlace) {
    this.keeper = new RunKeeper(place);
    this.openings = new Openings(place, this.keeper);
  }

  /** Carries out a command; resolves when it is done. Never rejects: what goes wrong is reported. */
  handle(command: Command): Promise<void> {
    if (command.type === "pause") {
      this.pause();
      return this.queue;
    }
    if (command.type === "stopExport") {
      this.exporting?.abort();
      return this.queue;
    }
    if (command.type === "freed") {
      this.keeper.retry();
      return this.queue;
    }
    const request = requests.find((type) => type === command.type);
    if (request && this.isTraining) {
      this.requested.add(request); // done between two steps, or after the last
      return this.queue;
    }
    const {signal} = this.unpaused;
    this.queue = this.queue.then(async () => {
      try {
        await this.carryOut(command, signal);
      } catch (error) {
        await this.recover(error === signal.reason ? null : error);
      }
    });
    return this.queue;
  }

  private pause(): void {
    this.unpaused.abort();
    this.unpaused = new AbortController();
  }

  private async carryOut(
    command: Exclude<Command, {type: "pause" | "stopExport" | "freed"}>,
    signal: AbortSignal
  ): Promise<void> {
    switch (command.type) {
      case "begin":
        return this.prepare(command.backend, signal, () => this.openings.fresh(command, signal));
      case "open":
        return this.prepare(command.backend, signal, () => this.openings.stored());
      case "restore":
        return this.prepare(command.backend, signal, async () =>
          this.openings.checkpoint(command, await this.present())
        );
      case "openFile":
        return this.prepare(command.backend, signal, async () =>
          this.openings.file(command, await this.present())
        );
      case "run":
        return this.train(command.steps, signal);
      default:
        return this.answer(command.type);
    }
  }

  /** The open run as it stands, if there is one. */
  private async present(): Promise<Present | null> {
    return this.run && {snapshot: await this.run.snapshot(), corpus: this.run.corpus};
  }

  /**
   * Starts a backend and a trainer. What was open, or stored, is replaced only when both have started; until then
   * the signal ends it.
   */
  private async prepare(
    backend: WantedBackend,
    signal: AbortSignal,
    load: () => Promise<Opening>
  ): Promise<void> {
    this.state("preparing");
    if (!(await this.place.claim()))
      throw new Error("Another tab of this site is training: pause it and close it, or use that one.");
    const opening = await load();
    signal.throwIfAborted();
    this.say(backend === "auto" ? "Starting the fastest engine this machine has …" : "Starting the engine …");
    const choice = await this.place.chooseBackend(backend);
    signal.throwIfAborted();
    const snapshot = opening.begin(this.place.deviceLimits());
    const run = new OpenRun(snapshot, opening.corpus, choice, () => this.place.now());
    await this.compile(run, signal);
    this.close();
    this.run = run;
    this.watchDevice(run);
    const isStored = await opening.store(snapshot);
    const {history, step} = snapshot;
    this.place.post({type: "opened", run: run.facts, history, step, isStored});
    await this.keeper.tellCheckpoints();
    this.state(run.restingState);
  }

  /** What the engine has to compile is compiled before the first step, and the reader sees it go on. */
  private async compile(run: OpenRun, signal: AbortSignal): Promise<void> {
    try {
      await run.prepare((message) => this.say(message));
      signal.throwIfAborted();
    } catch (error) {
      run.dispose();
      throw error;
    }
  }

  /** When the device fails, what is on it is lost, and nothing that it still gives may be stored. */
  private watchDevice(run: OpenRun): void {
    this.place.onDeviceFailure((message) => {
      if (run.hasFailed || this.run !== run) return;
      run.hasFailed = true;
      this.pause();
      this.place.post({
        type: "problem",
        message: `The GPU failed (${message}). Reload the page to continue from the last saved step, or choose another engine.`,
        fatal: true
      });
      this.queue = this.queue.then(() => {
        if (this.run !== run) return;
        this.close();
        this.state("idle");
      });
    });
  }

  private async train(steps: number | undefined, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const run = this.opened();
    const {trainer} = run;
    const meter = new ProgressMeter(trainer, () => this.place.now());
    const tell = () => {
      const progress = meter.tell();
      if (progress) this.place.post(progress);
    };
    this.isTraining = true;
    this.keeper.tellAgain();
    this.state("running");
    try {
      const end = await trainingLoop(trainer, {
        signal,
        ...(steps === undefined ? {} : {until: trainer.step + steps}),
        onStep: (report) => {
          if (meter.record(report)) tell();
        },
        onMeasuring: (done, total) => this.place.post({type: "measuring", done, total}),
        onEvaluation: async (step, validationLoss) => {
          tell();
          this.place.post({type: "evaluated", step, validationLoss});
          if (run.isAtBest) await this.keep("best");
        },
        // The last save of a run must not wait for a minute to pass.
        save: async () => void (await this.save(signal.aborted || trainer.isComplete)),
        checkpoint: async () => void (await this.keep("interval")),
        saveInterval: SAVE_INTERVAL,
        yieldToOthers: () => this.place.yieldToOthers(),
        atRest: {
          isDue: () => this.requested.size > 0 || run.sample.isDue,
          run: () => this.betweenSteps()
        },
        now: () => this.place.now()
      });
      tell();
      if (end === "complete") await this.drawSample(signal);
      await this.answerAll();
      this.state(end);
    } catch (error) {
      // A step that broke off may have changed some parameters and not others: only what is stored is whole.
      if (!run.hasFailed) this.close();
      throw error;
    } finally {
      this.isTraining = false;
      this.requested.clear();
    }
  }

  private async betweenSteps(): Promise<void> {
    await this.answerAll();
    const {sample} = this.opened();
    if (!sample.isDue) return;
    const written = await sample.visit();
    if (written) this.place.post(written);
  }

  private async drawSample(signal: AbortSignal): Promise<void> {
    const sample = await this.opened().sample.draw(signal, () => this.place.yieldToOthers());
    if (sample) this.place.post(sample);
  }

  private async answerAll(): Promise<void> {
    for (const request of this.requested) {
      this.requested.delete(request);
      try {
        await this.answer(request);
      } catch (error) {
        // The run itself is sound, and goes on.
        if (this.run?.hasFailed) throw error;
        this.problem(error, false);
      }
    }
  }

  private async answer(request: Request): Promise<void> {
    switch (request) {
      case "export":
        return this.export();
      case "keep":
        return void (await this.keep("asked", true));
      case "download":
        this.place.post(await this.opened().file(await this.notes()));
        return;
      case "attention":
        return this.tellAttention();
    }
  }

  private async tellAttention(): Promise<void> {
    const report = await this.opened().attention();
    if (report) this.place.post(report, [report.weights.buffer as ArrayBuffer]);
  }

  /** While the reader looks on, the run rests; a pause that is asked for then comes after it. */
  private async export(): Promise<void> {
    const exporting = new AbortController();
    this.exporting = exporting;
    let model: Omit<ExportedModel, "isStored">;
    try {
      model = await this.opened().exported({
        notes: await this.notes(),
        signal: exporting.signal,
        onProgress: (done, total) => this.place.post({type: "exporting", done, total}),
        yieldToOthers: () => this.place.yieldToOthers()
      });
    } catch (error) {
      if (error !== exporting.signal.reason) throw error;
      this.place.post({type: "exportStopped"});
      return;
    } finally {
      this.exporting = null;
    }
    // So that the other pages answer with this very model.
    const isStored = await this.save(true);
    this.place.post({type: "exported", model: {...model, isStored}}, [model.onnx.buffer as ArrayBuffer]);
  }

  /** What the reader has written about the open run, which the page has stored; nothing where nobody can tell. */
  private async notes(): Promise<string> {
    const {runId} = this.opened().facts;
    return this.place.store().then(
      (store) => store.notes(runId),
      () => ""
    );
  }

  private async save(isUrgent: boolean): Promise<boolean> {
    const run = this.opened();
    return this.keeper.save(await run.snapshot(), run.corpus, isUrgent);
  }

  private async keep(kind: CheckpointKind, isUrgent = false): Promise<boolean> {
    const run = this.opened();
    return this.keeper.keep(await run.snapshot(), run.corpus, kind, isUrgent);
  }

  /** After a failure, or without one where the reader has stopped it, the session has the run that it had before, on the same engine, or none. */
  private async recover(error: unknown): Promise<void> {
    if (this.run?.hasFailed) return; // told already, and the run is about to be closed
    if (error !== null) this.problem(error, false);
    if (this.run) await this.place.chooseBackend(wantedAgain(this.run.backend)).catch(() => this.close());
    const {run} = this;
    if (!run) return this.state("idle");
    this.state(run.restingState);
  }

  private close(): void {
    this.run?.dispose();
    this.run = null;
  }

  private opened(): OpenRun {
    if (!this.run) throw new Error("No run is open: start one, or continue the stored one.");
    return this.run;
  }

  private problem(error: unknown, fatal: boolean): void {
    this.place.post({
      type: "problem",
      message: messageOf(error),
      fatal
    });
  }

  private say(message: string): void {
    this.place.post({type: "preparing", message});
  }

  private state(state: Extract<Report, {type: "state"}>["state"]): void {
    this.place.post({type: "state", state});
  }
}
