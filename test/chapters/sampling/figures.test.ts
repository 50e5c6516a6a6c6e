// @vitest-environment jsdom
import {beforeEach, describe, expect, test, vi} from "vitest";
import {samplingChapter} from "../../../src/components/chapters/sampling/chapter.js";
import {samplingDesk} from "../../../src/components/chapters/sampling/desk.js";
import {countDraws} from "../../../src/components/chapters/sampling/draws.js";
import {drawsFigure} from "../../../src/components/chapters/sampling/drawsFigure.js";
import {samplingFacts} from "../../../src/components/chapters/sampling/facts.js";
import {distribution, PLAIN} from "../../../src/components/generation/distribution.js";
import {formatCount, formatPercent} from "../../../src/components/views/format.js";
import {samplingPage} from "./pages.js";

const turn = (figure: HTMLElement, name: string, value: number) => {
  const label = [...figure.querySelectorAll(".range")].find(
    (node) => node.querySelector("label")?.textContent === name
  )!;
  const slider = label.querySelector("input")!;
  slider.value = String(value);
  slider.dispatchEvent(new Event("input", {bubbles: true}));
};
const press = (figure: HTMLElement, name: string) =>
  (
    [...figure.querySelectorAll("button")].find(
      (node) => node.textContent === name || node.getAttribute("aria-label") === name
    ) as HTMLButtonElement
  ).click();
const text = (figure: HTMLElement, selector: string) => figure.querySelector(selector)!.textContent!;

let chapter: ReturnType<typeof samplingChapter>;
beforeEach(() => {
  chapter = samplingChapter(samplingPage);
});

describe("the distribution", () => {
  test("follows every slider, and says what is cut", () => {
    const figure = chapter.distribution;
    press(figure, "Cut nothing");
    expect(text(figure, ".cut-reading")).toMatch(
      /^Nothing is cut: all 7 characters can come\. .* to which the model gave [\d.]+%\.$/
    );
    expect(figure.querySelectorAll(".cut-line")).toHaveLength(0);
    turn(figure, "Top-p", 0.9);
    const line = figure.querySelector(".cut-line");
    const axis = figure.querySelector(".cut-axis");
    turn(figure, "Min-p", 0.1);
    // What a slider only moves is not made anew.
    expect(figure.querySelector(".cut-line") === line && figure.querySelector(".cut-axis") === axis).toBe(
      true
    );
    const expected = distribution(chapter.desk.logits, {...PLAIN, topP: 0.9, minP: 0.1});
    expect(text(figure, ".cut-reading")).toContain(
      `${expected.kept} characters of 7 can come; the others held ${formatPercent(expected.removedMass)} together.`
    );
    expect(
      [...figure.querySelectorAll(".cut-line text")].map((node) => node.textContent!.split(" ")[0])
    ).toEqual(["top-p", "min-p"]);
    expect(figure.querySelectorAll(".cut-level")).toHaveLength(1);
    press(figure, "Only top-k");
    // The first view's twelve are more than this vocabulary has.
    expect(chapter.desk.state.options).toEqual(PLAIN);
    press(figure, "Only min-p");
    expect(chapter.desk.state.options).toEqual({...PLAIN, minP: 0.28});
    turn(figure, "Temperature", 0);
    expect(text(figure, ".cut-reading")).toMatch(/^Greedy: ‘a’ is certain/);
    press(figure, "Reset");
    expect(text(figure, "tbody")).toContain("top-k");
  });

  test("shows another place, with what really came", async () => {
    const select = chapter.distribution.querySelector("select")!;
    select.value = "1";
    select.dispatchEvent(new Event("change"));
    expect(text(chapter.distribution, ".cut-title")).toBe("What may follow “…⏎c”, likeliest first");
    expect(text(chapter.distribution, ".cut-reading")).toContain("In the text ‘a’ came");
    // Its place is the draws' place.
    expect(chapter.draws.querySelector("select")!.value).toBe("1");
    chapter.desk.set({place: 0});
    await vi.waitFor(() => expect(chapter.draws.querySelector("select")!.value).toBe("0"));
  });

  test("lets the model write with the same settings", () => {
    const onTake = vi.fn();
    const figure = samplingChapter(samplingPage, {onTake}).distribution;
    press(figure, "Cut nothing");
    turn(figure, "Min-p", 0.25);
    press(figure, "Write with these");
    expect(onTake).toHaveBeenCalledExactlyOnceWith({...PLAIN, minP: 0.25});
  });

  test("the table has every token, and its cuts", () => {
    const details = chapter.distribution.querySelector("details")!;
    details.open = true;
    details.dispatchEvent(new Event("toggle"));
    const rows = [...details.querySelectorAll("tbody tr")].map((row) => row.lastElementChild!.textContent);
    expect(rows).toHaveLength(7);
    expect(rows.filter((cell) => cell === "cut")).toHaveLength(7 - chapter.desk.filtered.kept);
  });
});

