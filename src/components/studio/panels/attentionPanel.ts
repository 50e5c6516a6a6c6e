import {html} from "htl";
import {type AttentionData, attentionFigure} from "../../views/attentionFigure.js";
import {asFigure, type Figure, setText} from "../../views/figure.js";
import {formatCount} from "../../views/format.js";
import type {AttentionState} from "../attentionFollower.js";
import {farSightedHead} from "../farSightedHead.js";
import type {StudioState} from "../studio.js";
import {type Panel, say} from "./panel.js";

/** The attention over prompt and continuation: the last complete trace, and whether the text has moved on. */
export function attentionPanel(): Panel {
  const state = html`<p class="figure-reading attention-state" role="status">The attention of every head stands here once the model has read the prompt.</p>`;
  const problem = html`<p class="box-problem" role="alert" hidden></p>` as HTMLElement;
  const frame = html`<div></div>`;
  let figure: Figure<AttentionData> | null = null;
  let drawn: AttentionState["trace"] = null;
  const node = html`<section class="attention-panel" aria-label="Attention">${state}${problem}${frame}</section>`;

  return asFigure(node, ({attention, writing, model}: StudioState) => {
    say(problem, [attention?.problem]);
    const trace = attention?.trace;
    if (drawn && !trace) setText(state, "The figure is the other model's; this one is reading the text.");
    if (!model || !trace?.attention) return;
    const length = (writing?.prompt.length ?? 0) + (writing?.tokens.length ?? 0);
    if (attention?.stale) setText(state, "The text has moved on; the figure follows.");
    else if (trace.ids.length < length)
      setText(
        state,
        `The text has ${formatCount(length)} tokens; these are the last ${formatCount(trace.ids.length)}, all that the model sees when it writes the next.`
      );
    else setText(state, "Up to date: every token of the prompt and its continuation.");
    if (trace === drawn) return;
    drawn = trace;
    const {config, tokenizer} = model.model;
    const data = {
      tokens: Array.from(trace.ids, (id) => tokenizer.vocabulary[id] ?? ""),
      attention: trace.attention,
      nLayer: config.nLayer,
      nHead: config.nHead
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
