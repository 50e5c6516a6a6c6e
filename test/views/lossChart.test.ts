// @vitest-environment jsdom
import {describe, expect, it} from "vitest";
import {lossChart} from "../../src/components/views/lossChart.js";
import {averagePoints, lossSummary} from "../../src/components/views/lossData.js";

const point = (step: number, trainLoss: number | null, validationLoss: number | null = null) => ({
  step,
  trainLoss,
  validationLoss
});
const base = {history: [point(1, 4), point(2, 3, 3.5)], lnV: 4.17, floor: 0.72, steps: 10};

describe("averagePoints", () => {
  it("leaves few points alone but drops what is no number", () => {
    expect(averagePoints([point(1, 4), point(2, null), point(3, Number.NaN), point(4, 2)])).toEqual([
      {step: 1, loss: 4},
      {step: 4, loss: 2}
    ]);
  });

  it("averages runs of many", () => {
    const history = Array.from({length: 1000}, (_, i) => point(i, i % 2));
    const averaged = averagePoints(history, 100);
    expect(averaged).toHaveLength(100);
    expect(averaged[0]).toEqual({step: 4.5, loss: 0.5});
  });
});

describe("lossChart", () => {
  it("says in words what it draws", () => {
    expect(lossSummary(base)).toBe(
      "After 2 of 10 steps: training loss 3.000, validation loss 3.500 (measured at step 2). A blind guess costs 4.17 nats a character; no model can go below 0.72."
    );
    expect(lossSummary({...base, history: [], floor: null})).toBe(
      "No step has been taken yet. A blind guess costs 4.17 nats a character."
    );
  });

  it("names its unit, on the axis as in words", () => {
    const axis = (node: Element) => node.querySelector("svg")!.textContent;
    expect(axis(lossChart(base))).toContain("nats a character");
    const tokens = lossChart({...base, unit: "token"});
    expect(axis(tokens)).toContain("nats a token");
    expect(tokens.querySelector("figcaption")!.textContent).toContain("4.17 nats a token");
    expect(tokens.textContent).not.toContain("character");
  });

  it("labels the lines of ln V, the floor and the bigrams, and leaves out what is unknown", () => {
    const text = lossChart({...base, bigram: 2.48}).querySelector("svg")!.textContent;
    for (const label of ["ln V = 4.17", "the floor 0.72", "counting bigrams 2.48"])
      expect(text).toContain(label);
    expect(lossChart({...base, floor: null}).querySelector("svg")!.textContent).not.toContain("floor");
  });

  it("draws other runs' validation losses, each with its mark and name, and says them", () => {
    const others = [
      {
        name: "neural bigram",
        points: [
          {step: 0, loss: 4},
          {step: 10, loss: 2.5}
        ]
      },
      {name: "MLP", points: [{step: 10, loss: 2.1}]}
    ];
    const node = lossChart({...base, others});
    const text = node.querySelector("svg")!.textContent;
    for (const label of ["A neural bigram", "B MLP", "this run"]) expect(text).toContain(label);
    const dashes = [...node.querySelectorAll("svg [stroke-dasharray]")].map((line) =>
      line.getAttribute("stroke-dasharray")
    );
    expect(new Set(dashes).size).toBe(3); // the reference lines and two curves
    expect(lossSummary({...base, others})).toMatch(
      / Validation losses of other runs: A, neural bigram, 2\.500 at step 10; B, MLP, 2\.100 at step 10\.$/
    );
    expect(lossChart(base).querySelector("svg")!.textContent).not.toContain("this run");
  });

  it("makes its axes wide enough for every run", () => {
    const others = [{name: "long", points: [{step: 5000, loss: 9}]}];
    const ticks = [...lossChart({...base, others}).querySelectorAll("svg text")].map((t) => t.textContent);
    expect(ticks).toContain("5,000");
    expect(ticks).toContain("8");
  });

  it("is one image with a name and a description", () => {
    const svg = lossChart(base).querySelector("svg")!;
    expect(svg.getAttribute("role")).toBe("img");
    expect(svg.getAttribute("aria-label")).toBe("Loss against training step");
    expect(svg.querySelector("g[aria-label]")).toBeNull();
  });

  it("draws from nothing to 5,000 points, and survives NaN", () => {
    const node = lossChart({...base, history: []});
    expect(node.querySelector("svg")).not.toBeNull();
    const history = Array.from({length: 5000}, (_, i) =>
      point(i + 1, 1 + 3 / (i + 1), i % 100 === 99 ? 1.1 : null)
    );
    node.update({...base, steps: 5000, history});
    expect(node.querySelectorAll("svg")).toHaveLength(1);
    const longest = Math.max(
      ...[...node.querySelectorAll("path")].map((path) => path.getAttribute("d")!.length)
    );
    expect(longest).toBeGreaterThan(1000);
    expect(longest).toBeLessThan(20_000);
    node.update({...base, history: [point(1, Number.NaN, Number.NaN)]});
    expect(node.innerHTML).not.toContain("NaN");
  });
});
