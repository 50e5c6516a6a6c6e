// @vitest-environment jsdom
import {beforeEach, describe, expect, it} from "vitest";
import {distributionBars} from "../../src/components/views/distributionBars.js";
import {withoutCanvas} from "./canvasless.js";

beforeEach(withoutCanvas);

const vocabulary = ["a", " ", "<script>"];
const data = {
  ids: Uint16Array.of(2, 0, 1),
  tempered: Float64Array.of(0.3, 0.2, 0.5),
  probabilities: Float64Array.of(0.375, 0, 0.625),
  kept: 2,
  removedMass: 0.2,
  entropy: {before: 1.03, after: 0.954 * Math.LN2},
  chosen: 0
};
const rows = (node: Element) =>
  [...node.querySelectorAll<HTMLElement>(".bars tbody tr")].filter((row) => !row.hidden);

describe("distributionBars", () => {
  it("gives the numbers", () => {
    const numbers = [...distributionBars(data, {vocabulary}).querySelectorAll("dd")].map(
      (dd) => dd.textContent
    );
    expect(numbers).toEqual(["2 of 3 tokens", "20.0%", "0.95 bits ≈ 1.9 equal choices"]);
  });

  it("lists tokens in order, tells kept from cut in words, and marks the drawn one", () => {
    const node = distributionBars(data, {vocabulary});
    expect(rows(node).map((row) => [...row.children].map((cell) => cell.textContent))).toEqual([
      ["<script>", "", "62.5%", "50.0%"],
      ["a drawn", "", "37.5%", "30.0%"],
      ["␣", "", "cut", "20.0%"]
    ]);
    expect(rows(node)[2]!.querySelector(".bar-cut")).not.toBeNull();
    expect(node.querySelector("script")).toBeNull();
  });

  it("draws bar lengths on one round scale", () => {
    const bars = rows(distributionBars(data, {vocabulary}))[0]!.querySelectorAll<HTMLElement>(".bar");
    expect([...bars].map((bar) => bar.style.width)).toEqual(["50%", "12.5%"]);
    const flat = {
      ...data,
      tempered: Float64Array.of(0.1, 0.1, 0.2),
      probabilities: Float64Array.of(0.125, 0, 0.25)
    };
    const scaled = rows(distributionBars(flat, {vocabulary}))[0]!.querySelectorAll<HTMLElement>(".bar");
    expect([...scaled].map((bar) => bar.style.width)).toEqual(["80%", "20%"]);
  });

  it("updates in place, with the table only while it is open", () => {
    const node = distributionBars(data, {vocabulary});
    const first = rows(node)[0];
    const details = node.querySelector("details")!;
    expect(details.querySelectorAll("tbody tr")).toHaveLength(0);
    details.open = true;
    details.dispatchEvent(new Event("toggle"));
    expect(details.querySelectorAll("tbody tr")).toHaveLength(3);
    node.update({...data, kept: 1, probabilities: Float64Array.of(0, 0, 1), chosen: null});
    expect(rows(node)[0]).toBe(first);
    expect(first!.textContent).toContain("100%");
    expect(details.querySelector("tbody")!.textContent).toContain("cut");
  });

  it("holds a vocabulary of 12,288 without writing it all out", () => {
    const size = 12_288;
    const tempered = new Float64Array(size).fill(1 / size);
    const node = distributionBars(
      {
        ids: Uint16Array.from(tempered, (_, i) => i),
        tempered,
        probabilities: tempered,
        kept: size,
        removedMass: 0,
        entropy: {before: Math.log(size), after: Math.log(size)}
      },
      {vocabulary: Array.from({length: size}, (_, i) => `t${i}`)}
    );
    node.querySelector("details")!.open = true;
    node.querySelector("details")!.dispatchEvent(new Event("toggle"));
    expect(node.querySelectorAll("tr").length).toBeLessThan(600);
    expect(node.querySelector(".figure-note")!.textContent).toMatch(/^The other 11,776 tokens hold 95\.8%/);
  });

  it("survives an empty distribution", () => {
    const empty = {
      ids: new Uint16Array(),
      tempered: new Float64Array(),
      probabilities: new Float64Array(),
      kept: 0,
      removedMass: Number.NaN,
      entropy: {before: Number.NaN, after: Number.NaN}
    };
    const node = distributionBars(empty, {vocabulary});
    expect(rows(node)).toHaveLength(0);
    expect(node.querySelectorAll("dd")[1]!.textContent).toBe("–");
  });
});
