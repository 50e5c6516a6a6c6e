import {html} from "htl";
import {attentionStep} from "../../views/colors.js";
import {asFigure, type Figure, setText} from "../../views/figure.js";
import {formatCount, formatPercent, tokenName, visibleToken} from "../../views/format.js";
import type {Journey} from "./journey.js";
import {vectorBars} from "./vectorBars.js";

export interface JourneyData {
  journey: Journey;
  /** What a token is called: "character" or "token". */
  unit: string;
}

/** One key's way through the whole model: text, number, vector, layer after layer, scores, probabilities. */
export function journeyFigure(data: JourneyData): Figure<JourneyData> {
  const stages = html`<ol class="journey"></ol>` as HTMLElement;
  const reading = html`<p class="figure-reading" aria-live="polite"></p>`;
  const node = html`<figure class="figure journey-figure">${stages}${reading}</figure>` as HTMLElement;

  function update({journey, unit}: JourneyData): void {
    const {tokens, ids, vocabularySize, addsPosition, stream, looks, next} = journey;
    const last = tokens.at(-1) ?? "";
    const stage = (title: string, body: Node | string, vector?: readonly number[]) =>
      html`<li><p class="journey-title">${title}</p><div class="journey-body">${body}</div>${
        vector ? vectorBars(vector, title) : null
      }</li>` as HTMLElement;
    const [embedded, ...layers] = stream;
    const steps = [
      stage(`The ${unit}`, html`<span>${"You press "}<code>${visibleToken(last)}</code></span>`),
      stage(
        "A number",
        `The model knows ${formatCount(vocabularySize)} ${unit}s. This is number ${ids.at(-1)} of them, counted from 0.`
      )
    ];
    if (embedded)
      steps.push(
        stage(
          "A vector",
          `Row ${ids.at(-1)} of a learned table${addsPosition ? `, plus a vector for place ${tokens.length} of the line` : ""}: ${embedded.length} numbers.`,
          embedded
        )
      );
    looks.forEach((seen, i) => {
      const words = seen.map(({key, weight, head}) => {
        const where = key === tokens.length - 1 ? " itself" : ` at place ${key + 1}`;
        return html`<li><code>${visibleToken(tokens[key]!)}</code>${`${where}: ${formatPercent(weight)} of head ${head + 1}’s`}</li>`;
      });
      const body = html`<div>${"Its heads look back. Most attention went to"}${lookedAt(tokens, seen)}<ul class="journey-looks">${words}</ul>${
        layers[i] ? "What they found is added, then what the layer computes from it:" : null
      }</div>`;
      steps.push(stage(`Layer ${i + 1}`, body, layers[i]));
    });
    const bars = next.map(
      ({token, probability}) =>
        html`<li><code>${visibleToken(token)}</code><span class="bar-track" aria-hidden="true"><span class="bar bar-kept" style=${{width: `${(100 * probability).toFixed(1)}%`}}></span></span><span class="number">${formatPercent(probability)}</span></li>`
    );
    const scores = html`<div>${`Each of the ${formatCount(vocabularySize)} gets a score, and the scores become probabilities:`}<ol class="expect">${bars}</ol></div>`;
    steps.push(stage("What comes next", scores));
    // Each stage appears after the one before; those who want no motion see all at once.
    steps.forEach((step, i) => {
      step.style.setProperty("--step", String(i));
    });
    stages.replaceChildren(...steps);
    const [first] = next;
    setText(
      reading,
      first
        ? `After ${tokenName(last)} the model expects ${tokenName(first.token)}, with a probability of ${formatPercent(first.probability)}.`
        : ""
    );
  }
  update(data);
  return asFigure(node, update);
}

/** The line as it was read, shaded where a layer looked; the list below it says the same in words. */
function lookedAt(tokens: readonly string[], seen: Journey["looks"][number]): Element {
  const spans = tokens.map((token, key) => {
    const look = seen.find((one) => one.key === key);
    const text = token === " " ? token : visibleToken(token);
    return html`<span class="token" data-step=${look ? Math.max(1, attentionStep(look.weight)) : null}>${text}</span>`;
  });
  return html`<p class="tokens ramp-attention journey-seen" aria-hidden="true">${spans}</p>`;
}
