import {expect, it} from "vitest";
import {packAttention, unpackAttention} from "../../../src/components/chapters/training/packedAttention.js";
import {createRandom} from "../../../src/components/random.js";

it("keeps what a causal head may see to within what is drawn, and nothing of the future", () => {
  const [heads, T] = [3, 7];
  const random = createRandom(2);
  const weights = Float32Array.from({length: heads * T * T}, () => random.uniform());
  const packed = packAttention(weights, heads, T);
  expect(atob(packed)).toHaveLength((heads * T * (T + 1)) / 2);
  const back = unpackAttention(packed, heads, T);
  for (let row = 0; row < heads * T; row++)
    for (let key = 0; key < T; key++) {
      const at = row * T + key;
      if (key > row % T) expect(back[at]).toBe(0);
      else expect(Math.abs(back[at]! - weights[at]!)).toBeLessThan(0.004);
    }
});

it("keeps 0 and 1 exactly", () => {
  expect([...unpackAttention(packAttention([1, 0, 0, 1], 1, 2), 1, 2)]).toEqual([1, 0, 0, 1]);
});
