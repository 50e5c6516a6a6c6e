import {html} from "htl";
import {predict} from "../../book/predict.js";
import {formatPercent} from "../../views/format.js";
import {notice} from "../../views/notice.js";
import {attentionStepper} from "./attentionStepper.js";
import {attentionSteps} from "./attentionSteps.js";
import type {Place} from "./clearestHead.js";
import {headMatrices} from "./lineTrace.js";
import {type OwnLineOptions, ownLine} from "./ownLine.js";
import {type PackedTrace, unpackTrace} from "./packedTrace.js";
import {attentionPrediction} from "./prediction.js";

/** What src/data/attention.json holds. */
export interface AttentionPage {
  /** Null for a model whose heads cannot be seen apart: one without attention, or of a single head and nothing else. */
  trace: PackedTrace | null;
  start: Place;
}

export interface HeadFigure {
  figure: HTMLElement;
  prediction: HTMLElement | null;
  /** T, C, H and D of the figure; of an example where there is none. */
  sizes: {T: number; C: number; H: number; D: number};
  /** The largest weight of the row that the figure begins with, as a percentage. */
  largestWeight: string | null;
  dispose(): void;
}

/** The chapter's opening figure with the reader's own line, and the question about it. */
export function headFigure(
  {trace: packed, start}: AttentionPage,
  files: Pick<OwnLineOptions, "model" | "tokenizer">
): HeadFigure {
  if (!packed)
    return {
      figure: notice({
        kind: "info",
        message:
          "The model that this site ships has no heads of attention to look into. The text below holds for models that have."
      }),
      prediction: null,
      sizes: {T: 12, C: 96, H: 4, D: 24},
      largestWeight: null,
      dispose: () => {}
    };
  const trace = unpackTrace(packed);
  const {nEmbd: C, nHead: H} = trace.model;
  const T = trace.tokens.length;
  // Not yet at the answer of the prediction: the query asks itself.
  const unasked = {...start, key: start.query};
  const stepper = attentionStepper({trace, start: unasked});
  const own = ownLine({
    ...files,
    text: trace.tokens.join(""),
    onLine: (trace) => stepper.update({trace}),
    onReset: () => stepper.update({trace, start: unasked})
  });
  const {weights} = attentionSteps(headMatrices(trace, start.layer, start.head));
  const row = weights.subarray(start.query * T, (start.query + 1) * T);
  return {
    figure: html`<div>${stepper}${own}</div>` as HTMLElement,
    prediction: predict(attentionPrediction(trace, start), {
      onReveal: () => {
        own.reset();
        stepper.update({trace, start});
        stepper.show("softmax");
      }
    }),
    sizes: {T, C, H, D: C / H},
    largestWeight: formatPercent(Math.max(...row)),
    dispose: () => own.dispose()
  };
}
