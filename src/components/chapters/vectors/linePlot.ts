import {svg} from "htl";
import {asFigure, type Figure} from "../../views/figure.js";
import {framed, path, plane} from "./plane.js";
import {EXAMPLES, type Line} from "./valley.js";

/** What of the examples' plane is shown. */
const [X, Y] = [
  [0, 2.4],
  [-1.5, 2.5]
] as const;

/** The examples, the line that the ball stands for, and by how much it misses each: the text beside it has the loss. */
export function linePlot(line: Line): Figure<Line> {
  let current = line;
  const drawn = svg`<path class="fit-line"></path>`;
  const misses = svg`<path class="fit-misses"></path>`;
  const dots = svg`<g class="fit-examples"></g>`;
  const frame = plane(
    {
      label: `${EXAMPLES.x.length} examples, and the line y = wx + b of the ball’s w and b`,
      x: X,
      y: Y,
      height: 170
    },
    {x: [0, 1, 2], y: [-1, 0, 1, 2], names: ["x", "y"]},
    (self) => {
      const at = (x: number) => ({x, y: current.w * x + current.b});
      drawn.setAttribute("d", path([at(X[0]), at(X[1])], self));
      misses.setAttribute(
        "d",
        EXAMPLES.x.map((x, i) => path([at(x), {x, y: EXAMPLES.y[i]!}], self)).join("")
      );
      dots.replaceChildren(
        ...EXAMPLES.x.map(
          (x, i) => svg`<circle cx=${self.px(x)} cy=${self.py(EXAMPLES.y[i]!)} r="3"></circle>`
        )
      );
    }
  );
  frame.layer.append(misses, drawn, dots);
  frame.draw();
  return asFigure(framed(frame), (next) => {
    current = next;
    frame.draw();
  });
}
