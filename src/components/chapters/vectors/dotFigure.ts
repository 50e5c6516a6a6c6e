import {html, svg} from "htl";
import {setText} from "../../views/figure.js";
import {formatFixed} from "../../views/format.js";
import {dragHandle} from "./dragHandle.js";
import {framed, type Plane, type Point, plane} from "./plane.js";
import {cosine, dot, norm} from "./tokenTable.js";

const START = {a: {x: 2, y: 1}, b: {x: 0.5, y: 2}};
const LIMITS = [-2.4, 2.4] as const;
const RANGE = [-3, -2, -1, 0, 1, 2, 3];

/** Two arrows to drag, their dot product, and the shadow of one on the other. */
export function dotFigure(): HTMLElement {
  let arrows = {a: {...START.a}, b: {...START.b}};
  const list = ({x, y}: Point) => [x, y];
  const shadow = svg`<path class="dot-shadow"></path>`;
  const drop = svg`<path class="dot-drop"></path>`;
  const lines = {a: svg`<path class="arrow arrow-a"></path>`, b: svg`<path class="arrow arrow-b"></path>`};
  const names = {a: svg`<text class="arrow-name">a</text>`, b: svg`<text class="arrow-name">b</text>`};
  const frame = plane(
    {label: "Two arrows from 0", x: [0, 0], y: LIMITS, height: 320, isSquare: true},
    {x: RANGE, y: RANGE},
    (self) => {
      const {a, b} = arrows;
      for (const name of ["a", "b"] as const) {
        lines[name].setAttribute("d", arrow(arrows[name], self));
        names[name].setAttribute("x", String(self.px(arrows[name].x) + 12));
        names[name].setAttribute("y", String(self.py(arrows[name].y) - 10));
      }
      // The shadow of b falls square on the line of a.
      const square = dot(list(a), list(a));
      const share = square > 0 ? dot(list(a), list(b)) / square : 0;
      const foot = {x: a.x * share, y: a.y * share};
      shadow.setAttribute("d", line({x: 0, y: 0}, foot, self));
      drop.setAttribute("d", line(b, foot, self));
      shadow.classList.toggle("negative", share < 0);
      for (const handle of handles) handle.place();
    }
  );
  const handles = (["a", "b"] as const).map((name) =>
    dragHandle(frame, {
      label: `Tip of arrow ${name}; the arrow keys move it`,
      axis: "x",
      limits: [-3, 3],
      step: 0.1,
      value: () => arrows[name],
      text: () =>
        `x ${formatFixed(arrows[name].x, 1)}, y ${formatFixed(arrows[name].y, 1)}; a·b is ${formatFixed(product(), 2)}`,
      onMove: ({x, y}) => {
        const tenth = (value: number) => Math.round(10 * value) / 10;
        arrows[name] = {x: tenth(x), y: tenth(y)};
        show();
      }
    })
  );
  const product = () => dot(list(arrows.a), list(arrows.b));
  const sum = html`<p class="dot-sum"></p>`;
  const reading = html`<p class="figure-reading" aria-live="polite"></p>`;
  const reset = html`<button type="button" class="button">Reset</button>`;
  reset.addEventListener("click", () => {
    arrows = {a: {...START.a}, b: {...START.b}};
    show();
  });
  function show(): void {
    frame.draw();
    const {a, b} = arrows;
    const n = (value: number) => (value < 0 ? `(${formatFixed(value, 1)})` : formatFixed(value, 1));
    setText(sum, `a·b = ${n(a.x)}·${n(b.x)} + ${n(a.y)}·${n(b.y)} = ${formatFixed(product(), 2)}`);
    setText(reading, dotWords(list(a), list(b)));
  }
  frame.layer.append(drop, shadow, lines.a, lines.b);
  frame.node.append(names.a, names.b, ...handles.map(({node}) => node));
  show();
  return html`<figure class="figure dot-figure">${framed(frame)}${sum}
    <p class="legend"><span class="line-key dot-key-shadow"></span>the shadow of b on a; times the length of a it is a·b</p>
    ${reading}<p class="button-row">${reset}</p></figure>` as HTMLElement;
}

/** How two arrows lie to each other, in a sentence. */
export function dotWords(a: readonly number[], b: readonly number[]): string {
  if (norm(a) === 0 || norm(b) === 0)
    return "An arrow of length 0 has no direction: every dot product with it is 0.";
  const angle = (Math.acos(Math.max(-1, Math.min(1, cosine(a, b)))) * 180) / Math.PI;
  const product = dot(a, b);
  const verdict =
    Math.abs(product) < 0.005
      ? "they stand square to each other: no match"
      : product > 0
        ? "they point more or less the same way: a match"
        : "they point away from each other: the opposite of a match";
  return `Lengths ${formatFixed(norm(a), 2)} and ${formatFixed(norm(b), 2)}, angle ${formatFixed(angle, 0)}°, cosine ${formatFixed(cosine(a, b), 2)}: ${verdict}.`;
}

const line = (from: Point, to: Point, {px, py}: Plane): string =>
  `M${px(from.x).toFixed(1)},${py(from.y).toFixed(1)}L${px(to.x).toFixed(1)},${py(to.y).toFixed(1)}`;

/** A shaft from 0 and two barbs. */
function arrow(tip: Point, self: Plane): string {
  const [x, y] = [self.px(tip.x), self.py(tip.y)];
  const angle = Math.atan2(y - self.py(0), x - self.px(0));
  const barb = (turn: number) =>
    `M${x.toFixed(1)},${y.toFixed(1)}l${(-14 * Math.cos(angle + turn)).toFixed(1)},${(-14 * Math.sin(angle + turn)).toFixed(1)}`;
  return `${line({x: 0, y: 0}, tip, self)}${barb(0.4)}${barb(-0.4)}`;
}
