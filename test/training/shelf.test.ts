import {describe, expect, it} from "vitest";
import {thinHistory} from "../../src/components/training/shelf.js";
import type {HistoryPoint} from "../../src/components/training/snapshot.js";

const curve = (steps: number, every: number): HistoryPoint[] =>
  Array.from({length: steps + 1}, (_, step) => ({
    step,
    trainLoss: 3 - step / steps,
    validationLoss: step % every === 0 ? 3.1 - step / steps : null
  }));
const measured = (points: HistoryPoint[]) => points.filter(({validationLoss}) => validationLoss !== null);

describe("thinHistory", () => {
  it("leaves a short curve alone", () => {
    const short = curve(299, 10);
    expect(thinHistory(short)).toEqual(short);
  });

  it("keeps every measurement of a long one, in order, and its ends", () => {
    const thinned = thinHistory(curve(5000, 100));
    expect(thinned).toHaveLength(300);
    expect(measured(thinned)).toHaveLength(51);
    const steps = thinned.map(({step}) => step);
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
    expect([steps[0], steps.at(-1)]).toEqual([0, 5000]);
    const gaps = steps.slice(1).map((step, i) => step - steps[i]!);
    expect(Math.max(...gaps)).toBeLessThan(25);
  });

  it("thins the measurements too when there are too many", () => {
    const thinned = thinHistory(curve(9000, 2));
    expect(thinned).toHaveLength(300);
    expect(measured(thinned)).toHaveLength(150);
    expect(measured(thinned).at(-1)!.step).toBe(9000);
    expect(thinHistory(curve(1000, 1))).toHaveLength(300);
  });

  it("bears an empty curve", () => expect(thinHistory([])).toEqual([]));
});
