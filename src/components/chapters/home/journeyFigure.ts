import {html} from "htl";
import {asFigure, type Figure, setText} from "../../views/figure.js";
import {formatPercent, tokenName, visibleToken} from "../../views/format.js";
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
    const {tokens, ids, stream, looks, next} = journey;
    const last = tokens.at(-1) ?? "";
    const stage = (title: string, body: Node | string, vector?: readonly number[]) =>
      html`<li><p class="journey-title">${title}</p><div class="journey-body">${body}</div>${
        vector ? vectorBars(vector, title) : null
      }</li>` as HTMLElement;
    const [embedded, ...layers] = stream;
    const steps = [
      stage(`The ${unit}`, html`<span>${"You press "}<code>${visibleToken(last)}</code></span>`),
      stage("A number", `It is number ${ids.at(-1)} of the vocabulary.`)
    ];
    if (embedded)
      steps.push(
        stage(
          "A vector",
          `That row of a learned table, and its place in the line: ${embedded.length} numbers.`,
          embedded
        )
      );
    looks.forEach((seen, i) => {
      const words = seen.map(
        ({key, weight, head}) =>
          html`<li><code>${visibleToken(tokens[key]!)}</code>${` at place ${key + 1}: ${formatPercent(weight)} of head ${head + 1}`}</li>`
      );
      const body = html`<div>${"It looks back, most at"}<ul class="journey-looks">${words}</ul></div>`;
      steps.push(stage(`Layer ${i + 1}`, body, layers[i]));
    });
    const bars = next.map(
      ({token, probability}) =>
        html`<li><code>${visibleToken(token)}</code><span class="bar-track" aria-hidden="true"><span class="bar bar-kept" style=${{width: `${(100 * probability).toFixed(1)}%`}}></span></span><span class="number">${formatPercent(probability)}</span></li>`
    );
    steps.push(stage("What comes next", html`<ol class="expect">${bars}</ol>`));
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
