import {html, svg} from "htl";
import {asFigure, type Figure, setText} from "../../views/figure.js";
import {formatFixed, formatPercent} from "../../views/format.js";
import {dragHandle} from "./dragHandle.js";
import {clamp, framed, path, plane} from "./plane.js";

/** Probabilities that the picture reaches. */
const LIMITS = [0.005, 0.995] as const;
const HIGHEST = 5.5;

/** The curve −ln p with a point to drag: what a token of probability p costs. `onDrag` hears of the p asked for. */
export function crossEntropyFigure(start: number, onDrag: (p: number) => void): Figure<number> {
  let p = start;
  const curve = svg`<path class="loss-curve"></path>`;
  const guide = svg`<path class="loss-guide"></path>`;
  const reading = html`<p class="figure-reading" aria-live="polite"></p>`;
  const words = () =>
    `Probability ${formatPercent(p)}: loss −ln ${formatFixed(p, 3)} = ${formatFixed(-Math.log(p), 3)} nats, or ${formatFixed(-Math.log2(p), 2)} bits.`;
  const frame = plane(
    {
      label: "Loss against the probability of the token that came",
      x: [0, 1],
      y: [-0.5, HIGHEST],
      height: 260
    },
    {x: [0, 0.25, 0.5, 0.75, 1], y: [0, 1, 2, 3, 4, 5], names: ["probability p", "loss −ln p, nats"]},
    (self) => {
      const xs = Array.from({length: 120}, (_, i) => 0.0041 * 1.0472 ** i).filter((x) => x <= 1);
      curve.setAttribute(
        "d",
        path(
          [...xs, 1].map((x) => ({x, y: -Math.log(x)})),
          self
        )
      );
      const at = {x: p, y: Math.min(HIGHEST, -Math.log(p))};
      guide.setAttribute("d", path([{x: at.x, y: 0}, at, {x: 0, y: at.y}], self));
      handle.place();
    }
  );
  const handle = dragHandle(frame, {
    label: "Probability of the token that came",
    axis: "x",
    limits: [0, 1],
    step: 0.01,
    value: () => ({x: p, y: Math.min(HIGHEST, -Math.log(p))}),
    text: words,
    // The curve is steep at the left, where height tells more than place.
    onMove: ({x, y}) => onDrag(clamp(p < 0.1 && x < 0.1 ? Math.exp(-y) : x, LIMITS)),
    onKey: ({x, y}) => onDrag(clamp(p + x - y, LIMITS)),
    className: "handle-surprise"
  });
  frame.layer.append(guide, curve);
  frame.node.append(handle.node);
  function update(next: number): void {
    p = next;
    frame.draw();
    setText(reading, words());
  }
  update(start);
  return asFigure(html`<figure class="figure loss-figure">${framed(frame)}${reading}</figure>`, update);
}
