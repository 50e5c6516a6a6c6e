import {html, svg} from "htl";
import {createRandom} from "../../random.js";
import {button} from "../../views/buttons.js";
import {setText} from "../../views/figure.js";
import {formatCount, formatFixed, formatPlural} from "../../views/format.js";
import {rangeInput} from "../../views/rangeInput.js";
import {dragHandle} from "./dragHandle.js";
import {linePlot} from "./linePlot.js";
import {framed, near, path, plane} from "./plane.js";
import {bowl, contourAxes, descend, gradientOf, type Line, lossOf, oneExample} from "./valley.js";

const START: Line = {w: 0.9, b: 0.2};
const RATE = 0.1;
/** Losses whose contours are drawn. */
const CONTOURS = [0.03, 0.1, 0.25, 0.5, 1, 2, 4, 7, 11, 16];
/** A ball beyond this loss has left the map. */
const LOST = 1e6;
const MOST_STEPS = 200;

/** The loss of a line, seen from above, with a ball that gradient descent rolls and the reader can drag. */
export function valleyFigure(): HTMLElement {
  const shape = bowl();
  let track: Line[] = [START];
  let random = createRandom(1);
  const rate = rangeInput({
    label: "Learning rate η",
    min: 0.01,
    max: 1,
    step: 0.01,
    value: RATE,
    scale: "log"
  });
  const single = html`<input type="checkbox">` as HTMLInputElement;
  const contours = svg`<g class="valley-contours" aria-hidden="true"></g>`;
  const trail = svg`<path class="valley-trail"></path>`;
  const dots = svg`<g class="valley-dots"></g>`;
  const lowest = svg`<path class="valley-lowest"></path>`;
  const line = linePlot(START);
  const body = html`<tbody></tbody>`;
  const reading = html`<p class="figure-reading" aria-live="polite"></p>`;
  const here = () => track.at(-1)!;

  const frame = plane(
    {
      label: "The loss of the line y = wx + b over all w and b, as contours",
      x: [-0.3, -0.3],
      y: [-0.4, 3.2],
      height: 360,
      isSquare: true
    },
    {x: [-3, -2, -1, 0, 1, 2], y: [0, 1, 2, 3], names: ["w", "b"]},
    (self) => {
      const {px, py} = self;
      const unit = px(1) - px(0);
      const middle = `translate(${px(shape.lowest.w).toFixed(1)},${py(shape.lowest.b).toFixed(1)}) rotate(${((-shape.angle * 180) / Math.PI).toFixed(2)})`;
      contours.replaceChildren(
        ...CONTOURS.map((loss) => {
          const [steep, flat] = contourAxes(shape, loss);
          return svg`<ellipse transform=${middle} rx=${(steep * unit).toFixed(1)} ry=${(flat * unit).toFixed(1)}></ellipse>`;
        })
      );
      const [x, y] = [px(shape.lowest.w), py(shape.lowest.b)];
      lowest.setAttribute("d", `M${x - 5},${y}h10M${x},${y - 5}v10`);
      const points = track.map(({w, b}) => ({x: near(w), y: near(b)}));
      trail.setAttribute("d", path(points, self));
      dots.replaceChildren(
        ...points
          .slice(0, -1)
          .map((point) => svg`<circle cx=${px(point.x)} cy=${py(point.y)} r="2.5"></circle>`)
      );
      ball.place();
    }
  );
  const ball = dragHandle(frame, {
    label: "The ball: its place is w and b; the arrow keys move it",
    axis: "x",
    limits: [-3, 3],
    step: 0.1,
    value: () => ({x: near(here().w), y: near(here().b)}),
    text: () =>
      `w ${formatFixed(here().w, 2)}, b ${formatFixed(here().b, 2)}, loss ${formatFixed(lossOf(here()), 3)}`,
    onMove: ({x, y}) => {
      track = [{w: x, b: y}];
      show();
    }
  });
  frame.layer.append(contours, lowest, trail, dots);
  frame.node.append(ball.node);

  function take(steps: number): void {
    for (let i = 0; i < steps && track.length <= MOST_STEPS && lossOf(here()) < LOST; i++)
      track.push(descend(here(), rate.value, single.checked ? oneExample(random) : undefined));
    show();
  }
  function show(): void {
    frame.draw();
    line.update({w: near(here().w), b: near(here().b)});
    const gradient = gradientOf(here());
    const numbers = [here().w, here().b, gradient.w, gradient.b];
    body.replaceChildren(
      ...track.slice(-6).map((line, i, shown) => {
        const step = track.length - shown.length + i;
        return html`<tr><td>${formatCount(step)}</td><td class="number">${formatFixed(line.w, 2)}</td><td class="number">${formatFixed(line.b, 2)}</td><td class="number">${formatFixed(lossOf(line), 3)}</td></tr>`;
      })
    );
    const [w, b, dw, db] = numbers.map((value) => formatFixed(value, 2));
    const steps = track.length - 1;
    const place = `After ${formatPlural(steps, "step")}: w ${w}, b ${b}, loss ${formatFixed(lossOf(here()), 3)} (the lowest is ${formatFixed(shape.loss, 3)}). The gradient is (${dw}, ${db}).`;
    const ending =
      lossOf(here()) >= LOST
        ? " The ball has left the map: each step was longer than the valley is wide. Lower the learning rate and reset."
        : steps >= MOST_STEPS
          ? " That is enough steps; drag the ball or reset."
          : "";
    setText(reading, place + ending);
  }
  show();
  return html`<figure class="figure valley-figure"><div class="beside">
    <div>${framed(frame)}
      <p class="legend">Contours of equal loss; + is the lowest place <span class="line-key valley-key"></span>steps taken</p>${reading}</div>
    <div>${rate}<label class="valley-check">${single} one random example a step (stochastic)</label>
      <p class="button-row">${button("Step", () => take(1), true)}${button("20 steps", () => take(20))}${button(
        "Reset",
        () => {
          track = [START];
          random = createRandom(1);
          rate.value = RATE;
          single.checked = false;
          show();
        }
      )}</p>
      <p class="figure-title">The line at the ball’s place, and by how much it misses each example</p>${line}
      <table><caption>The last steps</caption><thead><tr><th scope="col">step</th><th scope="col" class="number">w</th><th scope="col" class="number">b</th><th scope="col" class="number">loss</th></tr></thead>${body}</table></div>
    </div></figure>` as HTMLElement;
}
