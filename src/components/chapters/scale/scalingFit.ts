import type {ScalingRun} from "./scalingRuns.js";

/**
 * L(N, D) = E + A / N^α + B / D^β (Hoffmann et al. 2022): what a model of N parameters loses after D tokens. E is the floor
 * of the text, nats a token; A and B are nats.
 */
export interface ScalingLaw {
  floor: number;
  A: number;
  alpha: number;
  B: number;
  beta: number;
  /** What the fit makes least: root mean square of (expected − measured) / measured, both above the floor. */
  residual: number;
}

/** What a fit needs of a run. */
export type FittedRun = Pick<ScalingRun, "parameters" | "tokens" | "loss">;

/** The loss that the law expects. */
export const lawLoss = ({floor, A, alpha, B, beta}: ScalingLaw, N: number, D: number): number =>
  floor + A * N ** -alpha + B * D ** -beta;

/** (measured − expected) / expected, both above the floor: 0.1 is ten per cent above the law. */
export const relativeError = (law: ScalingLaw, {parameters, tokens, loss}: FittedRun): number =>
  (loss - law.floor) / (lawLoss(law, parameters, tokens) - law.floor) - 1;

/** Exponents are looked for in this range, on a grid that is drawn in closer around the best so many times. */
const EXPONENTS = {from: 0.01, to: 2};
const POINTS = 12;
const ROUNDS = 10;

/**
 * The law that comes nearest to some runs when the floor is known. For any two exponents A and B follow from a linear
 * system, since relative errors are linear in them; the exponents are searched for. Throws RangeError for fewer than five
 * runs, which four numbers would fit whatever they were.
 */
export function fitLaw(runs: readonly FittedRun[], floor: number): ScalingLaw {
  if (runs.length < 5)
    throw new RangeError(`A law of four numbers needs at least five runs; there are ${runs.length}.`);
  let best: ScalingLaw | null = null;
  let alphas = EXPONENTS;
  let betas = EXPONENTS;
  for (let round = 0; round < ROUNDS; round++) {
    for (const alpha of grid(alphas))
      for (const beta of grid(betas)) {
        const law = solve(runs, floor, alpha, beta);
        if (law && (!best || law.residual < best.residual)) best = law;
      }
    if (!best) break;
    alphas = around(best.alpha, alphas);
    betas = around(best.beta, betas);
  }
  if (!best)
    throw new RangeError(
      "No law of this form fits these runs: they must differ in parameters and in tokens."
    );
  return best;
}

type Range = {from: number; to: number};

const grid = ({from, to}: Range): number[] =>
  Array.from({length: POINTS + 1}, (_, i) => from + ((to - from) * i) / POINTS);

/** A range a quarter as wide, about a value and within the limits. */
function around(value: number, {from, to}: Range): Range {
  const reach = (to - from) / 8;
  return {from: Math.max(EXPONENTS.from, value - reach), to: Math.min(EXPONENTS.to, value + reach)};
}

/** A and B of least squared relative error for two exponents, by their normal equations; null where one is not above 0. */
function solve(runs: readonly FittedRun[], floor: number, alpha: number, beta: number): ScalingLaw | null {
  let [xx, xy, yy, x1, y1] = [0, 0, 0, 0, 0];
  const rows = runs.map(({parameters, tokens, loss}) => {
    const excess = loss - floor;
    return {x: parameters ** -alpha / excess, y: tokens ** -beta / excess};
  });
  for (const {x, y} of rows) {
    xx += x * x;
    xy += x * y;
    yy += y * y;
    x1 += x;
    y1 += y;
  }
  const determinant = xx * yy - xy * xy;
  if (!(determinant > 1e-12 * xx * yy)) return null;
  const A = (x1 * yy - y1 * xy) / determinant;
  const B = (xx * y1 - xy * x1) / determinant;
  if (!(A > 0 && B > 0)) return null;
  const squares = rows.reduce((sum, {x, y}) => sum + (A * x + B * y - 1) ** 2, 0);
  return {floor, A, alpha, B, beta, residual: Math.sqrt(squares / runs.length)};
}

/** The runs that no cheaper run does better than: what so much computing can buy. */
export function computeOptimal<Run extends Pick<ScalingRun, "flops" | "loss">>(runs: readonly Run[]): Run[] {
  const front: Run[] = [];
  for (const run of [...runs].sort((a, b) => a.flops - b.flops || a.loss - b.loss))
    if (run.loss < (front.at(-1)?.loss ?? Number.POSITIVE_INFINITY)) front.push(run);
  return front;
}

/** A straight line on logarithmic axes: y = c · x^−exponent. */
export interface PowerLaw {
  c: number;
  exponent: number;
  /** Root mean square of (y − line) / line: 0.1 is ten per cent. */
  residual: number;
}

/** By least squares of the logarithms. Throws RangeError for fewer than two points. */
export function fitPower(points: readonly (readonly [x: number, y: number])[]): PowerLaw {
  if (points.length < 2) throw new RangeError("A line needs at least two points.");
  const logs = points.map(([x, y]) => [Math.log(x), Math.log(y)] as const);
  const mean = (of: 0 | 1) => logs.reduce((sum, pair) => sum + pair[of], 0) / logs.length;
  const [mx, my] = [mean(0), mean(1)];
  const slope =
    logs.reduce((sum, [x, y]) => sum + (x - mx) * (y - my), 0) /
    logs.reduce((sum, [x]) => sum + (x - mx) ** 2, 0);
  const c = Math.exp(my - slope * mx);
  const errors = points.map(([x, y]) => y / (c * x ** slope) - 1);
  const residual = Math.sqrt(errors.reduce((sum, e) => sum + e * e, 0) / errors.length);
  return {c, exponent: -slope, residual};
}

/**
 * The size and the length of least expected loss when 6·N·D is so many operations: where another one spent on either gains
 * alike, α·A/N^α = β·B/D^β (Hoffmann et al. 2022, equation 4).
 */
export function bestSplit(
  {A, alpha, B, beta}: ScalingLaw,
  flops: number
): {parameters: number; tokens: number} {
  const product = flops / 6;
  const ratio = (alpha * A) / (beta * B);
  const parameters = (ratio * product ** beta) ** (1 / (alpha + beta));
  return {parameters, tokens: product / parameters};
}
