// @vitest-environment jsdom
import {describe, expect, it} from "vitest";
import {presets} from "../../src/components/training/presets.js";
import {learningRateAt} from "../../src/components/training/schedule.js";
import {scheduleChart, scheduleData, scheduleInWords} from "../../src/components/workbench/scheduleChart.js";

const {train} = presets.toy;

describe("scheduleData", () => {
  it("draws the very rates that training takes, in thousandths where they are small", () => {
    const {lines, y} = scheduleData(train);
    expect(y.label).toBe("learning rate × 1,000");
    for (const [step, rate] of lines[0]!.points) expect(rate).toBe(learningRateAt(step, train) / 1e-3);
    expect(lines[0]!.points[0]![0]).toBe(0);
    expect(lines[0]!.points.at(-1)![0]).toBe(999);
    expect(lines[0]!.points.length).toBeLessThan(300);
  });

  it("marks the peak, and the end where it is lower", () => {
    const dots = (schedule: typeof train.schedule) =>
      scheduleData({...train, schedule}).dots!.map(({x, label}) => [x, label]);
    expect(dots("cosine")).toEqual([
      [0, ""],
      [100, "peak 0.003"],
      [999, "0.0003"]
    ]);
    expect(dots("constant")).toEqual([
      [0, ""],
      [100, "peak 0.003"]
    ]);
    expect(dots("oneCycle")[1]).toEqual([100, "peak 0.003"]);
  });

  it("keeps a run of one step on the axis", () => {
    const {lines, x} = scheduleData({...train, steps: 1, warmupSteps: 0});
    expect(lines[0]!.points).toEqual([[0, 3]]);
    expect(x.max).toBe(1);
  });
});

describe("scheduleInWords", () => {
  it.each([
    [
      "constant",
      100,
      "Rises from 0.0000297 to its peak, 0.003, over 100 steps of warm-up, and stays there to the last step."
    ],
    [
      "linear",
      0,
      "Begins at its peak, 0.003, then falls along a straight line to 0.000303 at the last step."
    ],
    [
      "oneCycle",
      100,
      "Rises from 0.00012 to its peak, 0.003, over 100 steps of warm-up, then falls along half a cosine to 0.0003 at the last step."
    ],
    [
      "inverseSquareRoot",
      100,
      "Rises from 0.0000297 to its peak, 0.003, over 100 steps of warm-up, then falls as one over the root of the step to 0.000949 at the last step."
    ],
    [
      "cosine",
      1000,
      "Rises from 0.000003 to 0.003: the warm-up of 1,000 steps is as long as the run, so the peak is never reached."
    ]
  ] as const)("%s with a warm-up of %d", (schedule, warmupSteps, words) => {
    expect(scheduleInWords({...train, schedule, warmupSteps})).toBe(words);
  });
});

it("is a picture with a text, and follows", () => {
  const chart = scheduleChart(train);
  expect(chart.querySelector("svg")!.getAttribute("aria-label")).toContain("falls along half a cosine");
  chart.update({...train, schedule: "constant"});
  expect(chart.querySelector("svg")!.getAttribute("aria-label")).toContain("stays there");
  expect(chart.textContent).toContain("peak 0.003");
});
