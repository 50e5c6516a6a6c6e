// @vitest-environment jsdom
import {expect, it} from "vitest";
import {dragHandle} from "../../../src/components/chapters/vectors/dragHandle.js";
import {near, type Point, plane} from "../../../src/components/chapters/vectors/plane.js";

it("moves a point by the arrow keys, no farther than what is shown", () => {
  const frame = plane({label: "", x: [-1, 1], y: [0, 2], height: 100}, {x: [], y: []}, () => {});
  let at: Point = {x: 0.8, y: 0.3};
  const handle = dragHandle(frame, {
    label: "A point",
    axis: "x",
    limits: [-1, 1],
    step: 0.1,
    value: () => at,
    text: () => "",
    onMove: (to) => {
      at = to;
    }
  });
  const press = (key: string, shiftKey = false) =>
    handle.node.dispatchEvent(new KeyboardEvent("keydown", {key, shiftKey}));
  press("ArrowRight");
  expect(at).toEqual({x: 0.9, y: 0.3});
  press("ArrowRight", true);
  expect(at).toEqual({x: 1, y: 0.3});
  press("ArrowDown", true);
  expect(at).toEqual({x: 1, y: 0});
});

it("keeps what is far away within what can be drawn", () => {
  expect([near(-1e9), near(3.5), near(Number.POSITIVE_INFINITY)]).toEqual([-1e4, 3.5, 1e4]);
});
