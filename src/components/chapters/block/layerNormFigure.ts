import {html} from "htl";
import {asFigure, type Figure, setText} from "../../views/figure.js";
import {formatFixed, tokenName} from "../../views/format.js";
import {rangeInput} from "../../views/rangeInput.js";
import {barStrip} from "./barStrip.js";
import {formatPower} from "./formatPower.js";
import {layerNormVector} from "./layerNormVector.js";

export interface LayerNormData {
  /** The vector that the model's LayerNorm reads at a token, [C], and the token. */
  x: readonly number[];
  token: string;
  position: number;
  gain: readonly number[];
  bias: readonly number[] | null;
}

/** One real vector on its way through LayerNorm; sliders scale and shift what goes in, and what comes out stays. */
export function layerNormFigure(data: LayerNormData): Figure<LayerNormData> {
  let current = data;
  const scale = rangeInput({
    label: "Multiply the input by",
    min: 0.1,
    max: 10,
    step: 0.01,
    value: 1,
    scale: "log",
    format: (value) => formatFixed(value, 2)
  });
  const shift = rangeInput({label: "Add to every number", min: -5, max: 5, step: 0.1, value: 0});
  const reset = html`<button type="button" class="button">Reset</button>`;
  const empty = {title: "", values: [], limit: 1, hue: "ink", reading: ""} as const;
  const [input, normalised, output] = [barStrip(empty), barStrip(empty), barStrip(empty)];
  const reading = html`<p class="figure-reading" aria-live="polite"></p>`;
  const body = html`<tbody></tbody>`;
  const details =
    html`<details class="figure-table"><summary>The numbers as a table</summary><div class="scroll"><table>
    <thead><tr><th scope="col">Place</th><th scope="col">Input</th><th scope="col">Normalised</th><th scope="col">Output</th></tr></thead>
    ${body}</table></div></details>` as HTMLDetailsElement;
  const node = html`<figure class="figure norm-figure">
    <div class="switches">${scale}${shift}${reset}</div>${input}${normalised}${output}${reading}${details}</figure>`;

  function draw(): void {
    const {x, gain, bias, token, position} = current;
    const moved = x.map((value) => value * scale.value + shift.value);
    const result = layerNormVector(moved, gain, bias);
    const original = layerNormVector(x, gain, bias);
    const difference = Math.max(...result.output.map((value, i) => Math.abs(value - original.output[i]!)));
    const largest = Math.max(...original.output.map(Math.abs));
    const isMoved = scale.value !== 1 || shift.value !== 0;
    const room = Math.ceil(Math.max(largest, ...original.normalised.map(Math.abs)));
    const numbers = layerNormVector(
      result.output,
      gain.map(() => 1),
      null
    );
    input.update({
      title: "Input x.",
      values: moved,
      limit: Math.ceil(2 * Math.max(...x.map(Math.abs))),
      hue: "ink",
      reading: `Mean ${formatFixed(result.mean, 2)}, deviation ${formatFixed(result.deviation, 2)}.`
    });
    normalised.update({
      title: "Normalised: minus the mean, over the deviation.",
      values: result.normalised,
      limit: room,
      hue: "ink",
      reading: "Mean 0, deviation 1."
    });
    output.update({
      title: bias ? "Output: times the gain, plus the bias." : "Output: times the gain.",
      values: result.output,
      limit: room,
      hue: "ink",
      reading: `Mean ${formatFixed(numbers.mean, 2)}, deviation ${formatFixed(numbers.deviation, 2)}.`
    });
    setText(
      reading,
      `Token ${position + 1}, ${tokenName(token)}: ${x.length} numbers. ${
        isMoved
          ? `The input was multiplied by ${formatFixed(scale.value, 2)} and moved by ${formatFixed(shift.value, 1)}; no number of the output has changed by more than ${formatPower(difference)}`
          : "The input is as the model has it: move a slider"
      }. The largest output is ${formatFixed(largest, 2)}.`
    );
    if (details.open)
      body.replaceChildren(
        ...moved.map(
          (value, i) =>
            html`<tr><td>${i + 1}</td><td class="number">${formatFixed(value, 3)}</td><td>${formatFixed(result.normalised[i]!, 3)}</td><td>${formatFixed(result.output[i]!, 3)}</td></tr>`
        )
      );
  }
  node.addEventListener("input", draw);
  details.addEventListener("toggle", draw);
  reset.addEventListener("click", () => {
    [scale.value, shift.value] = [1, 0];
    draw();
  });
  draw();
  return asFigure(node, (next: LayerNormData) => {
    current = next;
    draw();
  });
}
