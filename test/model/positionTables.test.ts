import {describe, expect, it} from "vitest";
import {alibiSlopes, sinusoids} from "../../src/components/model/positionTables.js";

describe("sinusoids", () => {
  it("begins 0, 1, 0, 1, and one position on has the sines and cosines of 1 and 1/100", () => {
    const table = sinusoids(2, 4);
    expect([...table.slice(0, 4)]).toEqual([0, 1, 0, 1]);
    // 1 radian and 10000^(−2/4) = 0.01 radian, to the seven digits of float32.
    [0.8414709848, 0.5403023059, 0.009999833334, 0.9999500004].forEach((expected, c) => {
      expect(table[4 + c]).toBeCloseTo(expected, 7);
    });
  });

  it("turns each pair of columns by the same angle from one position to the next", () => {
    const [T, C] = [50, 10];
    const table = sinusoids(T, C);
    for (let i = 0; i < C / 2; i++) {
      const step = Math.exp((-2 * i * Math.log(10000)) / C);
      let [sine, cosine] = [0, 1];
      for (let t = 0; t < T; t++) {
        expect(table[t * C + 2 * i]).toBeCloseTo(sine, 6);
        expect(table[t * C + 2 * i + 1]).toBeCloseTo(cosine, 6);
        [sine, cosine] = [
          sine * Math.cos(step) + cosine * Math.sin(step),
          cosine * Math.cos(step) - sine * Math.sin(step)
        ];
      }
    }
  });

  it("ends an odd width on a sine", () => {
    expect([...sinusoids(2, 3).slice(3)].map((x) => x.toFixed(6))).toEqual([
      "0.841471",
      "0.540302",
      "0.002154"
    ]);
  });
});

describe("alibiSlopes", () => {
  const powers = (...exponents: number[]) => exponents.map((exponent) => 2 ** -exponent);

  it.each([
    [1, powers(8)],
    [2, powers(4, 8)],
    [3, powers(4, 8, 2)],
    [4, powers(2, 4, 6, 8)],
    [6, powers(2, 4, 6, 8, 1, 3)],
    [8, powers(1, 2, 3, 4, 5, 6, 7, 8)],
    [12, powers(1, 2, 3, 4, 5, 6, 7, 8, 0.5, 1.5, 2.5, 3.5)]
  ])("of %d heads are the paper's", (nHead, expected) => {
    expect(alibiSlopes({position: "alibi", nHead})).toEqual(expected);
  });

  it("are none for other positions", () => {
    expect(alibiSlopes({position: "rope", nHead: 4})).toBeNull();
  });
});
