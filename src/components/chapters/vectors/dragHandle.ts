import {svg} from "htl";
import type {Plane, Point} from "./plane.js";

export interface HandleOptions {
  /** What is moved: "the tip of a". */
  label: string;
  /** Where it is. */
  value: () => Point;
  /** The place in words, as it is spoken. */
  text: () => string;
  /** Which of the two numbers assistive technology reads as the slider's value, and its limits. */
  axis: "x" | "y";
  limits: readonly [low: number, high: number];
  /** What one press of an arrow key adds; with Shift five times as much. */
  step: number;
  /** Hears where it is moved to, inside what the plane shows. */
  onMove: (to: Point) => void;
  /** Instead of `onMove`: how far an arrow key asks to go. */
  onKey?: (by: Point) => void;
  className?: string;
}

export interface Handle {
  node: SVGGElement;
  /** Puts it where its value is. */
  place(): void;
}

const KEYS: Record<string, readonly [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1]
};

/** How far a key moves: `step` in the direction of an arrow, five times that with Shift; null for any other key. */
export function moveByKey({key, shiftKey}: {key: string; shiftKey: boolean}, step: number): Point | null {
  const direction = KEYS[key];
  const length = step * (shiftKey ? 5 : 1);
  return direction ? {x: direction[0] * length, y: direction[1] * length} : null;
}

/** Sums of tenths stay tenths. */
const plus = (a: number, b: number) => Number((a + b).toFixed(6));

/** A point of a plane that can be dragged, or moved with the arrow keys: a slider in two directions. */
export function dragHandle(plane: Plane, options: HandleOptions): Handle {
  const {label, value, text, axis, limits, step, onMove, onKey, className = ""} = options;
  const node = svg`<g class=${`handle ${className}`} tabindex="0" role="slider" aria-label=${label}
    aria-valuemin=${limits[0]} aria-valuemax=${limits[1]}>
    <circle class="handle-reach" r="20"></circle><circle class="handle-dot" r="8"></circle></g>` as SVGGElement;
  let held = false;
  node.addEventListener("pointerdown", (event) => {
    held = true;
    node.setPointerCapture(event.pointerId);
    node.focus();
    event.preventDefault();
    event.stopPropagation();
  });
  node.addEventListener("pointermove", (event) => {
    if (held) onMove(plane.at(event));
  });
  for (const end of ["pointerup", "pointercancel"] as const)
    node.addEventListener(end, () => {
      held = false;
    });
  node.addEventListener("keydown", (event) => {
    const by = moveByKey(event, step);
    if (!by) return;
    event.preventDefault();
    const from = value();
    if (onKey) onKey(by);
    else onMove(plane.inside({x: plus(from.x, by.x), y: plus(from.y, by.y)}));
  });
  return {
    node,
    place: () => {
      const at = value();
      node.setAttribute("transform", `translate(${plane.px(at.x).toFixed(1)},${plane.py(at.y).toFixed(1)})`);
      node.setAttribute("aria-valuenow", at[axis].toFixed(2));
      node.setAttribute("aria-valuetext", text());
    }
  };
}
