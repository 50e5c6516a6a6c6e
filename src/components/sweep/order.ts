import {resultOf, type Trial} from "./trial.js";

/** Trials from the best to the worst: by the least validation loss; then those that diverged, failed, or are to come. */
export function ranked(trials: readonly Trial[]): Trial[] {
  const rank = ({status}: Trial) => ["complete", "running", "diverged", "failed", "waiting"].indexOf(status);
  const loss = (trial: Trial) => resultOf(trial).best?.loss ?? Number.POSITIVE_INFINITY;
  return [...trials].sort((a, b) => rank(a) - rank(b) || compare(loss(a), loss(b)));
}

const compare = (a: number, b: number): number => (a === b ? 0 : a - b);
