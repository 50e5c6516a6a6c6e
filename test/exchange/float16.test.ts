import fc from "fast-check";
import {expect, test} from "vitest";
import {
  fromBfloat16,
  fromFloat16,
  LARGEST_FLOAT16,
  toFloat16
} from "../../src/components/exchange/float16.js";

const all = Uint16Array.from({length: 65536}, (_, half) => half);
const numbers = fromFloat16(all);

test("known halves are the numbers that the standard gives", () => {
  const known: [number, number][] = [
    [0x0000, 0],
    [0x0001, 2 ** -24],
    [0x03ff, 1023 * 2 ** -24],
    [0x0400, 2 ** -14],
    [0x3555, 0.333251953125],
    [0x3c00, 1],
    [0x3c01, 1 + 2 ** -10],
    [0xc000, -2],
    [0x7bff, LARGEST_FLOAT16],
    [0x7c00, Number.POSITIVE_INFINITY],
    [0xfc00, Number.NEGATIVE_INFINITY]
  ];
  for (const [half, value] of known) {
    expect(numbers[half]).toBe(value);
    expect(toFloat16(Float32Array.of(value))[0]).toBe(half);
  }
  expect(numbers[0x7e00]).toBeNaN();
  expect(Object.is(numbers[0x8000], -0)).toBe(true);
});

test("every half comes back as itself", () => {
  const back = toFloat16(numbers);
  for (const half of all) if (!Number.isNaN(numbers[half]!)) expect(back[half]).toBe(half);
  expect(fromFloat16(toFloat16(Float32Array.of(Number.NaN)))[0]).toBeNaN();
});

test("any number becomes the nearest half, of two equally near the even one", () => {
  // Without its sign, a half's bits count upwards with its value.
  const sorted = numbers.slice(0, 0x7c00);
  const between = fc.tuple(fc.nat(sorted.length - 2), fc.constantFrom(0.25, 0.49, 0.5, 0.51, 0.75));
  fc.assert(
    fc.property(between, ([i, share]) => {
      const [below, above] = [sorted[i]!, sorted[i + 1]!];
      const value = Math.fround(below + share * (above - below));
      const [half] = toFloat16(Float32Array.of(value)) as unknown as [number];
      const [even] = [i, i + 1].filter((bits) => bits % 2 === 0) as [number];
      expect(half).toBe(share === 0.5 ? even : share < 0.5 ? i : i + 1);
      expect(toFloat16(Float32Array.of(-value))[0]).toBe(half | 0x8000);
    }),
    {numRuns: 2000, seed: 1}
  );
  for (const [value, half] of [
    [65519.996, 0x7bff],
    [65520, 0x7c00],
    [1e30, 0x7c00],
    [2 ** -25, 0],
    [1.0001 * 2 ** -25, 1],
    [1e-40, 0]
  ])
    expect(toFloat16(Float32Array.of(value!))[0]).toBe(half);
});

test("a bfloat16 is the upper half of a float32", () => {
  const bits = Uint16Array.of(0x3f80, 0xc000, 0x3f81, 0x7f80, 0x0000);
  expect([...fromBfloat16(bits)]).toEqual([1, -2, 1 + 2 ** -7, Number.POSITIVE_INFINITY, 0]);
});
