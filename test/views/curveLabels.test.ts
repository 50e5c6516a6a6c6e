import {describe, expect, it} from "vitest";
import {curveLabels, type LabelledCurve} from "../../src/components/views/curveLabels.js";

const frame = {width: 700, height: 400, top: 20, right: 12, bottom: 40, left: 40, last: 1000, high: 4};
const curve = (change: Partial<LabelledCurve> = {}): LabelledCurve => ({
  mark: "A",
  name: "neural bigram",
  color: "red",
  step: 1000,
  loss: 2,
  ...change
});

describe("curveLabels", () => {
  it("leaves the margin alone without curves", () => {
    expect(curveLabels([], frame)).toEqual({labels: [], marginRight: 12});
  });

  it("stands right of a curve's end, at its height, within the chart", () => {
    const {labels, marginRight} = curveLabels([curve()], frame);
    const [label] = labels;
    expect(label).toMatchObject({text: "A neural bigram", y: 190, isBold: false});
    expect(label!.x).toBeGreaterThan(700 - marginRight);
    expect(label!.x + 7 * label!.text.length).toBeLessThanOrEqual(700);
  });

  it("puts labels of curves that end about the same place in one column, off every curve", () => {
    const {labels} = curveLabels([curve(), curve({mark: "B", step: 900}), curve({step: 500})], frame);
    expect(labels[1]!.x).toBe(labels[0]!.x);
    expect(labels[2]!.x).toBeLessThan(labels[0]!.x - 100);
  });

  it("needs no margin for a curve that ends early", () => {
    expect(curveLabels([curve({step: 100})], frame).marginRight).toBe(12);
    expect(curveLabels([curve({step: 0})], frame).labels[0]!.x).toBeLessThan(60);
  });

  it("shows marks alone where names would leave the curves no room", () => {
    const {labels, marginRight} = curveLabels([curve(), curve({mark: "B", loss: 1})], {...frame, width: 330});
    expect(labels.map(({text}) => text)).toEqual(["A", "B"]);
    expect(marginRight).toBeLessThan(40);
  });

  it("keeps labels apart and inside, whatever the losses", () => {
    const curves = Array.from({length: 20}, (_, i) => curve({mark: String(i), loss: i % 2 ? 0.01 : 0.02}));
    const heights = curveLabels(curves, frame)
      .labels.map(({y}) => y)
      .sort((a, b) => a - b);
    for (let i = 1; i < heights.length; i++) expect(heights[i]! - heights[i - 1]!).toBeGreaterThan(14);
    expect(heights[0]).toBeGreaterThanOrEqual(20);
    expect(heights.at(-1)).toBeLessThanOrEqual(360);
  });

  it("lets labels share a height where they do not meet", () => {
    const [a, b] = curveLabels([curve(), curve({step: 100})], frame).labels;
    expect(a!.y).toBe(b!.y);
  });

  it("cuts a long name", () => {
    const [label] = curveLabels([curve({name: "a".repeat(100), step: 10})], frame).labels;
    expect(label!.text).toMatch(/^A a{29}…$/);
  });
});
