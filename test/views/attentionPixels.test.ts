import {describe, expect, it} from "vitest";
import {paintHead, strongestKeys} from "../../src/components/views/attentionPixels.js";

/** Pixel i of this ramp is i + 1, so that 0 says "not painted". */
const ramp = Uint32Array.from({length: 256}, (_, i) => i + 1);
const paint = (weights: number[], size: number, side: number, causal?: boolean) => {
  const picture = new Uint32Array(side * side);
  paintHead(picture, side, ramp, {
    weights: Float32Array.from(weights),
    offset: 0,
    size,
    side,
    x: 0,
    y: 0,
    ...(causal !== undefined && {causal})
  });
  return [...picture];
};

describe("paintHead", () => {
  it("paints each weight by its square root and leaves the future alone", () => {
    expect(paint([1, 9, 0.25, 0], 2, 2)).toEqual([256, 0, 129, 1]);
  });

  it("paints the future too where there is no mask, at any size", () => {
    expect(paint([1, 0.25, 0, 1], 2, 2, false)).toEqual([256, 129, 1, 256]);
    const size = 4;
    const mirrored = Array.from({length: size * size}, (_, i) => (i % size === size - 1 - (i >> 2) ? 1 : 0));
    expect(paint(mirrored, size, 2, false)).toEqual([1, 256, 256, 1]);
  });

  it("repeats a weight over the pixels of its cell", () => {
    expect(paint([1, 0, 0, 1], 2, 4)).toEqual([
      256, 256, 0, 0, 256, 256, 0, 0, 1, 1, 256, 256, 1, 1, 256, 256
    ]);
  });

  it("gives each pixel its cell's weight where cells are not all as wide, inside a larger picture", () => {
    const [size, side, pitch, x, y] = [5, 17, 24, 3, 2];
    const weights = Float32Array.from({length: size * size}, (_, i) => i / (size * size));
    for (const causal of [true, false]) {
      const picture = new Uint32Array(pitch * 20);
      paintHead(picture, pitch, ramp, {weights, offset: 0, size, side, x, y, causal});
      const expected = Array.from(picture, (_, at) => {
        const [i, j] = [(at % pitch) - x, Math.floor(at / pitch) - y];
        if (i < 0 || j < 0 || i >= side || j >= side) return 0;
        const [column, row] = [Math.floor((i * size) / side), Math.floor((j * size) / side)];
        if (causal && column > row) return 0;
        return Math.round(Math.sqrt(weights[row * size + column]!) * 255) + 1;
      });
      expect([...picture]).toEqual(expected);
    }
  });

  it("keeps a lone diagonal whole when there are fewer pixels than weights", () => {
    const size = 9;
    const weights = Array.from({length: size * size}, (_, i) => (i % (size + 1) === 0 ? 1 : 0));
    expect(paint(weights, size, 3)).toEqual([256, 0, 0, 1, 256, 0, 1, 1, 256]);
  });

  it("starts at its offset and stays inside its square", () => {
    const picture = new Uint32Array(4 * 3);
    const head = {weights: Float32Array.of(5, 5, 1), offset: 2, size: 1, side: 1, x: 2, y: 1};
    paintHead(picture, 4, ramp, head);
    expect([...picture]).toEqual([0, 0, 0, 0, 0, 0, 256, 0, 0, 0, 0, 0]);
  });

  it("paints NaN as nothing and no tokens not at all", () => {
    expect(paint([Number.NaN], 1, 1)).toEqual([1]);
    expect(paint([], 0, 2)).toEqual([0, 0, 0, 0]);
  });
});

describe("strongestKeys", () => {
  it("sorts by weight, ties by position, and never looks ahead", () => {
    const weights = Float32Array.of(1, 0, 0, 0.5, 0.5, 9, 0.25, 0.5, 0.25);
    expect(strongestKeys(weights, 3, 1, 4)).toEqual([
      {key: 0, weight: 0.5},
      {key: 1, weight: 0.5}
    ]);
    expect(strongestKeys(weights, 3, 2, 2)).toEqual([
      {key: 1, weight: 0.5},
      {key: 0, weight: 0.25}
    ]);
  });

  it("looks ahead where there is no mask", () => {
    expect(strongestKeys(Float32Array.of(0.25, 0.75, 0, 1), 2, 0, 4, false)).toEqual([
      {key: 1, weight: 0.75},
      {key: 0, weight: 0.25}
    ]);
  });

  it("drops NaN and zero", () => {
    expect(strongestKeys(Float32Array.of(1, 0, Number.NaN, 0), 2, 1, 4)).toEqual([]);
  });
});
