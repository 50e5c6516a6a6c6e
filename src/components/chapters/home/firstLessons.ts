import {formatCount, formatFixed} from "../../views/format.js";
import type {RecordedCheckpoint} from "./recordedRun.js";

/** Held-out losses of counting, in nats a token. */
export interface CountedLosses {
  /** How common each token is, whatever came before. */
  single: number;
  /** How often each follows the one before. */
  pairs: number;
}

/** What a recorded run learned first: when its loss fell below that of counting tokens, then of counting pairs. */
export function firstLessons(
  checkpoints: readonly Pick<RecordedCheckpoint, "step" | "roundedLoss">[],
  counted: CountedLosses | null,
  unit: string
): string {
  const end =
    "Spelling and sentences come after that. The slider now stands where the first lesson was learned.";
  if (!counted) return end;
  const below = (loss: number) => checkpoints.find(({roundedLoss}) => roundedLoss < loss);
  const [single, pairs] = [below(counted.single), below(counted.pairs)];
  if (!single) return end;
  const steps = ({step}: {step: number}) => `${formatCount(step)} steps`;
  const first = `Whoever knows how common each ${unit} is, and nothing else, has a loss of ${formatFixed(counted.single)} nats. At the checkpoint after ${steps(single)} the model was below that.`;
  const second = pairs
    ? ` Whoever also knows the ${unit} before has ${formatFixed(counted.pairs)}; it was below that after ${steps(pairs)}.`
    : "";
  return `${first}${second} ${end}`;
}

/** The place of the first checkpoint that does better than counting tokens; the first of all where none does. */
export function firstLesson(
  checkpoints: readonly Pick<RecordedCheckpoint, "roundedLoss">[],
  counted: CountedLosses | null
): number {
  return counted
    ? Math.max(
        0,
        checkpoints.findIndex(({roundedLoss}) => roundedLoss < counted.single)
      )
    : 0;
}
