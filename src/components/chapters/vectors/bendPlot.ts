import {svg} from "htl";
import type {Points} from "../../training/functionFit.js";
import {formatFixed} from "../../views/format.js";
import {bendAt, corners, type Network, partOf, unitCount} from "./bends.js";
import {dragHandle} from "./dragHandle.js";
import {clamp, framed, path, plane} from "./plane.js";
import {drawn, LIMITS, placeOf, places, pushed} from "./target.js";

export interface BendPlotData {
  points: Points;
  network: Network;
  /** The unit whose part of the curve is shown. */
  unit: number;
}

/** What a press of the up or down arrow adds to the function. */
const PUSH = 0.1;

/** The reader's function, which can be drawn, the network's curve, and what one unit adds to it. */
export function bendPlot(
  data: BendPlotData,
  onDraw: (y: Float32Array) => void
): {node: HTMLElement; update(data: BendPlotData): void} {
  let current = data;
  /** Where the keyboard draws. */
  let place = placeOf(-0.5);
  const dots = svg`<path class="bend-target"></path>`;
  const zero = svg`<path class="bend-zero"></path>`;
  const part = svg`<path class="bend-unit"></path>`;
  const curve = svg`<path class="bend-curve"></path>`;
  const ticks = svg`<g class="bend-ticks"></g>`;

  const frame = plane(
    {
      label: "A function and the network’s curve, from −1 to 1. Draw with the pointer or with the pen.",
      x: [-1, 1],
      y: [-1.15, 1.15],
      height: 320
    },
    {x: [-1, -0.5, 0, 0.5, 1], y: [-1, 0, 1], names: ["x", "y"]},
    (self) => {
      const {points, network, unit} = current;
      const {px, py} = self;
      dots.setAttribute(
        "d",
        path(
          Array.from(points.x, (x, i) => ({x, y: points.y[i]!})),
          self
        )
      );
      curve.setAttribute("d", path(corners(network), self));
      zero.setAttribute(
        "d",
        path(
          [
            {x: -1, y: 0},
            {x: 1, y: 0}
          ],
          self
        )
      );
      part.setAttribute("d", unit < unitCount(network) ? path(partOf(network, unit), self) : "");
      ticks.replaceChildren(
        ...Array.from({length: unitCount(network)}, (_, i) => ({i, x: bendAt(network, i)}))
          .filter(({x}) => x > -1 && x < 1)
          .map(
            ({i, x}) =>
              svg`<line class=${i === unit ? "bend-tick bend-tick-chosen" : "bend-tick"} x1=${px(x)} x2=${px(x)}
                y1=${py(-1.15) - (i === unit ? 16 : 9)} y2=${py(-1.15)}></line>`
          )
      );
      pen.place();
    }
  );
  const pen = dragHandle(frame, {
    label: "Pen: left and right move it along the function, up and down bend the function there",
    axis: "y",
    limits: LIMITS,
    step: 1,
    value: () => ({x: places[place]!, y: current.points.y[place]!}),
    text: () => `x ${formatFixed(places[place]!, 2)}, y ${formatFixed(current.points.y[place]!, 2)}`,
    onMove: (to) => {
      // By the pointer, the pen draws; by an arrow key it comes one place or one push further.
      const here = {x: places[place]!, y: current.points.y[place]!};
      place = placeOf(to.x);
      onDraw(drawn(current.points.y, here, to));
      frame.draw();
    },
    onKey: ({x, y}) => {
      place = clamp(place + x, [0, places.length - 1]);
      if (y !== 0) onDraw(pushed(current.points.y, place, y * PUSH));
      frame.draw();
    }
  });
  frame.layer.append(ticks, zero, dots, part, curve);
  frame.node.append(pen.node);

  let last: {x: number; y: number} | null = null;
  /** The function before the stroke. */
  let before = data.points.y;
  frame.node.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    frame.node.setPointerCapture(event.pointerId);
    before = current.points.y;
    last = frame.at(event);
    draw(last);
  });
  frame.node.addEventListener("pointermove", (event) => {
    if (last) draw(frame.at(event));
  });
  frame.node.addEventListener("pointerup", () => {
    last = null;
  });
  // A finger that scrolls the page did not mean to draw.
  frame.node.addEventListener("pointercancel", () => {
    if (last) onDraw(before);
    last = null;
  });
  function draw(to: {x: number; y: number}): void {
    const y = drawn(current.points.y, last ?? to, to);
    last = to;
    place = placeOf(to.x);
    onDraw(y);
  }

  frame.draw();
  return {
    node: framed(frame),
    update: (next) => {
      current = next;
      frame.draw();
    }
  };
}
