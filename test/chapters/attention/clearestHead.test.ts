import {expect, it} from "vitest";
import {choosiness, clearestPair} from "../../../src/components/chapters/attention/clearestHead.js";

const T = 6;

/** Weights of a causal head that gives all of a query's attention to one key. */
const hard = (keyOf: (query: number) => number): Float64Array =>
  Float64Array.from({length: T * T}, (_, i) => (i % T === keyOf(Math.floor(i / T)) ? 1 : 0));

it("finds nothing in heads that always look at themselves, at the first token or at all", () => {
  const even = Float64Array.from({length: T * T}, (_, i) =>
    i % T <= Math.floor(i / T) ? 1 / (Math.floor(i / T) + 1) : 0
  );
  expect(
    choosiness(
      hard((query) => query),
      T,
      true
    )
  ).toBeCloseTo(0, 12);
  expect(
    Math.abs(
      choosiness(
        hard(() => 0),
        T,
        true
      )
    )
  ).toBeCloseTo(0, 12);
  expect(Math.abs(choosiness(even, T, true))).toBeLessThan(0.15);
});

it("finds most in heads whose queries look back to different places", () => {
  const before = choosiness(
    hard((query) => Math.max(0, query - 1)),
    T,
    true
  );
  const pairs = choosiness(
    hard((query) => query - (query % 2)),
    T,
    true
  );
  expect(before).toBeGreaterThan(pairs);
  expect(pairs).toBeGreaterThan(0.2);
});

it("begins with the query that looks back most decidedly, if that is where it looks most", () => {
  const weights = hard((query) => query);
  expect(clearestPair(weights, T)).toEqual({query: T - 1, key: 0});
  weights[5 * T + 5] = 0.4;
  weights[5 * T + 2] = 0.6;
  weights[1 * T + 0] = 0.9; // two tokens are no choice
  weights[1 * T + 1] = 0.1;
  expect(clearestPair(weights, T)).toEqual({query: 5, key: 2});
});
