import {html} from "htl";
import type {LanguageModel} from "../../inference/languageModel.js";
import {attentionHeads, attentionLayers} from "../../model/config.js";
import type {Tokenizer} from "../../text/tokenizer.js";
import {tokenTexts} from "../../text/tokenTexts.js";
import {type AttentionData, attentionFigure} from "../../views/attentionFigure.js";
import {asFigure, type Figure, setText} from "../../views/figure.js";
import {formatCount, formatPlural} from "../../views/format.js";
import {modelName} from "../../views/modelSentences.js";
import type {AttentionState} from "../attentionFollower.js";
import {farSightedHead} from "../farSightedHead.js";
import type {StudioState} from "../studio.js";
import type {WritingState} from "../writing.js";
import {type Panel, say} from "./panel.js";

const WAITING = "The attention of every head stands here once the model has read the prompt.";

/** The attention over prompt and continuation: the last complete trace, and whether the text has moved on. */
export function attentionPanel(): Panel {
  const state = html`<p class="figure-reading attention-state" role="status">${WAITING}</p>`;
  const problem = html`<p class="box-problem" role="alert" hidden></p>` as HTMLElement;
  const frame = html`<div></div>`;
  let figure: Figure<AttentionData> | null = null;
  let drawn: AttentionState["trace"] = null;
  const node = html`<section class="attention-panel" aria-label="Attention">${state}${problem}${frame}</section>`;

  return asFigure(node, ({attention, writing, model}: StudioState) => {
    say(problem, [attention?.problem]);
    if (model && attentionLayers(model.model.config) === 0) {
      setText(state, noAttention(model.model));
      frame.replaceChildren();
      figure = drawn = null;
      return;
    }
    const trace = attention?.trace;
    if (!trace)
      setText(state, figure ? "The figure is the other model's; this one is reading the text." : WAITING);
    if (!model || !trace?.attention) return;
    setText(state, stateSentence(attention!, writing, model.model.tokenizer));
    if (trace === drawn) return;
    drawn = trace;
    const {config, tokenizer} = model.model;
    const data = {
      tokens: tokenTexts(trace.ids, tokenizer),
      attention: trace.attention,
      nLayer: attentionLayers(config),
      nHead: attentionHeads(config),
      causal: config.causal
    };
    if (figure) {
      figure.update(data);
      return;
    }
    const head = farSightedHead(data.attention, data.nLayer, data.nHead, data.tokens.length);
    figure = attentionFigure(data, {head});
    frame.append(figure);
  });
}

/** Why a model's figure is empty; what the model is instead stands beside its name. */
const noAttention = ({config, tokenizer: {unit}}: LanguageModel): string =>
  `This model, ${modelName(config)}, has no attention to show: no part of it weighs the ${unit}s before against each other. A transformer does, and so does a single head of attention.`;

function stateSentence(
  {stale, trace}: AttentionState,
  writing: WritingState | null,
  {unit}: Tokenizer
): string {
  if (stale) return "The text has moved on; the figure follows.";
  const length = (writing?.prompt.length ?? 0) + (writing?.tokens.length ?? 0);
  const seen = trace!.ids.length;
  return seen < length
    ? `The text has ${formatPlural(length, unit)}; these are the last ${formatCount(seen)}, all that the model sees when it writes the next.`
    : `Up to date: every ${unit} of the prompt and its continuation.`;
}
