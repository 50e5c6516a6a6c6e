import {html} from "htl";
import {asFigure, type Figure} from "../../views/figure.js";
import {formatCount, formatFixed, formatPercent, visibleToken} from "../../views/format.js";
import {plainTable} from "../../views/plainTable.js";
import {statGrid} from "../../views/statGrid.js";
import {formatRate, formatSmall} from "./formatSmall.js";
import type {StepTrace, WatchedNumber} from "./stepTracer.js";

/** The parts of a training step, in their order, each with the declarations that compute it. */
export const STAGES = [
  {key: "batch", name: "Batch", file: "corpus/batches.ts", declarations: ["sampleBatch"]},
  {key: "forward", name: "Forward", file: "model/transformer.ts", declarations: ["tinyTransformerLM"]},
  {key: "loss", name: "Loss", file: "ops/crossEntropy.ts", declarations: ["placeLosses"]},
  {
    key: "backward",
    name: "Backward",
    file: "model/tensorModel.ts",
    declarations: ["TensorModel.gradientsOf"]
  },
  {
    key: "clip",
    name: "Clip",
    file: "ops/clipByGlobalNorm.ts",
    declarations: ["clipByGlobalNorm", "clipFactor"]
  },
  {key: "update", name: "Update", file: "ops/adamW.ts", declarations: ["update"]}
] as const;

export type StageKey = (typeof STAGES)[number]["key"];

/** What happens in each part, with the numbers of this step. */
export const stageSentences: Record<StageKey, (trace: StepTrace) => string> = {
  batch: ({inputs}) =>
    `${inputs.length} windows of ${inputs[0]!.length} characters are cut out of the text at random. Below each character that is read stands the one to be predicted: the next.`,
  forward: ({probabilities, parameters}) =>
    `The model, ${formatCount(parameters)} numbers, reads all windows at once. At every place it gives each character a probability; below is the one that it gave to what came, ${formatPercent(mean(probabilities.flat()))} on average.`,
  loss: ({loss, vocabSize}) =>
    `Of every one of these probabilities −ln p is taken. The mean is the loss, ${formatFixed(loss, 3)} nats. A blind guess among ${vocabSize} would have ln ${vocabSize} = ${formatFixed(Math.log(vocabSize), 3)}.`,
  backward: ({parameters, watched}) =>
    `Back through every layer, with one question for each of the ${formatCount(parameters)} parameters: if it grew a little, how fast would the loss change? The answers are the gradient. Here are ${watched.length} of them.`,
  clip: ({norm, clipNorm, factor}) =>
    norm > clipNorm
      ? `All parameters’ gradients together have a length, the global norm, of ${formatFixed(norm, 3)}. That is more than ${clipNorm}, so all are multiplied by ${formatFixed(factor, 3)}.`
      : `All parameters’ gradients together have a length, the global norm, of ${formatFixed(norm, 3)}. That is no more than ${clipNorm}, so they stay as they are.`,
  update: ({loss, lossAfter, learningRate, step}) =>
    `AdamW brings its running means up to date and moves every parameter, at a learning rate of ${formatRate(learningRate)} in step ${formatCount(step)}. On this batch the loss goes from ${formatFixed(loss, 4)} to ${formatFixed(lossAfter, 4)}.`
};

