import {expect, it} from "vitest";
import {
  firstLayer,
  layerName,
  layerSize,
  layerTable,
  rowName
} from "../../../src/components/chapters/lab/layers.js";

const numbers = (length: number) => Float32Array.from({length}, (_, i) => i);

it("lays a layer out with a column for each token, heads one after another", () => {
  expect(layerTable([1, 2, 3], numbers(6))).toEqual({
    values: Float32Array.of(0, 3, 1, 4, 2, 5),
    rows: 3,
    columns: 2
  });
  // Head, token, number: [1, 2, 2, 2].
  expect(layerTable([1, 2, 2, 2], numbers(8))).toEqual({
    values: Float32Array.of(0, 2, 1, 3, 4, 6, 5, 7),
    rows: 4,
    columns: 2
  });
  expect(() => layerTable([2, 2, 2], numbers(8))).toThrow(RangeError);
  expect(rowName(3, [1, 2, 2, 2])).toBe("head 2, number 2");
  expect(rowName(3, [1, 2, 4])).toBe("number 4");
});

it("says how large numbers are", () => {
  expect(layerSize(Float32Array.of(0, -3, 0, 4))).toEqual({rms: 2.5, zeros: 0.5});
  expect(layerSize(new Float32Array())).toEqual({rms: 0, zeros: 0});
});

it("names places for people, and begins in the middle", () => {
  const names = ["embedding", "transformer.h.0.attn.q", "transformer.h.1.mlp.hidden", "final", "odd"];
  const places = names.map((name) => ({
    name,
    shape: [],
    values: new Float32Array(),
    gradient: new Float32Array()
  }));
  expect(places.map(layerName)).toEqual([
    "embedding",
    "block 1, queries",
    "block 2, hidden units",
    "final norm",
    "odd"
  ]);
  expect(firstLayer(places, {nLayer: 2})).toBe(2);
  expect(firstLayer(places, {nLayer: 8})).toBe(0);
});
