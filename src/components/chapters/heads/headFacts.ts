import {capital, formatFixed, formatPercent} from "../../views/format.js";
import type {Head} from "../../views/headGrid.js";
import {type Habit, habits} from "./habits.js";
import type {HeadsPage, MeasuredHeads} from "./headsPage.js";

/** What share of a head's attention makes a habit clear, what makes it partial, and how many times even attention's. */
export const CLEAR = 0.5;
export const PARTIAL = 0.25;
export const TIMES_EVEN = 3;

/** How far a head, or the best of all heads, has a habit. */
export interface Trait {
  habit: Habit;
  /** Counted layer by layer. */
  head: number;
  weight: number;
  /** What a head that looks at everything alike has. */
  even: number;
  strength: "clear" | "partial" | "none";
}

/** JSON has no NaN: what was nowhere counted arrives as null. */
export function readHeadsPage({measured}: HeadsPage): MeasuredHeads | null {
  if (!measured) return null;
  const {scores, costs} = measured;
  const known = (values: readonly (number | null)[]) => values.map((value) => value ?? Number.NaN);
  return {
    ...measured,
    scores: {...scores, weights: known(scores.weights), even: known(scores.even)},
    costs: {...costs, risesAt: known(costs.risesAt)}
  };
}

export function trait({scores}: MeasuredHeads, head: number, habit: number): Trait {
  const weight = scores.weights[head * habits.length + habit]!;
  const even = scores.even[habit]!;
  const stands = weight >= TIMES_EVEN * even;
  const strength = stands && weight >= CLEAR ? "clear" : stands && weight >= PARTIAL ? "partial" : "none";
  return {habit: habits[habit]!, head, weight, even, strength};
}

/** The habit that a head has most of, of those it has at all; null for a head that has none. */
export function habitOf(measured: MeasuredHeads, head: number): Trait | null {
  const traits = habits.map((_, habit) => trait(measured, head, habit));
  const own = traits.filter(({strength}) => strength !== "none");
  return own.reduce<Trait | null>((best, next) => (best && best.weight >= next.weight ? best : next), null);
}

/** The head that has most of a habit; null where the text had no place for it. */
export function bestHead(measured: MeasuredHeads, habit: number): Trait | null {
  const heads = headCount(measured);
  let best: Trait | null = null;
  for (let head = 0; head < heads; head++) {
    const next = trait(measured, head, habit);
    if (next.weight > (best?.weight ?? -1)) best = next;
  }
  return best;
}

export const headCount = ({model}: Pick<MeasuredHeads, "model">): number => model.nLayer * model.nHead;

export const toHead = (head: number, nHead: number): Head => ({
  layer: Math.floor(head / nHead),
  head: head % nHead
});

/** "layer 2, head 3" */
export function headName(head: number, nHead: number): string {
  const at = toHead(head, nHead);
  return `layer ${at.layer + 1}, head ${at.head + 1}`;
}

/** The label of a head in the grid: the name of its habit, in brackets where it is partial. */
export function habitLabel(measured: MeasuredHeads, head: number): string {
  const own = habitOf(measured, head);
  return own === null ? "mixed" : own.strength === "clear" ? own.habit.name : `(${own.habit.name})`;
}

/** What was measured of one head's attention, in sentences. What its silence costs is for the reader to predict. */
export function headSentence(measured: MeasuredHeads, head: number): string {
  const {unit, model} = measured;
  const own = habitOf(measured, head);
  const name = capital(headName(head, model.nHead));
  return own
    ? `${name} gives ${formatPercent(own.weight)} of its attention to ${own.habit.looksAt(unit)}, counted ${own.habit.counted(unit)}. Even attention would give ${formatPercent(own.even)}.`
    : `${name} has none of the habits in the table: none gets ${formatPercent(PARTIAL)} of its attention and ${TIMES_EVEN} times what even attention would give.`;
}

/** One habit: which head has most of it, and whether that is much. */
export function habitSentence(measured: MeasuredHeads, habit: number): string {
  const {model} = measured;
  const best = bestHead(measured, habit);
  if (!best) return "The text that was read has no place where this could be counted.";
  const name = headName(best.head, model.nHead);
  const numbers = `${formatPercent(best.weight)}, where even attention gives ${formatPercent(best.even)}`;
  if (best.strength === "none")
    return best.weight >= TIMES_EVEN * best.even
      ? `No head does this. ${capital(name)} has the strongest leaning: ${numbers}.`
      : `No head does this. The nearest is ${name}, with ${numbers}.`;
  const verdict = best.strength === "clear" ? `${capital(name)} does` : `${capital(name)} does in part`;
  return `${verdict}: ${numbers}.`;
}

/** "rises by 0.123 nats a character" */
export function changeOf(rise: number, unit: string): string {
  if (Math.abs(rise) < 0.0005) return `stays as it is to a thousandth of a nat`;
  return `${rise > 0 ? "rises" : "falls"} by ${formatFixed(Math.abs(rise), 3)} nats a ${unit}`;
}

/** Heads from the costliest to the cheapest. */
export function byCost({costs}: MeasuredHeads): number[] {
  return costs.rises.map((_, head) => head).sort((a, b) => costs.rises[b]! - costs.rises[a]!);
}