/** The numbers of each part. */
export const stageNumbers: Record<StageKey, (trace: StepTrace) => HTMLElement> = {
  batch: ({inputs, targets}) =>
    windowTable("The batch", inputs, targets, (_, t, row) => visibleToken(targets[row]![t]!)),
  forward: ({inputs, probabilities}) =>
    windowTable("What is read, and the probability of what came next", inputs, probabilities, (p) =>
      shortPercent(p)
    ),
  loss: ({inputs, probabilities}) =>
    windowTable("−ln p at every place, nats", inputs, probabilities, (p) => formatFixed(-Math.log(p), 1)),
  backward: ({watched}) =>
    watchedTable("Values and gradients", watched, [
      ["value", ({before}) => before],
      ["gradient", ({gradient}) => gradient]
    ]),
  clip: ({watched, norm, clipNorm, factor}) =>
    html`<div>${statGrid([
      {label: "global norm", value: formatFixed(norm, 3)},
      {label: "largest allowed", value: formatFixed(clipNorm, 0)},
      {label: "factor", value: formatFixed(factor, 3)}
    ])}${watchedTable("Gradients", watched, [
      ["before", ({gradient}) => gradient],
      ["after", ({clipped}) => clipped]
    ])}</div>` as HTMLElement,
  update: (trace) =>
    watchedTable("AdamW’s update", trace.watched, [
      ["gradient", ({clipped}) => clipped],
      ["m", ({firstMoment}) => firstMoment[1]],
      ["v", ({secondMoment}) => secondMoment[1]],
      ["step", (number) => movesOf(trace, number).taken],
      ["decay", (number) => movesOf(trace, number).decay],
      ["before", ({before}) => before],
      ["after", ({after}) => after]
    ])
};

/** The two parts of AdamW’s update of one number, as its formula has them; the new value is the old one plus both. */
export function movesOf(
  {learningRate, corrections, settings}: Pick<StepTrace, "learningRate" | "corrections" | "settings">,
  {
    firstMoment,
    secondMoment,
    weightDecay,
    before
  }: Pick<WatchedNumber, "firstMoment" | "secondMoment" | "weightDecay" | "before">
): {taken: number; decay: number} {
  const m = firstMoment[1] / corrections[0];
  const v = secondMoment[1] / corrections[1];
  return {
    taken: (-learningRate * m) / (Math.sqrt(v) + settings.epsilon),
    decay: -learningRate * weightDecay * before
  };
}

/** One part of a step, redrawn for another. */
export function stagePane(key: StageKey, trace: StepTrace): Figure<{key: StageKey; trace: StepTrace}> {
  const node = html`<div class="loop-numbers"></div>`;
  const update = (next: {key: StageKey; trace: StepTrace}) =>
    node.replaceChildren(stageNumbers[next.key](next.trace));
  update({key, trace});
  return asFigure(node, update);
}

function windowTable<Of>(
  caption: string,
  inputs: string[][],
  values: Of[][],
  text: (value: Of, t: number, row: number) => string
): HTMLElement {
  return html`<div class="scroll" role="region" tabindex="0" aria-label=${caption}><table class="window-table"><caption>${caption}</caption><tbody>${inputs.map(
    (tokens, row) =>
      html`<tr><th scope="row">${row + 1}</th>${tokens.map(
        (token, t) =>
          html`<td><code>${visibleToken(token)}</code><span>${text(values[row]![t]!, t, row)}</span></td>`
      )}</tr>`
  )}</tbody></table></div>` as HTMLElement;
}

/** Whole per cents where there is no room for more. */
const shortPercent = (p: number): string =>
  p < 0.095 ? `${formatFixed(100 * p, 1)}%` : `${formatFixed(100 * p, 0)}%`;

/** The numbers that are followed, one a column. */
function watchedTable(
  caption: string,
  watched: readonly WatchedNumber[],
  rows: readonly (readonly [label: string, value: (number: WatchedNumber) => number])[]
): HTMLElement {
  return plainTable({
    caption: `${caption} of ${watched.length} of the parameters`,
    columns: ["From the", ...watched.map(({name}) => PLAIN_NAMES[name] ?? name)],
    rows: [
      ["place", ...watched.map(placeName)],
      ...rows.map(([label, value]) => [label, ...watched.map((number) => formatSmall(value(number)))])
    ]
  });
}

/** What the watched parameters are, for people. */
const PLAIN_NAMES: Record<string, string> = {
  "transformer.wte.weight": "token table",
  "transformer.h.0.attn.c_attn.weight": "attention",
  "transformer.ln_f.weight": "last norm"
};

/** "[32, 6]": a place in a parameter, row and column counted from 0. */
function placeName({shape, index}: WatchedNumber): string {
  const place = shape.length > 1 ? [Math.floor(index / shape[1]!), index % shape[1]!] : [index];
  return `[${place.join(", ")}]`;
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
