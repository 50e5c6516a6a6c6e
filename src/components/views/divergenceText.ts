import {html} from "htl";
import {SURPRISE_BITS, surpriseStep} from "./colors.js";
import {asFigure, type Figure, setText} from "./figure.js";
import {formatBits, formatCount, formatFixed, tokenName} from "./format.js";
import {tokenStrip} from "./tokenStrip.js";

export interface DivergenceTextData {
  /** The tokens of a passage. */
  tokens: readonly string[];
  /** [tokens]: how far the model was from the truth before each, in nats; NaN where that is not known. */
  nats: ArrayLike<number>;
  /** Where the passage begins in the text: the place of its first token. */
  start: number;
}

/** A passage coloured by how far a model was from the true distribution, with a legend and a reading of one token. */
export function divergenceText(data: DivergenceTextData): Figure<DivergenceTextData> {
  let current = data;
  const strip = tokenStrip(stripData(data), {
    label: "Passage coloured by the distance from the true distribution",
    ramp: "surprise",
    flow: "text",
    onHover: (index) => setText(reading, index === null ? summary(current) : readToken(current, index))
  });
  strip.classList.add("tokens-framed");
  const reading = html`<p class="figure-reading" aria-live="polite">${summary(data)}</p>`;
  const node = html`<div class="divergence-text">${legend()}${strip}${reading}</div>`;
  return asFigure(node, (next: DivergenceTextData) => {
    current = next;
    strip.update(stripData(next));
    setText(reading, summary(next));
  });
}

function stripData({tokens, nats}: DivergenceTextData) {
  return {tokens, steps: tokens.map((_, i) => surpriseStep(nats[i]! / Math.LN2))};
}

function readToken({tokens, nats, start}: DivergenceTextData, index: number): string {
  const token = tokens[index];
  if (token === undefined) return "";
  const bits = nats[index]! / Math.LN2;
  const name = `Token ${formatCount(start + index + 1)}, ${tokenName(token)}`;
  return Number.isNaN(bits) ? `${name}: not predicted.` : `${name}: ${formatBits(bits)} from the truth.`;
}

function summary({tokens, nats}: DivergenceTextData): string {
  let [sum, known] = [0, 0];
  for (let i = 0; i < tokens.length; i++)
    if (!Number.isNaN(nats[i])) {
      sum += nats[i]! / Math.LN2;
      known++;
    }
  if (known === 0) return "Nothing of this passage was predicted.";
  return `${formatFixed(sum / known, 3)} bits from the truth each on average. Point at a token, or use the arrow keys, to read its distance.`;
}

function legend(): Element {
  const edges = [0, ...SURPRISE_BITS];
  return html`<div class="legend ramp-surprise" aria-label="Scale of distance" role="group">
    <span class="legend-title">Distance, bits</span>
    ${edges.map((from, i) => {
      const to = edges[i + 1];
      return html`<span class="token legend-step" data-step=${i}>${to === undefined ? `≥ ${from}` : `${from}–${to}`}</span>`;
    })}
  </div>`;
}
