import {html, svg} from "htl";
import {setText} from "../../views/figure.js";
import {rangeInput} from "../../views/rangeInput.js";
import {contribution} from "./bends.js";
import {framed, path, plane} from "./plane.js";
import {places} from "./target.js";
import {unitInWords} from "./unitList.js";

const START = {slope: 1, bias: 0.2, weight: 1};

/** One hidden unit: weight·relu(slope·x + bias), with a slider for each. */
export function reluFigure(): HTMLElement {
  const slider = (label: string, value: number) => rangeInput({label, min: -2, max: 2, step: 0.1, value});
  const sliders = {
    slope: slider("Weight in, w", START.slope),
    bias: slider("Bias, b", START.bias),
    weight: slider("Weight out, v", START.weight)
  };
  const before = svg`<path class="relu-before"></path>`;
  const after = svg`<path class="bend-curve"></path>`;
  const reading = html`<p class="figure-reading" aria-live="polite"></p>`;
  const network = () => ({
    slopes: [sliders.slope.value],
    biases: [sliders.bias.value],
    weights: [sliders.weight.value],
    shift: 0
  });
  const frame = plane(
    {label: "One unit, from −1 to 1", x: [-1, 1], y: [-2, 2], height: 230},
    {x: [-1, -0.5, 0, 0.5, 1], y: [-2, -1, 0, 1, 2], names: ["x", "y"]},
    (self) => {
      const {slopes, biases} = network();
      const line = (y: (x: number) => number) =>
        path(
          Array.from(places, (x) => ({x, y: y(x)})),
          self
        );
      before.setAttribute(
        "d",
        line((x) => slopes[0]! * x + biases[0]!)
      );
      after.setAttribute(
        "d",
        line((x) => contribution(network(), 0, x))
      );
    }
  );
  frame.layer.append(before, after);
  function show(): void {
    frame.draw();
    setText(reading, `${unitInWords(network(), 0).replace("Unit 1", "The unit")}.`);
  }
  const reset = html`<button type="button" class="button">Reset</button>`;
  reset.addEventListener("click", () => {
    for (const name of ["slope", "bias", "weight"] as const) sliders[name].value = START[name];
    show();
  });
  for (const node of Object.values(sliders)) node.addEventListener("input", show);
  show();
  return html`<figure class="figure relu-figure">
    <div class="beside"><div>${framed(frame)}
      <p class="legend"><span class="line-key bend-key-before"></span>wx + b <span class="line-key bend-key-curve"></span>v·relu(wx + b)</p></div>
    <div>${sliders.slope}${sliders.bias}${sliders.weight}<p class="button-row">${reset}</p></div></div>
    ${reading}</figure>` as HTMLElement;
}
