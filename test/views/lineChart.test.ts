// @vitest-environment jsdom
import {describe, expect, it} from "vitest";
import {type LineChartData, lineChart} from "../../src/components/views/lineChart.js";

const points = [
  [0, 4],
  [10, 0]
] as const;
const data = (dot: number, over: Partial<LineChartData> = {}): LineChartData => ({
  label: `Now at ${dot}`,
  x: {label: "step", min: 0, max: 10},
  y: {label: "loss", min: 0, max: 4},
  lines: [{name: "held-out", mark: "H", stroke: "red", dash: "7 3", points}],
  dots: [{x: dot, y: 2, fill: "blue"}],
  reading: `At step ${dot}.`,
  ...over
});
const texts = (node: Element) => [...node.querySelectorAll("text")].map(({textContent}) => textContent);

describe("lineChart", () => {
  it("draws lines, their letters, the axes, rules and dots", () => {
    const node = lineChart(data(5, {rules: [{x: 5, label: "half"}]}), {height: 104});
    // 640 CSS pixels wide, 44 and 26 of them beside the lines; 24 and 40 above and below.
    expect(node.querySelector("path")!.getAttribute("d")).toBe("M44.0,24.0L614.0,64.0");
    expect(node.querySelector("path")!.getAttribute("stroke-dasharray")).toBe("7 3");
    expect(node.querySelector("circle")!.getAttribute("cx")).toBe("329");
    expect(node.querySelector(".line-rule line")!.getAttribute("x1")).toBe("329");
    expect(texts(node)).toEqual(expect.arrayContaining(["0", "4", "10", "step", "loss", "half", "H"]));
    expect(node.querySelector("svg")!.getAttribute("aria-label")).toBe("Now at 5");
    expect(node.querySelector(".figure-reading")!.textContent).toBe("At step 5.");
  });

  it("leaves lines and axes as they are where only a dot moves", () => {
    const node = lineChart(data(0));
    const kept = [...node.querySelectorAll("path, .line-axis, .line-tick, .line-mark")];
    node.update(data(10, {lines: [{...data(10).lines[0]!}]}));
    expect([...node.querySelectorAll("path, .line-axis, .line-tick, .line-mark")]).toEqual(kept);
    expect(kept.every((part) => node.contains(part))).toBe(true);
    expect(node.querySelector("circle")!.getAttribute("cx")).toBe("614");
    expect(node.querySelector("svg")!.getAttribute("aria-label")).toBe("Now at 10");
    expect(node.querySelector(".figure-reading")!.textContent).toBe("At step 10.");
  });

  it("draws lines anew where they, their look or an axis is another", () => {
    const node = lineChart(data(0));
    const d = () => node.querySelector("path")!.getAttribute("d");
    const first = d();
    node.update(data(0, {x: {label: "step", min: 0, max: 20}}));
    expect(d()).not.toBe(first);
    expect(texts(node)).toContain("20");
    node.update(data(0, {lines: [{name: "flat", stroke: "red", points: [[0, 4]]}]}));
    expect(d()).toBe("M44.0,24.0");
    expect(node.querySelector(".line-mark")).toBeNull();
    node.update(data(0, {lines: [{name: "flat", stroke: "green", points: [[0, 4]]}], dots: []}));
    expect(node.querySelector("path")!.getAttribute("style")).toBe("stroke: green");
    expect(node.querySelector("circle")).toBeNull();
  });

  it("writes a dot's word on the side where there is room, and the ticks that it is told", () => {
    const ticks = [{at: 2, text: "a hundred"}];
    const labelled = (x: number) => [{x, y: 2, fill: "blue", label: "here"}];
    const node = lineChart(data(0, {dots: labelled(1), x: {label: "step", min: 0, max: 10, ticks}}));
    const word = () => [...node.querySelectorAll("text")].find(({textContent}) => textContent === "here")!;
    expect(word().getAttribute("text-anchor")).toBe("start");
    expect(texts(node)).toContain("a hundred");
    node.update(data(0, {dots: labelled(9)}));
    expect(word().getAttribute("text-anchor")).toBe("end");
    expect(texts(node)).not.toContain("a hundred");
  });
});
