import type {StepReport, Trainer} from "./trainer.js";

export interface LoopHooks {
  /** Stops the loop after the step or batch in progress. */
  signal: AbortSignal;
  /** Updates after which to stop; the end of the run when absent. */
  until?: number;
  onStep(report: StepReport): void;
  /** While the validation loss is estimated: batches done, of how many. */
  onMeasuring?(done: number, total: number): void;
  /** After each estimate of the validation loss. */
  onEvaluation?(step: number, validationLoss: number): void | Promise<void>;
  /** Called between steps with no step in flight when `saveInterval` ms have gone by, and at the end. */
  save?(): Promise<void>;
  saveInterval?: number;
  /** Called every `checkpointInterval` steps of the run, with no step in flight. */
  checkpoint?(): Promise<void>;
  /** Work to be done with no step in flight, when it is due. */
  atRest?: {isDue(): boolean; run(): Promise<void>};
  /** Lets other work of this thread happen; called after every step. */
  yieldToOthers(): Promise<void>;
  /** A clock in milliseconds. */
  now(): number;
}

/**
 * Trains until the run is complete (its last step done, or stopped early), `until` is reached or the signal aborts;
 * evaluates every `evalInterval` steps, before the first and after the last. Rejects where a step does; what was saved stays valid.
 */
export async function trainingLoop(trainer: Trainer, hooks: LoopHooks): Promise<"complete" | "paused"> {
  const {steps, evalInterval, checkpointInterval} = trainer.trainConfig;
  const end = Math.min(steps, hooks.until ?? steps);
  const inFlight: Promise<StepReport>[] = [];
  let lastSave = hooks.now();
  let clock = hooks.now();

  const drain = async (limit: number) => {
    // Nothing more comes for them to be read with.
    if (limit === 0) trainer.flush();
    while (inFlight.length > limit) hooks.onStep(await inFlight.shift()!);
  };
  const tick = () => {
    const now = hooks.now();
    trainer.seconds += (now - clock) / 1000;
    clock = now;
  };
  const isMeasured = () => trainer.history.at(-1)?.validationLoss != null;
  const evaluate = async () => {
    await drain(0);
    const loss = await trainer.validationLoss(async (done, total) => {
      hooks.onMeasuring?.(done, total);
      await hooks.yieldToOthers();
      return !hooks.signal.aborted;
    });
    if (loss !== null) await hooks.onEvaluation?.(trainer.step, loss);
  };

  try {
    while (trainer.step < end && !hooks.signal.aborted) {
      if (trainer.step % evalInterval === 0 && !isMeasured()) await evaluate();
      if (hooks.signal.aborted || trainer.hasStoppedEarly) break;
      const report = trainer.trainStep();
      report.catch(() => {}); // the rejection is met in drain, maybe some steps later
      inFlight.push(report);
      await drain(trainer.inFlight - 1);
      await hooks.yieldToOthers();
      if (hooks.atRest?.isDue()) {
        await drain(0);
        await hooks.atRest.run();
      }
      tick();
      if (checkpointInterval > 0 && trainer.step % checkpointInterval === 0) {
        await drain(0);
        await hooks.checkpoint?.();
      }
      if (hooks.save && hooks.now() - lastSave >= (hooks.saveInterval ?? Infinity)) {
        await drain(0);
        lastSave = hooks.now();
        await hooks.save();
      }
    }
    await drain(0);
    if (trainer.step === steps && !isMeasured() && !hooks.signal.aborted) await evaluate();
  } finally {
    await Promise.allSettled(inFlight);
  }
  tick();
  await hooks.save?.();
  return trainer.isComplete ? "complete" : "paused";
}
