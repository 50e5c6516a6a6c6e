import {expect, test} from "vitest";
import {excessOf} from "../../../src/components/chapters/measuring/excess.js";
import type {TrueDistributions} from "../../../src/components/corpus/storyDistributions.js";
import {createRandom} from "../../../src/components/random.js";

const N = 4000;
/** 1 with probability ¼, else 0, at every place. */
const truth: TrueDistributions = {
  offsets: Uint32Array.from({length: N + 1}, (_, i) => 2 * i),
  ids: Uint16Array.from({length: 2 * N}, (_, k) => k % 2),
  probabilities: Float64Array.from({length: 2 * N}, (_, k) => (k % 2 ? 0.25 : 0.75))
};
const draw = (seed: number) => {
  const random = createRandom(seed);
  return Uint16Array.from({length: N}, () => (random.uniform() < 0.25 ? 1 : 0));
};
const ids = draw(1);
/** KL of a model that gives 1 the probability q. */
const divergence = (q: number) => 0.25 * Math.log(0.25 / q) + 0.75 * Math.log(0.75 / (1 - q));
const nats = (ids: Uint16Array, q: number) => Float64Array.from(ids, (id) => -Math.log(id ? q : 1 - q));

test("is chance where a model has not read the text, however wrong it is: its square is its variance", () => {
  for (const q of [0.5, 0.05]) {
    let squares = 0;
    for (let seed = 1; seed <= 50; seed++) {
      const text = draw(seed);
      const divergences = new Float64Array(N).fill(divergence(q));
      const excess = excessOf(text, {nats: nats(text, q), divergences}, truth)!;
      squares += (excess.nats / excess.error) ** 2 / 50;
    }
    // The mean of 50 squares of standard normals: 1 ± 0.2.
    expect(squares).toBeGreaterThan(0.4);
    expect(squares).toBeLessThan(1.6);
  }
});

test("is nothing for the truth itself", () => {
  expect(excessOf(ids, {nats: nats(ids, 0.25), divergences: new Float64Array(N)}, truth)!.nats).toBeCloseTo(
    0,
    12
  );
});

test("is below chance where it knows what comes", () => {
  const knows = ids.map((id) => (id ? 80 : 20)); // per cent for 1
  const excess = excessOf(
    ids,
    {
      nats: Float64Array.from(ids, () => -Math.log(0.8)),
      divergences: Float64Array.from(knows, (percent) => divergence(percent / 100))
    },
    truth
  )!;
  expect(excess.nats).toBeLessThan(-10 * excess.error);
});

test("leaves out what is not known", () => {
  const divergences = new Float64Array(N).fill(Number.NaN);
  expect(excessOf(ids, {nats: nats(ids, 0.5), divergences}, truth)).toBeNull();
  divergences[7] = divergence(0.5);
  const p = ids[7] ? 0.25 : 0.75;
  expect(excessOf(ids, {nats: nats(ids, 0.5), divergences}, truth)!.nats).toBeCloseTo(
    -Math.log(0.5) + Math.log(p) - divergence(0.5),
    12
  );
});
