import type {HistoryPoint} from "../training/snapshot.js";
import {formatCount, formatPlural} from "../views/format.js";
import {engineNamed} from "../webgpu/wantedBackend.js";

/** What of a curve is compared: losses in nats a token. */
export type CurvePoint = Pick<HistoryPoint, "step" | "trainLoss" | "validationLoss">;

/**
 * How far two losses may be apart and still be called the same but for rounding, nats a token. Over some hundred steps of a
 * small model, WebAssembly and WebGPU were within 1e-6, and two seeds further apart than this at nearly every step.
 */
export const CURVE_TOLERANCE = 1e-3;

/** A loss that both curves have. */
export interface LossPair {
  step: number;
  kind: "training" | "validation";
  first: number;
  second: number;
}

export interface CurveComparison {
  /** "nothing" where the curves have no loss in common. */
  verdict: "same" | "close" | "different" | "nothing";
  /** Losses that both have, and the first and last step of them. */
  compared: number;
  firstStep: number;
  lastStep: number;
  /** The first pair that is not equal bit for bit. */
  firstUnequal: LossPair | null;
  /** The first pair further apart than the tolerance. */
  firstBeyond: LossPair | null;
  /** The pair furthest apart; null where all are equal. */
  furthest: LossPair | null;
}

const distance = ({first, second}: LossPair): number => Math.abs(first - second);

/** Compares two curves at every loss that both have; what only one has measured says nothing. */
export function compareCurves(
  first: readonly CurvePoint[],
  second: readonly CurvePoint[],
  tolerance = CURVE_TOLERANCE
): CurveComparison {
  const pairs = lossPairs(first, second);
  const unequal = pairs.filter((pair) => pair.first !== pair.second);
  // Asked this way round, NaN is beyond every tolerance.
  const firstBeyond = unequal.find((pair) => !(distance(pair) <= tolerance)) ?? null;
  const furthest = unequal.reduce<LossPair | null>(
    (most, pair) => (most && !(distance(pair) > distance(most)) ? most : pair),
    null
  );
  const verdict =
    pairs.length === 0 ? "nothing" : unequal.length === 0 ? "same" : firstBeyond ? "different" : "close";
  return {
    verdict,
    compared: pairs.length,
    firstStep: pairs[0]?.step ?? 0,
    lastStep: pairs.at(-1)?.step ?? 0,
    firstUnequal: unequal[0] ?? null,
    firstBeyond,
    furthest
  };
}

/** In the order of steps; a step's training loss, of before its update, precedes its validation loss, of after it. */
export function lossPairs(first: readonly CurvePoint[], second: readonly CurvePoint[]): LossPair[] {
  const others = new Map(second.map((point) => [point.step, point]));
  return first.flatMap((point): LossPair[] => {
    const other = others.get(point.step);
    if (!other) return [];
    const pair = (kind: LossPair["kind"], a: number | null, b: number | null): LossPair[] =>
      a === null || b === null ? [] : [{step: point.step, kind, first: a, second: b}];
    return [
      ...pair("training", point.trainLoss, other.trainLoss),
      ...pair("validation", point.validationLoss, other.validationLoss)
    ];
  });
}

/** Who computed the two curves, for people: "WebAssembly", "wasm". */
export interface Engines {
  first: string;
  second: string;
  /** Why the second computed in float32 what was to be of mixed precision; null or absent where it did not. */
  unmixed?: string | null;
}

/** The verdict on a replay, the second curve, in sentences. */
export function comparisonInWords(comparison: CurveComparison, engines: Engines): string {
  const {verdict, compared, lastStep, firstBeyond, furthest} = comparison;
  if (verdict === "nothing")
    return "There is nothing to compare yet: the curves have no measured step in common.";
  const all = `${formatPlural(compared, "loss", "losses")} up to step ${formatCount(lastStep)}`;
  if (verdict === "same") return `The same curve, bit for bit: all ${all} are equal.`;
  const most = `The largest difference of ${all} is ${inNats(distance(furthest!))}, in the ${furthest!.kind} loss of step ${formatCount(furthest!.step)}.`;
  const start = startInWords(comparison);
  if (verdict === "close")
    return `The same curve within rounding, not bit for bit: no two losses are more than ${CURVE_TOLERANCE} nats a token apart. ${most} ${start} ${roundingReason(engines)}`;
  return `Different curves: from step ${formatCount(firstBeyond!.step)} on, they are more than ${CURVE_TOLERANCE} nats a token apart, which is what rounding may come to (there the ${firstBeyond!.kind} loss is ${firstBeyond!.first.toFixed(4)} in the receipt and ${firstBeyond!.second.toFixed(4)} in the replay). ${most} ${start} ${differenceReason(engines)}`;
}

/** Up to where both are equal bit for bit. */
const startInWords = ({firstUnequal, firstStep}: CurveComparison): string =>
  firstUnequal!.step === firstStep
    ? "They differ from the first loss on."
    : `They are equal bit for bit before step ${formatCount(firstUnequal!.step)}.`;

const inNats = (x: number): string => `${x.toPrecision(2)} nats`;

/** What may have made the difference; the more so where the engines are of two kinds. */
function roundingReason({first, second}: Engines): string {
  const reason = "adds the same numbers in another order, and training makes the rounding grow";
  if (first === second)
    return `Both were computed by ${first}; another version of it, or another processor, ${reason}.`;
  const who = isOneKind(first, second) ? "an engine of the same kind on another processor" : "another engine";
  return `The receipt’s run was computed by ${first} and the replay by ${second}: ${who} ${reason}.`;
}

const differenceReason = ({first, second, unmixed}: Engines): string => {
  // An engine without halves has computed the receipt's run in float32 too.
  if (unmixed && engineNamed(first) !== "wasm" && engineNamed(first) !== "cpu")
    return `The cause is the precision: the receipt’s run was trained in mixed precision by ${first}, and the replay was computed in float32 by ${second}. ${unmixed} Half precision rounds more coarsely than any order of adding does.`;
  return isOneKind(first, second)
    ? "Another version of the site or of the engine may have computed it, the run may have moved between engines or its settings were others than the receipt says."
    : `The receipt’s run was computed by ${first} and the replay by ${second}. Rounding grows as a model trains, and fastest at high learning rates: replay on the receipt’s own engine to tell rounding from another cause.`;
};

const isOneKind = (first: string, second: string): boolean => {
  const kind = engineNamed(first);
  return first === second || (kind !== null && kind === engineNamed(second));
};
