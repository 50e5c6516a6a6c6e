import type {Random} from "../../random.js";

/** The places 0 … n−1 in a random order, the last one staying last (Fisher–Yates on the others). */
export function shuffledBeforeLast(n: number, random: Random): number[] {
  const order = Array.from({length: n}, (_, i) => i);
  for (let i = n - 2; i > 0; i--) {
    const j = random.integer(i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

/** The order with what stands at `from` moved to `to`; neither may be the last place. */
export function moved(order: readonly number[], from: number, to: number): number[] {
  const last = order.length - 1;
  const target = Math.max(0, Math.min(last - 1, to));
  if (from < 0 || from >= last || from === target) return [...order];
  const next = order.filter((_, i) => i !== from);
  next.splice(target, 0, order[from]!);
  return next;
}

/** Probabilities of a row of scores. */
export function softmax(logits: ArrayLike<number>): number[] {
  const scores = Array.from(logits);
  const largest = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - largest));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}

/** Where two distributions differ most, and by how much. */
export function largestChange(
  before: readonly number[],
  after: readonly number[]
): {id: number; change: number} {
  let id = 0;
  let change = 0;
  for (let i = 0; i < before.length; i++) {
    const difference = Math.abs(before[i]! - after[i]!);
    if (difference > change) [id, change] = [i, difference];
  }
  return {id, change};
}

/** Sums in another order end differently in their last digits: a change of probability below this is no more than that. */
export const ROUNDING = 1e-5;
