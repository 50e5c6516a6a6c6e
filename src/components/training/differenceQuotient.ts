/** Errors of up to this many standard deviations are taken for rounding. */
const DEVIATIONS = 5;
/** Halvings of the first step, at most. */
const HALVINGS = 8;

export interface Quotient {
  derivative: number;
  /** What the derivative is hardly ever further from the true one than. */
  error: number;
}

/**
 * Derivatives at 0 of functions that are rounded, each with how wrong it may be.
 *
 * With D(s) = (f(s) − f(−s)) / 2s, the derivative is R(s) = (4 D(s) − D(2s)) / 3, whose error is of order s⁴
 * (Richardson 1911). How far it is from D(s), which errs by order s², and from R(2s) stands for that error. Rounding
 * shows in the fourth difference, where a smooth function has next to nothing to show: f(−2s) − 4f(−s) + 6f(0) − 4f(s) +
 * f(2s) has √70 times the standard deviation of one f, and R(s) has √130/12s times. The one error falls with s and the
 * other rises, so s is halved for as long as their sum falls (Ridders 1982).
 */
export class DifferenceQuotient {
  private squares = 0;
  private count = 0;

  /**
   * `middle`: f(0), which all functions share; `leastDeviation`: the standard deviation that each f(x) has at the least,
   * by its number format.
   */
  constructor(
    private readonly middle: number,
    private readonly leastDeviation: number
  ) {}

  /** The derivative of f; later ones profit from what earlier ones saw of rounding. */
  async of(f: (x: number) => Promise<number>, firstStep: number): Promise<Quotient> {
    const pair = async (x: number) => [await f(-x), await f(x)] as const;
    let best: (Quotient & {fourth: number}) | null = null;
    let before: number | null = null;
    let far = await pair(2 * firstStep);
    for (let i = 0, s = firstStep; i <= HALVINGS; i++, s /= 2) {
      const near = await pair(s);
      const slope = (near[1] - near[0]) / (2 * s);
      const derivative = (4 * slope - (far[1] - far[0]) / (4 * s)) / 3;
      const fourth = far[0] + far[1] - 4 * (near[0] + near[1]) + 6 * this.middle;
      const rounding = (this.deviation(fourth) * Math.sqrt(130)) / (12 * s);
      const truncation = Math.max(
        Math.abs(derivative - slope),
        Math.abs(derivative - (before ?? Infinity)),
        Math.abs(fourth) / (4 * s)
      );
      const error = truncation + DEVIATIONS * rounding;
      if (best && !(error < best.error)) break;
      best = {derivative, error, fourth};
      before = derivative;
      far = near;
    }
    this.squares += best!.fourth ** 2;
    this.count += 1;
    return {derivative: best!.derivative, error: best!.error};
  }

  /** The standard deviation of one f(x), from all fourth differences so far and this one. */
  private deviation(fourth: number): number {
    const mean = (this.squares + fourth ** 2) / (this.count + 1);
    return Math.max(this.leastDeviation, Math.sqrt(mean / 70));
  }
}
