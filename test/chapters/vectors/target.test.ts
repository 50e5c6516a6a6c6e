import {describe, expect, it} from "vitest";
import {
  drawn,
  PLACES,
  PRESETS,
  type PresetName,
  placeOf,
  places,
  preset,
  pushed
} from "../../../src/components/chapters/vectors/target.js";

const flat = new Float32Array(PLACES);

describe("the reader's function", () => {
  it("has presets within the picture", () => {
    for (const name of Object.keys(PRESETS) as PresetName[]) {
      const {x, y} = preset(name);
      expect(x.length).toBe(y.length);
      expect(Math.max(...y.map(Math.abs))).toBeLessThanOrEqual(1);
    }
  });

  it("takes a stroke in either direction, and one without length", () => {
    const [a, b] = [
      {x: -0.5, y: -1},
      {x: 0.5, y: 1}
    ];
    const y = drawn(flat, a, b);
    expect(drawn(flat, b, a)).toEqual(y);
    expect(y[placeOf(0)]).toBeCloseTo(0, 6);
    expect(y[placeOf(0.5)]).toBe(1);
    expect([y[0], y.at(-1)]).toEqual([0, 0]);
    const dot = drawn(flat, {x: 0.2, y: 7}, {x: 0.2, y: 7});
    expect(dot[placeOf(0.2)]).toBe(1);
    expect(dot.filter((value) => value !== 0)).toHaveLength(1);
  });

  it("is pushed most at a place, and stays within the picture", () => {
    const y = pushed(flat, 30, 0.1);
    expect(Math.max(...y)).toBeCloseTo(0.1, 6);
    expect(y[30]).toBeGreaterThan(y[31]!);
    expect(Math.max(...pushed(y, 30, 5))).toBe(1);
  });

  it("knows the place nearest to a number", () => {
    expect(places[placeOf(0.51)]).toBeCloseTo(0.5, 6);
    expect([placeOf(-9), placeOf(9)]).toEqual([0, PLACES - 1]);
  });
});
