import {expect, test} from "vitest";
import {farSightedHead} from "../../src/components/studio/farSightedHead.js";

test("chooses the head that points far back, over those that spread or look close by", () => {
  const T = 6;
  const heads = [
    (q: number, k: number) => 1 / (q + 1) + 0 * k,
    (q: number, k: number) => Number(k === Math.max(0, q - 1)),
    (q: number, k: number) => Number(k === 0) + 0 * q,
    (q: number, k: number) => Number(k === q)
  ];
  const attention = Float32Array.from({length: 4 * T * T}, (_, i) => {
    const [q, k] = [Math.floor(i / T) % T, i % T];
    return k > q ? 0 : heads[Math.floor(i / T / T)]!(q, k);
  });
  expect(farSightedHead(attention, 2, 2, T)).toEqual({layer: 1, head: 0});
  expect(farSightedHead(Float32Array.of(1), 1, 1, 1)).toEqual({layer: 0, head: 0});
});
