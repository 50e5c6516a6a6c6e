import type {Prediction} from "../../book/predict.js";
import {formatCount, formatFixed} from "../../views/format.js";
import {insideAndBeyond} from "./beyondFigure.js";
import {learnedTable, type OrderPage} from "./orderPage.js";
import {POSITION_KINDS, type PositionKind, positionKind} from "./positionKinds.js";
import type {PositionRecording} from "./recording.js";
import {largestChange} from "./reordering.js";
import {cosines, meanCosine} from "./similarity.js";

/** The kinds from the lowest recorded loss to the highest. */
export function ranking({runs}: PositionRecording, length: "short" | "long"): PositionKind[] {
  return POSITION_KINDS.map(({kind}) => kind).sort(
    (a, b) => finalLoss(runs[a][length].curve) - finalLoss(runs[b][length].curve)
  );
}

const finalLoss = (curve: readonly [number, number][]): number => curve.at(-1)![1];

/** "learned 1.15": each kind with its last recorded loss, best first. */
export function rankingInWords(recording: PositionRecording, length: "short" | "long"): string {
  return ranking(recording, length)
    .map(
      (kind) => `${positionKind(kind).name} ${formatFixed(finalLoss(recording.runs[kind][length].curve), 2)}`
    )
    .join(", ");
}

/** The numbers in the chapter's prose. */
export function orderFacts({recording, shuffle, learned, start}: OrderPage) {
  const points = (name: keyof typeof shuffle.readings) => {
    const {before, after} = shuffle.readings[name];
    return formatFixed(100 * largestChange(before, after).change, 0);
  };
  const alike = cosines(learnedTable(learned), learned.C);
  const {inside, beyond} = insideAndBeyond(recording, "sinusoidal");
  return {
    /** How far the shuffle moves a probability at most, in percentage points. */
    twoLayers: points("none"),
    rope: points("rope"),
    /** How many times larger the waves are than the vectors they are added to, before training. */
    drowned: formatFixed(start.waves / start.tokens, 0),
    neighbours: formatFixed(meanCosine(alike, 1), 2),
    tenApart: formatFixed(meanCosine(alike, 10), 2),
    sinusoidalInside: formatFixed(inside, 2),
    sinusoidalBeyond: formatFixed(beyond!, 2),
    shortWorst: positionKind(ranking(recording, "short").at(-1)!).name,
    longWorst: positionKind(ranking(recording, "long").at(-1)!).name,
    longBest: positionKind(ranking(recording, "long")[0]!).name
  };
}

/** Which kind learns worst: asked before the curves are shown. */
export function worstPrediction({recording, start}: OrderPage): Prediction {
  const worst = ranking(recording, "short").at(-1)!;
  const {shortSteps, longSteps} = recording;
  return {
    question: `Five small models train for ${formatCount(shortSteps)} steps on the same text. Which has the highest loss at the end?`,
    choices: POSITION_KINDS.map(({name}) => name),
    right: POSITION_KINDS.findIndex(({kind}) => kind === worst),
    because: `After ${formatCount(shortSteps)} steps: ${rankingInWords(recording, "short")} nats a character. After ${formatCount(longSteps)}: ${rankingInWords(recording, "long")}. Before training the waves are ${formatFixed(start.waves / start.tokens, 0)} times as large as the token vectors they are added to, and the tokens have to grow before they can be heard; a model without positions has no such start to make up for, but less to gain.`
  };
}
