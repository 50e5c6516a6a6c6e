import {html} from "htl";
import {tokenTexts} from "../../text/tokenTexts.js";
import {type DistributionData, distributionBars} from "../../views/distributionBars.js";
import {asFigure, type Figure, setText} from "../../views/figure.js";
import {visibleToken} from "../../views/format.js";
import type {StudioState} from "../studio.js";
import type {Panel} from "./panel.js";

/** Tokens quoted before the place in question. */
const QUOTED = 24;

/** The exact distribution at one place of the continuation. */
export function distributionPanel(): Panel {
  const title = html`<p class="figure-title distribution-place">The next token</p>`;
  const frame = html`<div><p class="figure-reading">The distribution stands here once the model has read the prompt.</p></div>`;
  let vocabulary: readonly string[] | null = null;
  let bars: Figure<DistributionData> | null = null;
  const node = html`<section class="distribution-panel" aria-label="Distribution of one token">${title}${frame}</section>`;

  return asFigure(node, ({writing, model}: StudioState) => {
    if (!model || !writing?.shown) return;
    const data = {...writing.shown.distribution, chosen: writing.shown.chosen};
    if (vocabulary !== model.model.tokenizer.vocabulary || !bars) {
      ({vocabulary} = model.model.tokenizer);
      bars = distributionBars(data, {vocabulary});
      frame.replaceChildren(bars);
    } else bars.update(data);
    const before = [...writing.prompt, ...writing.tokens.slice(0, writing.selected)];
    const quoted = tokenTexts(before, model.model.tokenizer).slice(-QUOTED).map(visibleToken);
    setText(title, `The token after “${before.length > QUOTED ? "…" : ""}${quoted.join("")}”`);
  });
}
