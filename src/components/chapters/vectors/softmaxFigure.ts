import {html} from "htl";
import {distribution, PLAIN} from "../../generation/distribution.js";
import {setText, uniqueId} from "../../views/figure.js";
import {formatFixed, formatPercent} from "../../views/format.js";
import {rangeInput} from "../../views/rangeInput.js";

/** Tokens of the example; the first one came. */
const TOKENS = ["a", "b", "c"] as const;
const START = [2, 1, -1];
/** What a slider reaches. */
export const REACH = 6;

export interface SoftmaxState {
  logits: number[];
  /** The softmax of the logits. */
  probabilities: number[];
  /** The token that came. */
  target: number;
}

/** Three logits, their softmax, and the gradient that the cross-entropy sends back to each. */
export function softmaxFigure(onChange: (state: SoftmaxState) => void = () => {}): HTMLElement & {
  /** Moves the logit of the token that came, so that its probability is as near p as the sliders allow. */
  aim(p: number): void;
} {
  let target = 0;
  const sliders = TOKENS.map((token, i) =>
    rangeInput({label: `Logit of ‘${token}’`, min: -REACH, max: REACH, step: 0.05, value: START[i]!})
  );
  const group = uniqueId("came");
  const radios = TOKENS.map((token, i) => {
    const radio = html`<input type="radio" name=${group} checked=${i === 0}>` as HTMLInputElement;
    radio.addEventListener("change", () => {
      target = i;
      show();
    });
    return {radio, label: html`<label>${radio} ‘${token}’</label>`};
  });
  const rows = TOKENS.map((token) => {
    const bar = html`<span class="bar bar-kept"></span>` as HTMLElement;
    const [power, share, gradient] = [0, 0, 0].map(() => html`<td class="number"></td>`) as [
      Element,
      Element,
      Element
    ];
    const row = html`<tr><th scope="row">‘${token}’</th>${power}<td class="softmax-bar"><span class="bar-track" aria-hidden="true">${bar}</span></td>${share}${gradient}</tr>`;
    return {row, bar, power, share, gradient};
  });
  const reading = html`<p class="figure-reading" aria-live="polite"></p>`;

  function state(): SoftmaxState {
    const logits = sliders.map((slider) => slider.value);
    return {logits, probabilities: [...distribution(Float32Array.from(logits), PLAIN).probabilities], target};
  }
  function show(): void {
    const current = state();
    const {logits, probabilities} = current;
    rows.forEach(({row, bar, power, share, gradient}, i) => {
      const p = probabilities[i]!;
      bar.style.width = `${(100 * p).toFixed(1)}%`;
      setText(power, formatFixed(Math.exp(logits[i]!), 2));
      setText(share, formatPercent(p));
      setText(gradient, formatFixed(p - (i === target ? 1 : 0), 3));
      row.classList.toggle("came", i === target);
    });
    const sum = logits.reduce((total, logit) => total + Math.exp(logit), 0);
    setText(
      reading,
      `The powers sum to ${formatFixed(sum, 2)}; each, divided by that, is a probability. ‘${TOKENS[target]}’ came, and had ${formatPercent(probabilities[target]!)}.`
    );
    onChange(current);
  }
  for (const slider of sliders) slider.addEventListener("input", show);
  const reset = html`<button type="button" class="button">Reset</button>`;
  reset.addEventListener("click", () => {
    target = 0;
    sliders.forEach((slider, i) => {
      slider.value = START[i]!;
      radios[i]!.radio.checked = i === 0;
    });
    show();
  });
  show();
  const node = html`<figure class="figure softmax-figure"><div class="beside">
    <div>${sliders}<fieldset class="choice"><legend>The token that came</legend>${radios.map(({label}) => label)}</fieldset>
      <p class="button-row">${reset}</p></div>
    <div class="scroll"><table class="softmax-table"><thead><tr><th scope="col">token</th><th scope="col" class="number">e<sup>z</sup></th><th scope="col"><span class="visually-hidden">bar</span></th><th scope="col" class="number">p</th><th scope="col" class="number gradient-name">dz = p − q</th></tr></thead>
      <tbody>${rows.map(({row}) => row)}</tbody></table></div>
    </div>${reading}</figure>` as HTMLElement;
  return Object.assign(node, {
    aim: (p: number) => {
      sliders[target]!.value = logitFor(p, state());
      show();
    }
  });
}

/** The logit that gives the token that came probability p among the others as they are: ln(p / (1 − p)) + ln Σ e^z. */
export function logitFor(p: number, {logits, target}: Pick<SoftmaxState, "logits" | "target">): number {
  const rest = logits.reduce((sum, logit, i) => sum + (i === target ? 0 : Math.exp(logit)), 0);
  return Math.log(p / (1 - p)) + Math.log(rest);
}
