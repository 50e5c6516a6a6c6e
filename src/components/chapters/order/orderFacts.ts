import type {Prediction} from "../../book/predict.js";
import {formatCount, formatFixed} from "../../views/format.js";
import {learnedTable, type OrderPage} from "./orderPage.js";
import {POSITION_KINDS, type PositionKind} from "./positionKinds.js";
import {edgeAndEnd, ranking, rankingInWords} from "./recording.js";
import {largestChange} from "./reordering.js";
import {cosines, meanCosine} from "./similarity.js";

/** The numbers in the chapter's prose. */
export function orderFacts({recording, shuffle, learned}: OrderPage) {
  const points = (name: keyof typeof shuffle.readings) => {
    const {before, after} = shuffle.readings[name];
    return formatFixed(100 * largestChange(before, after).change, 0);
  };
  const alike = cosines(learnedTable(learned), learned.C);
  const far = Math.floor(learned.T / 2);
  const losses = (kind: PositionKind) => {
    const {edge, end} = edgeAndEnd(recording, kind);
    return {edge: formatFixed(edge, 2), end: formatFixed(end!, 2)};
  };
  return {
    /** How far the shuffle moves a probability at most, in percentage points. */
    twoLayers: points("none"),
    rope: points("rope"),
    neighbours: formatFixed(meanCosine(alike, 1), 2),
    /** Half the table, and how alike positions so far apart are. */
    far: formatCount(far),
    farApart: formatFixed(meanCosine(alike, far), 2),
    beyond: {sinusoidal: losses("sinusoidal"), rope: losses("rope"), alibi: losses("alibi")}
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
    because: `After ${formatCount(shortSteps)} steps: ${rankingInWords(recording, "short")} nats a character. After ${formatCount(longSteps)}: ${rankingInWords(recording, "long")}. The race has two ends. Before training, the waves are ${formatFixed(start.waves / start.tokens, 0)} times as large as the token vectors they are added to, so the tokens have to grow before they are heard: that is the likely reason for the slow start. Without positions there is nothing in the way at first, and soon little left to learn. One seed, one small model and one text: a demonstration, not a verdict.`
  };
}
