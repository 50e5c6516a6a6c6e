import {html} from "htl";
import {SURPRISE_BITS, surpriseStep} from "./colors.js";
import {asFigure, type Figure, setText} from "./figure.js";
import {formatBits, formatCount, formatFixed, formatPercent, formatPlural, tokenName} from "./format.js";
import {tokenStrip} from "./tokenStrip.js";

export interface SurpriseData {
  /** The N tokens. */
  tokens: readonly string[];
  /** [N]: what else there is to say of a token: "part of ‘é’". */
  notes?: readonly (string | null)[] | undefined;
  /** [N − 1], −ln p of token i + 1 in nats; Infinity where the truncated distribution gave it no chance. */
  nats: ArrayLike<number>;
}

/** −log₂ p of token `index`; NaN for the first, which nothing predicted. */
function bitsOf({nats}: SurpriseData, index: number): number {
  return index === 0 ? Number.NaN : (nats[index - 1] ?? Number.NaN) / Math.LN2;
}

/** A text coloured by how much each token surprised the model, with a legend and a reading of one token. */
export function surpriseText(
  data: SurpriseData,
  {label = "Text coloured by surprise"} = {}
): Figure<SurpriseData> {
  let current = data;
  let shown: number | null = null;

  const read = (index: number | null) => {
    shown = index;
    setText(
      reading,
      index === null || index >= current.tokens.length ? summary(current) : readToken(current, index)
    );
  };
  const strip = tokenStrip(stripData(data), {
    label,
    ramp: "surprise",
    flow: "text",
    markName: "cut to zero",
    onHover: read
  });
  strip.classList.add("tokens-framed");
  const reading = html`<p class="figure-reading" aria-live="polite">${summary(data)}</p>`;
  const node = html`<figure class="figure surprise-text">
    ${surpriseLegend()}${strip}${reading}
  </figure>`;

  return asFigure(node, (next: SurpriseData) => {
    current = next;
    strip.update(stripData(next));
    read(shown);
  });
}

function stripData(data: SurpriseData) {
  const {tokens} = data;
  const steps = new Uint8Array(tokens.length);
  const marked = new Uint8Array(tokens.length);
  for (let i = 0; i < tokens.length; i++) {
    const bits = bitsOf(data, i);
    steps[i] = surpriseStep(bits);
    marked[i] = bits === Infinity ? 1 : 0;
  }
  return {tokens, steps, marked};
}

function readToken(data: SurpriseData, index: number): string {
  const value = bitsOf(data, index);
  const note = data.notes?.[index];
  const name = `Token ${formatCount(index + 1)}, ${tokenName(data.tokens[index]!)}${note ? `, ${note}` : ""}`;
  if (Number.isNaN(value)) return `${name}: nothing came before it, so nothing predicted it.`;
  if (value === Infinity) return `${name}: cut to zero; under these settings the model could never write it.`;
  return `${name}: ${formatBits(value)}, p = ${formatPercent(2 ** -value)}.`;
}

function summary(data: SurpriseData): string {
  const {tokens} = data;
  let [sum, measured, cut] = [0, 0, 0];
  for (let i = 0; i < tokens.length; i++) {
    const value = bitsOf(data, i);
    if (Number.isNaN(value)) continue;
    if (value === Infinity) cut += 1;
    else {
      sum += value;
      measured += 1;
    }
  }
  if (measured + cut === 0)
    return tokens.length === 0 ? "No text yet." : "Nothing to measure: a single token.";
  const mean = `${formatFixed(sum / measured, 2)} bits each on average`;
  const sentence =
    cut === 0
      ? `${formatPlural(measured, "token")} measured, ${mean}.`
      : `${formatPlural(cut, "token")} of ${formatCount(measured + cut)} cut to zero${measured === 0 ? "" : `; the others, ${mean}`}.`;
  return `${sentence} Point at one, or use the arrow keys, to read its surprise.`;
}

/** The steps of the ramp in bits, and what marks a token that was cut where any may be. */
export function surpriseLegend({cut = true} = {}): Element {
  const edges = [0, ...SURPRISE_BITS];
  return html`<div class="legend ramp-surprise" aria-label="Scale of surprise" role="group">
    <span class="legend-title">Surprise, bits</span>
    ${edges.map((from, i) => {
      const to = edges[i + 1];
      return html`<span class="token legend-step" data-step=${i}>${to === undefined ? `≥ ${from}` : `${from}–${to}`}</span>`;
    })}
    ${cut ? html`<span class="token legend-step token-marked">cut to zero</span>` : null}
  </div>`;
}
