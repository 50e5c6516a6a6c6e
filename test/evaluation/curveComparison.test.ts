import * as fc from "fast-check";
import {describe, expect, it} from "vitest";
import {
  CURVE_TOLERANCE,
  type CurvePoint,
  compareCurves,
  comparisonInWords,
  lossPairs
} from "../../src/components/evaluation/curveComparison.js";

const curve = (...losses: [step: number, train: number | null, validation?: number][]): CurvePoint[] =>
  losses.map(([step, trainLoss, validationLoss = null]) => ({step, trainLoss, validationLoss}));
const original = curve([0, null, 4.1], [1, 4], [2, 3.5, 3.6], [3, 3.2]);
const nodes = {first: "WebAssembly", second: "WebAssembly"};

describe("a replay in float32 of a run in mixed precision", () => {
  const unmixed = "This engine computes the same run in float32.";
  const apart = compareCurves(original, curve([0, null, 4.1], [1, 4.1]));
  const gpu = "webgpu (nvidia)";

  it("differs because of that, where the curves are further apart than rounding", () => {
    const words = comparisonInWords(apart, {first: gpu, second: "wasm", unmixed});
    expect(words).toContain(
      `The cause is the precision: the receipt’s run was trained in mixed precision by ${gpu}, and the replay was computed in float32 by wasm. ${unmixed}`
    );
    const close = compareCurves(original, curve([1, 4.0001]));
    expect(comparisonInWords(close, {first: gpu, second: "wasm", unmixed})).not.toContain("The cause is");
  });

  it("has another cause where the receipt's own engine had no halves either, or nothing was mixed", () => {
    expect(comparisonInWords(apart, {first: "WebAssembly", second: "wasm", unmixed})).not.toContain(
      "The cause is"
    );
    expect(comparisonInWords(apart, {first: gpu, second: "wasm", unmixed: null})).not.toContain(
      "The cause is"
    );
  });
});

describe("compareCurves", () => {
  it("calls equal curves the same, whatever only one of them has measured", () => {
    const comparison = compareCurves(original, [...original.slice(1), ...curve([4, 3])]);
    expect(comparison).toMatchObject({
      verdict: "same",
      compared: 4,
      lastStep: 3,
      firstUnequal: null,
      furthest: null
    });
    expect(comparisonInWords(comparison, nodes)).toBe(
      "The same curve, bit for bit: all 4 losses up to step 3 are equal."
    );
  });

  it("tells rounding, where it begins and how far it goes", () => {
    const replay = curve([0, null, 4.1], [1, 4], [2, 3.5, 3.6 + 1e-7], [3, 3.2 - 5e-4]);
    const comparison = compareCurves(original, replay);
    expect(comparison).toMatchObject({verdict: "close", compared: 5, firstBeyond: null});
    expect(comparison.firstUnequal).toMatchObject({step: 2, kind: "validation"});
    expect(comparison.furthest).toMatchObject({step: 3, kind: "training"});
    const words = comparisonInWords(comparison, {first: "WebAssembly", second: "WebGPU (apple)"});
    expect(words).toContain("within rounding, not bit for bit");
    expect(words).toContain("0.00050 nats, in the training loss of step 3");
    expect(words).toContain("equal bit for bit before step 2");
    expect(words).toMatch(/computed by WebAssembly and the replay by WebGPU \(apple\): another engine adds/);
    expect(comparisonInWords(comparison, {first: "WebAssembly", second: "wasm"})).toContain(
      "an engine of the same kind on another processor"
    );
    expect(comparisonInWords(comparison, nodes)).toContain("Both were computed by WebAssembly");
  });

  it("names the step from which curves differ, and both losses there", () => {
    const replay = curve([0, null, 4.1], [1, 4.0001], [2, 3.55, 3.6], [3, 2.2]);
    const comparison = compareCurves(original, replay);
    expect(comparison).toMatchObject({verdict: "different", firstUnequal: {step: 1}, firstBeyond: {step: 2}});
    const words = comparisonInWords(comparison, nodes);
    expect(words).toMatch(/^Different curves: from step 2 on/);
    expect(words).toContain("3.5000 in the receipt and 3.5500 in the replay");
    expect(words).toContain(
      "The largest difference of 5 losses up to step 3 is 1.0 nats, in the training loss of step 3"
    );
  });

  it("does not take a loss that is no number for an equal one", () => {
    expect(compareCurves(curve([1, 2]), curve([1, Number.NaN]))).toMatchObject({verdict: "different"});
  });

  it("says so where there is nothing to compare", () => {
    for (const replay of [[], curve([9, 1]), curve([1, null])]) {
      const comparison = compareCurves(original, replay);
      expect(comparison.verdict).toBe("nothing");
      expect(comparisonInWords(comparison, nodes)).toMatch(/nothing to compare yet/);
    }
  });

  it("agrees with the largest difference, for any curves", () => {
    const loss = fc.double({min: 0, max: 12, noNaN: true});
    fc.assert(
      fc.property(fc.array(fc.tuple(loss, loss), {minLength: 1}), (losses) => {
        const first = losses.map(([trainLoss], step) => ({step, trainLoss, validationLoss: null}));
        const second = losses.map(([, trainLoss], step) => ({step, trainLoss, validationLoss: null}));
        const largest = Math.max(...losses.map(([a, b]) => Math.abs(a - b)));
        const {verdict, furthest, compared} = compareCurves(first, second);
        expect(compared).toBe(losses.length);
        expect(verdict).toBe(largest === 0 ? "same" : largest <= CURVE_TOLERANCE ? "close" : "different");
        expect(furthest ? Math.abs(furthest.first - furthest.second) : 0).toBe(largest);
      })
    );
  });
});

it("pairs the losses that both curves have, in the order of steps", () => {
  expect(lossPairs(original, original).map(({step, kind}) => `${kind} ${step}`)).toEqual([
    "validation 0",
    "training 1",
    "training 2",
    "validation 2",
    "training 3"
  ]);
});
