import {type LoopHooks, trainingLoop} from "../components/training/loop.js";
import type {Trainer} from "../components/training/trainer.js";
import {nodeClock} from "./nodeClock.js";
import {ProgressLine} from "./progressLine.js";

export interface TerminalHooks extends Partial<Omit<LoopHooks, "yieldToOthers" | "now">> {
  /** Tells how the run goes; that of all steps of the run when absent. */
  line?: ProgressLine;
}

/**
 * Trains as `trainingLoop` does, with a line that tells of each step and estimate before the hooks hear of it, and that
 * ends with the loop.
 */
export async function trainInTerminal(
  trainer: Trainer,
  {line = new ProgressLine(trainer.trainConfig.steps), ...hooks}: TerminalHooks = {}
): Promise<"complete" | "paused"> {
  try {
    return await trainingLoop(trainer, {
      signal: new AbortController().signal,
      ...hooks,
      ...nodeClock,
      onStep(report) {
        line.step(report.step, report.loss);
        hooks.onStep?.(report);
      },
      onEvaluation(step, loss) {
        line.validation(step, loss);
        return hooks.onEvaluation?.(step, loss);
      }
    });
  } finally {
    line.end();
  }
}
