import {html, svg} from "htl";
import {setText} from "../../views/figure.js";
import {formatFixed} from "../../views/format.js";
import {lineChart} from "../../views/lineChart.js";
import {rangeInput} from "../../views/rangeInput.js";
import {dragHandle} from "../vectors/dragHandle.js";
import {framed, near, path, plane} from "../vectors/plane.js";
import {RULE_STYLES, ruleKey} from "./curveStyles.js";
import {formatRate, formatSmall} from "./formatSmall.js";
import {breakingRate, descend, heightAt, type Landscape, type Place, RULES, STEPS} from "./landscape.js";

const START: Place = [-2.2, 1.1];
/** Low enough for plain SGD to be slow along the valley, where momentum is not. */
const RATE = 0.01;
const VALLEYS: readonly (Landscape & {name: string})[] = [
  {name: "along an axis", steep: 50, flat: 1, angle: Math.PI / 2},
  {name: "aslant", steep: 50, flat: 1, angle: Math.PI / 3}
];
const HEIGHTS = [0.1, 0.5, 1.5, 4, 9, 16, 26, 40, 60];
/** The least height that the chart of logarithms shows. */
const LEAST = -4;

/** Three optimisers in one valley, from the same place and at the same learning rate. */
export function landscapeFigure(): HTMLElement {
  let valley = VALLEYS[0]!;
  let start = START;
  const rate = rangeInput({
    label: "Learning rate η",
    min: 0.001,
    max: 1,
    step: 0.001,
    value: RATE,
    scale: "log",
    format: formatRate
  });
  const noise = rangeInput({
    label: "Noise of the gradient",
    min: 0,
    max: 0.5,
    step: 0.05,
    value: 0,
    hint: "A batch is a sample, so its gradient is only nearly that of the whole text."
  });
  const slanted = html`<input type="checkbox">` as HTMLInputElement;
  const reset = html`<button type="button" class="button">Reset</button>`;
  const contours = svg`<g class="valley-contours" aria-hidden="true"></g>`;
  const ways = RULES.map((rule) => {
    const {stroke, dash} = RULE_STYLES[rule];
    return svg`<path fill="none" style=${`stroke: ${stroke}`} stroke-width="2" stroke-dasharray=${dash} stroke-linejoin="round"></path>`;
  });
  const ends = RULES.map(
    (rule) =>
      svg`<text class="landscape-end" style=${`fill: ${RULE_STYLES[rule].stroke}`}>${RULE_STYLES[rule].mark}</text>`
  );
  const lowest = svg`<path class="valley-lowest"></path>`;
  const reading = html`<p class="figure-reading" aria-live="polite"></p>`;
  let paths = RULES.map((rule) => descend(valley, rule, settings()));
  const chart = lineChart(chartData(), {height: 250});

  const frame = plane(
    {
      label: "A long valley seen from above: contours of equal loss, and the ways of three optimisers",
      x: [-0.4, -0.4],
      y: [-1.6, 1.6],
      height: 300,
      isSquare: true
    },
    {x: [-3, -2, -1, 0, 1, 2], y: [-1, 0, 1], names: ["x", "y"]},
    (self) => {
      const {px, py} = self;
      const unit = px(1) - px(0);
      const turn = `translate(${px(0).toFixed(1)},${py(0).toFixed(1)}) rotate(${((-valley.angle * 180) / Math.PI).toFixed(1)})`;
      contours.replaceChildren(
        ...HEIGHTS.map(
          (height) =>
            svg`<ellipse transform=${turn} rx=${(Math.sqrt((2 * height) / valley.steep) * unit).toFixed(1)} ry=${(Math.sqrt((2 * height) / valley.flat) * unit).toFixed(1)}></ellipse>`
        )
      );
      lowest.setAttribute("d", `M${px(0) - 5},${py(0)}h10M${px(0)},${py(0) - 5}v10`);
      const {x: across, y: up} = self.domain();
      paths.forEach((places, i) => {
        ways[i]!.setAttribute(
          "d",
          path(
            places.map(([x, y]) => ({x: near(x), y: near(y)})),
            self
          )
        );
        const [x, y] = places.at(-1)!;
        ends[i]!.setAttribute("x", String(px(Math.max(across[0], Math.min(across[1] - 0.1, x))) + 6));
        ends[i]!.setAttribute("y", String(py(Math.max(up[0] + 0.1, Math.min(up[1] - 0.2, y))) - 5 - 11 * i));
      });
      handle.place();
    }
  );
  const handle = dragHandle(frame, {
    label: "Where the three begin; the arrow keys move it",
    axis: "x",
    limits: [-3, 3],
    step: 0.1,
    value: () => ({x: start[0], y: start[1]}),
    text: () =>
      `x ${formatFixed(start[0], 2)}, y ${formatFixed(start[1], 2)}, loss ${formatFixed(heightAt(valley, start), 2)}`,
    onMove: ({x, y}) => {
      start = [x, y];
      show();
    }
  });
  frame.layer.append(contours, lowest, ...ways, ...ends);
  frame.node.append(handle.node);

  function settings() {
    return {noise: noise.value, learningRate: rate.value, start};
  }
  function chartData() {
    const heights = paths.map((places) =>
      places.map((place, step) => [step, Math.max(LEAST, Math.log10(heightAt(valley, place)))] as const)
    );
    return {
      label: "The height above the lowest place after each step, on a logarithmic scale",
      x: {label: "step", min: 0, max: STEPS},
      y: {label: "height, as a power of ten", min: LEAST, max: 2},
      lines: RULES.map((rule, i) => ({
        ...RULE_STYLES[rule],
        points: heights[i]!.filter(([, power]) => power <= 2)
      })),
      reading: ""
    };
  }
  function show(): void {
    paths = RULES.map((rule) => descend(valley, rule, settings()));
    frame.draw();
    chart.update(chartData());
    const said = RULES.map((rule, i) => {
      const places = paths[i]!;
      const height = heightAt(valley, places.at(-1)!);
      const isLost = places.length <= STEPS || height > heightAt(valley, start);
      return `${RULE_STYLES[rule].name} ${isLost ? "has climbed out of the valley" : `is at ${formatSmall(height)}`}`;
    });
    setText(
      reading,
      `From a height of ${formatFixed(heightAt(valley, start), 2)}, after ${STEPS} steps at a rate of ${formatRate(rate.value)}: ${said.join("; ")}. Plain SGD climbs out at rates above ${formatRate(breakingRate(valley))}.`
    );
  }
  for (const control of [rate, noise]) control.addEventListener("input", show);
  slanted.addEventListener("change", () => {
    valley = VALLEYS[slanted.checked ? 1 : 0]!;
    show();
  });
  reset.addEventListener("click", () => {
    rate.value = RATE;
    noise.value = 0;
    slanted.checked = false;
    [valley, start] = [VALLEYS[0]!, START];
    show();
  });
  show();
  return html`<figure class="figure landscape" aria-label="Three optimisers in a valley">
    <div class="training-controls">${rate}${noise}<label class="training-check">${slanted} the valley lies aslant</label>${reset}</div>
    <p class="legend">${RULES.map(ruleKey)}</p>
    <div class="training-halves"><div>${framed(frame)}</div><div>${chart}</div></div>${reading}</figure>` as HTMLElement;
}