describe("the order", () => {
  test("opens with an example in which the orders differ, and agrees when they are one", () => {
    const figure = chapter.order;
    expect(text(figure, ".order-reading")).toMatch(/keeps \d+ characters? more than/);
    expect(
      figure.querySelectorAll(".order-kept .order-here, .order-kept .order-yours").length
    ).toBeGreaterThan(0);
    press(figure, "This site’s");
    expect(text(figure, ".order-reading")).toContain("both orders keep the same");
    expect(figure.querySelectorAll(".order-kept .order-here, .order-kept .order-yours")).toHaveLength(0);
  });

  test("moves a step, and keeps the keyboard on it", () => {
    const figure = chapter.order;
    document.body.replaceChildren(figure);
    const names = () => [...figure.querySelectorAll(".order-steps span")].map((node) => node.textContent);
    expect(names()).toEqual(["top-k", "top-p", "min-p", "temperature"]);
    press(figure, "temperature earlier");
    expect(names()).toEqual(["top-k", "top-p", "temperature", "min-p"]);
    expect(document.activeElement!.getAttribute("aria-label")).toBe("temperature earlier");
    press(figure, "temperature earlier");
    press(figure, "temperature earlier");
    expect(names()[0]).toBe("temperature");
    expect(document.activeElement!.getAttribute("aria-label")).toBe("temperature later");
  });
});

describe("the draws", () => {
  test("are the sampler's, and change with seed and number", () => {
    const figure = chapter.draws;
    const counts = countDraws(chapter.desk.distribution(), 1, 1000);
    expect(text(figure, ".draws-reading")).toContain(`and ${formatCount(counts[0]!)} came.`);
    expect(text(figure, ".draws-reading")).toMatch(/χ² is [\d.]+; right draws have \d+ ± [\d.]+/);
    const seed = figure.querySelector<HTMLInputElement>("input[type=number]")!;
    seed.value = "12";
    seed.dispatchEvent(new Event("input"));
    const other = countDraws(chapter.desk.distribution(), 12, 1000);
    expect(text(figure, ".draws-reading")).toContain(`and ${formatCount(other[0]!)} came.`);
    const before = text(figure, ".draws-reading");
    seed.value = "1.5";
    seed.dispatchEvent(new Event("input"));
    expect(seed.validationMessage).toContain("The seed is a whole number");
    expect(text(figure, ".draws-reading")).toBe(before);
  });

  test("have no χ² where one token is certain", () => {
    const desk = samplingDesk(samplingPage);
    desk.set({options: {...PLAIN, temperature: 0}});
    const reading = text(drawsFigure(desk), ".draws-reading");
    expect(reading).toContain("1,000 ± 0 are expected, and 1,000 came.");
    expect(reading).toContain("χ² needs at least two characters");
  });

  test("are all there at once for readers who want no motion, and count up for others", async () => {
    const desk = samplingDesk(samplingPage);
    const calm = drawsFigure(desk, {still: () => true});
    const bars = calm.querySelector(".cut-kept")!.getAttribute("d");
    calm.play();
    expect(calm.querySelector(".cut-kept")!.getAttribute("d")).toBe(bars);
    const lively = drawsFigure(desk, {still: () => false});
    const at = vi.spyOn(performance, "now").mockReturnValue(0);
    const frames: FrameRequestCallback[] = [];
    vi.stubGlobal("requestAnimationFrame", (frame: FrameRequestCallback) => frames.push(frame));
    lively.play();
    frames.shift()!(500);
    expect(lively.querySelector(".draw-plot")!.getAttribute("aria-label")).toContain("in 250 draws");
    frames.shift()!(5_000);
    expect(lively.querySelector(".draw-plot")!.getAttribute("aria-label")).toContain("in 1,000 draws");
    expect(frames).toEqual([]);
    at.mockRestore();
    vi.unstubAllGlobals();
  });

  test("answer the prediction with a hundred seeds", () => {
    document.body.replaceChildren(chapter.prediction);
    const inputs = chapter.prediction.querySelectorAll("input");
    inputs[1]!.checked = true;
    inputs[1]!.dispatchEvent(new Event("change"));
    press(chapter.prediction, "Reveal");
    const d = distribution(chapter.desk.logits, PLAIN);
    const counts = Array.from({length: 100}, (_, seed) => countDraws(d, seed + 1, 1000)[0]!);
    expect(text(chapter.prediction, ".predict-reason")).toContain(
      `from ${formatCount(Math.min(...counts))} to ${formatCount(Math.max(...counts))}`
    );
    expect(chapter.desk.state.options).toEqual(PLAIN);
    chapter.dispose();
  });
});

test("the repetition marks what was said before, and counts it", () => {
  const figure = chapter.repetition;
  expect([...figure.querySelectorAll(".repeated-text mark")].map((node) => node.textContent)).toEqual([
    "one two three four five six seven eight."
  ]);
  expect(text(figure, ".repeated-reading")).toContain("50.0% of the words");
  turn(figure, "Temperature", 1);
  expect(figure.querySelectorAll(".repeated-text mark")).toHaveLength(0);
  expect(text(figure, ".repeated-text em")).toBe("flour");
  expect(text(figure, ".repeated-reading")).toContain(
    "0% of the words of this text (2 texts: 12.5% on average, from 0% to 25.0%) stand in a run of 8"
  );
  expect([...figure.querySelectorAll("tbody td")].map(({textContent}) => textContent).slice(0, 5)).toEqual([
    "50.0%",
    "0.563",
    "9",
    "0%",
    "12.5% (0%–25.0%)"
  ]);
  expect(figure.querySelectorAll("tbody tr")).toHaveLength(3);
});

test("the prose says what was measured", () => {
  const facts = samplingFacts(chapter.desk);
  expect(facts.repetition).toContain("50.0% of the words");
  expect(facts.repetition).toContain(
    "in as much held-out text it is 15.0%, and in what it writes at temperature 1, 12.5%, the mean of 2 texts."
  );
  expect(facts.opening).toContain("7 characters it knows, after a text");
});
