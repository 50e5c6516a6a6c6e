// @vitest-environment jsdom
import {expect, it} from "vitest";
import {embeddingPlane, kindOf} from "../../../src/components/chapters/training/embeddingPlane.js";
import {packAttention} from "../../../src/components/chapters/training/packedAttention.js";
import {
  lineLosses,
  type PackedTimeline,
  unpackTimeline
} from "../../../src/components/chapters/training/timeline.js";

it("unpacks every moment's attention, head by head", () => {
  const weights = [1, 0, 0.25, 0.75, 1, 0, 1, 0];
  const packed = {
    model: {nLayer: 1, nHead: 2, nEmbd: 4, parameters: 1},
    attended: 2,
    line: {tokens: ["a", "b", "c"], truth: [0.5, 1]},
    moments: [{attention: packAttention(weights, 2, 2), nats: [1, 2]}]
  } as unknown as PackedTimeline;
  const timeline = unpackTimeline(packed);
  const [moment] = timeline.moments;
  expect(moment!.attention).toHaveLength(8);
  moment!.attention.forEach((weight, i) => {
    expect(weight).toBeCloseTo(weights[i]!, 2);
  });
  expect(lineLosses(timeline, moment!)).toEqual({model: 1.5, truth: 0.75});
});

it("tells kinds of token apart, and names in its legend only those that there are", () => {
  expect(["a", "u", "b", "ü", "T", " ", "\n", "7", "?", "the"].map(kindOf)).toEqual([
    "vowel",
    "vowel",
    "small",
    "small",
    "capital",
    "mark",
    "mark",
    "mark",
    "mark",
    "mark"
  ]);
  const places = [
    [1, 0],
    [0, -0.5]
  ] as const;
  const node = embeddingPlane({places, reading: "Two."}, {vocabulary: ["a", " "], reach: 1, share: 0.4});
  expect([...node.querySelectorAll(".embedding-key")].map(({textContent}) => textContent)).toEqual([
    "vowels",
    "marks and spaces"
  ]);
  // The largest coordinate reaches nearly to the edge, to the right and not beyond it; below 0 is down.
  const at = [...node.querySelectorAll<SVGGElement>(".embedded-token")].map((token) =>
    token.style.transform.match(/[\d.]+/g)!.map(Number)
  );
  expect(at[0]![0]).toBeGreaterThan(300);
  expect(at[0]![0]).toBeLessThan(340);
  expect(at[0]![1]).toBe(170);
  expect(at[1]![1]).toBeGreaterThan(170);
});
