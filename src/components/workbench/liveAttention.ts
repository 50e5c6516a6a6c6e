import {html} from "htl";
import {messageOf} from "../errorMessage.js";
import {attentionHeads, attentionLayers} from "../model/config.js";
import type {AttentionData} from "../views/attentionFigure.js";
import {asFigure, type Figure, setText} from "../views/figure.js";
import {formatCount, formatPlural} from "../views/format.js";
import type {RunState} from "./runState.js";

/**
 * The attention of the model in training over the end of what it wrote last, while the reader has it open: `ask` then
 * asks for each new text's, which comes with a later state. What draws it is fetched when it is first opened.
 */
export function liveAttention(initial: RunState, ask: () => void): Figure<RunState> {
  const caption = html`<p class="figure-note"></p>`;
  const frame = html`<div></div>`;
  const node =
    html`<details class="live-attention" hidden><summary>What its heads attend to</summary>${caption}${frame}</details>` as HTMLDetailsElement;
  let state = initial;
  let figure: Figure<AttentionData> | null = null;
  let drawn: RunState["attention"] = null;
  let asked: RunState["sample"] = null;

  node.addEventListener("toggle", () => {
    update(state);
  });

  function update(next: RunState): void {
    state = next;
    const {run, sample, attention} = state;
    node.hidden = !run || !sample?.isWhole || attentionLayers(run.modelConfig) === 0;
    if (!attention && drawn) {
      figure = drawn = null; // of another run
      frame.replaceChildren();
    }
    if (node.hidden || !node.open) return;
    if (sample !== asked) {
      asked = sample;
      ask();
    }
    if (!attention) setText(caption, "The model is being asked …");
    else if (attention !== drawn) void draw(attention);
  }

  async function draw(attention: NonNullable<RunState["attention"]>): Promise<void> {
    drawn = attention;
    const {modelConfig} = state.run!;
    const {tokens, step} = attention;
    const data: AttentionData = {
      tokens,
      attention: attention.weights,
      nLayer: attentionLayers(modelConfig),
      nHead: attentionHeads(modelConfig),
      causal: modelConfig.causal
    };
    try {
      const {attentionFigure} = await import("../views/attentionFigure.js");
      if (attention !== drawn) return; // a later one, or another run, has come meanwhile
      if (figure) figure.update(data);
      else {
        figure = attentionFigure(data);
        frame.replaceChildren(figure);
      }
      setText(
        caption,
        `The last ${formatPlural(tokens.length, "token")} of what it wrote, as it reads them at step ${formatCount(step)}. A new text brings new figures.`
      );
    } catch (error) {
      setText(caption, `The figure could not be loaded (${messageOf(error)}). Is the connection there?`);
    }
  }

  update(initial);
  return asFigure(node, update);
}
