import type {Random} from "../../random.js";

/** The two parameters of a line, y = w·x + b: a place on the map. */
export interface Line {
  w: number;
  b: number;
}

/** The examples that the line is to meet: [N, 1] and [N, 1]. Their x lie on one side of 0, which makes the valley narrow. */
export const EXAMPLES = {
  x: [0.2, 0.5, 0.8, 1, 1.3, 1.6, 1.9, 2.2],
  y: [1.35, 0.95, 1.1, 0.55, 0.6, 0.15, 0.3, -0.25]
} as const;

const N = EXAMPLES.x.length;
const ALL = EXAMPLES.x.map((_, i) => i);

/** The mean squared error of the line over the examples, or over some of them. */
export function lossOf({w, b}: Line, of: readonly number[] = ALL): number {
  return of.reduce((sum, i) => sum + (w * EXAMPLES.x[i]! + b - EXAMPLES.y[i]!) ** 2, 0) / of.length;
}

/** Its gradient: dw = mean 2(wx + b − y)·x, db = mean 2(wx + b − y). */
export function gradientOf({w, b}: Line, of: readonly number[] = ALL): Line {
  const gradient = {w: 0, b: 0};
  for (const i of of) {
    const slope = (2 * (w * EXAMPLES.x[i]! + b - EXAMPLES.y[i]!)) / of.length;
    gradient.w += slope * EXAMPLES.x[i]!;
    gradient.b += slope;
  }
  return gradient;
}

/** One step of gradient descent: against the gradient, as far as the learning rate times its length. */
export function descend(line: Line, learningRate: number, of: readonly number[] = ALL): Line {
  const gradient = gradientOf(line, of);
  return {w: line.w - learningRate * gradient.w, b: line.b - learningRate * gradient.b};
}

/** The example of a step of stochastic gradient descent. */
export const oneExample = (random: Random): number[] => [Math.floor(random.uniform() * N)];

/** The shape of the valley: its lowest place, and its curvature along its steepest and its flattest direction. */
export interface Bowl {
  lowest: Line;
  loss: number;
  /** Second derivatives, the larger first. */
  curvatures: readonly [steep: number, flat: number];
  /** The direction of the steepest, in radians from the w axis. */
  angle: number;
}

/**
 * The loss is a quadratic function of w and b with the Hessian 2·[[mean x², mean x], [mean x, 1]], so that its contours
 * are ellipses about the lowest place.
 */
export function bowl(): Bowl {
  const mean = (f: (i: number) => number) => ALL.reduce((sum, i) => sum + f(i), 0) / N;
  const [x, y] = [mean((i) => EXAMPLES.x[i]!), mean((i) => EXAMPLES.y[i]!)];
  const xx = mean((i) => EXAMPLES.x[i]! ** 2);
  const xy = mean((i) => EXAMPLES.x[i]! * EXAMPLES.y[i]!);
  const w = (xy - x * y) / (xx - x * x);
  const lowest = {w, b: y - w * x};
  const [half, spread] = [xx + 1, Math.hypot(xx - 1, 2 * x)];
  return {
    lowest,
    loss: lossOf(lowest),
    curvatures: [half + spread, half - spread],
    angle: 0.5 * Math.atan2(2 * x, xx - 1)
  };
}

/** The half axes of the contour of one loss, along the steepest and the flattest direction. */
export function contourAxes({loss, curvatures}: Bowl, at: number): [number, number] {
  const above = Math.max(0, at - loss);
  return [Math.sqrt((2 * above) / curvatures[0]), Math.sqrt((2 * above) / curvatures[1])];
}

/** From this learning rate on, steps over all examples climb out of the valley: 2 / the steepest curvature. */
export const largestRate = ({curvatures}: Bowl): number => 2 / curvatures[0];
