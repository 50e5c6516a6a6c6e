// @vitest-environment jsdom
import {describe, expect, it, vi} from "vitest";
import {longestDocument} from "../../../src/components/chapters/text/batch.js";
import {byteFigure} from "../../../src/components/chapters/text/byteFigure.js";
import {comparisonFigure} from "../../../src/components/chapters/text/comparisonFigure.js";
import {compressionFigure} from "../../../src/components/chapters/text/compressionFigure.js";
import {ticks} from "../../../src/components/chapters/text/curvePlot.js";
import {frequencyFigure} from "../../../src/components/chapters/text/frequencyFigure.js";
import {mergeFigure} from "../../../src/components/chapters/text/mergeFigure.js";
import {paddingFigure} from "../../../src/components/chapters/text/paddingFigure.js";
import type {StudyReport} from "../../../src/components/chapters/text/protocol.js";
import {sourcePanel} from "../../../src/components/chapters/text/sourcePanel.js";
import {TextStore} from "../../../src/components/chapters/text/state.js";
import {studyText, type TextStudy} from "../../../src/components/chapters/text/study.js";
import {writeStories} from "../../../src/components/corpus/storyText.js";
import {trainTokenizer} from "../../../src/components/text/trainTokenizer.js";

const text = writeStories({seed: 5, length: 30_000}).text();
const study = studyText("stories", text);
const byteTokenizer = (size: number) => trainTokenizer(text, {kind: "byte-pair", vocabularySize: size});

/** A store whose figures all follow at once. */
const storeOf = (of: TextStudy) => new TextStore(of, (run) => run());

const idsIn = (node: Element) =>
  [...node.querySelectorAll<HTMLElement>("[role=option]")].map((token) => Number(token.dataset.id));
const stat = (node: Element, name: string) =>
  [...node.querySelectorAll(".stats div")]
    .find((one) => one.textContent!.includes(name))!
    .querySelector("dd")!.textContent;
const press = (node: Element, name: string) =>
  [...node.querySelectorAll("button")].find((one) => one.textContent === name)!.click();
function type(node: Element, value: string): void {
  const area = node.querySelector("textarea")!;
  area.value = value;
  area.dispatchEvent(new Event("input"));
}

describe("mergeFigure", () => {
  it("shows the tokens of the vocabulary that the slider sets", () => {
    const store = storeOf(study);
    const figure = mergeFigure(store);
    for (const learned of [0, 1, 50, 256]) {
      store.setLearned(learned);
      const ids = learned === 0 ? null : [...byteTokenizer(256 + learned).encode(study.sentence).ids];
      if (ids) expect(idsIn(figure)).toEqual(ids);
      else expect(idsIn(figure)).toHaveLength(study.sentence.length);
      expect(stat(figure, "Vocabulary")).toBe(`${256 + learned} tokens`);
    }
  });

  it("goes from change to change, marks what was made, and comes back", () => {
    const store = storeOf(study);
    const figure = mergeFigure(store);
    store.setLearned(0);
    let length = idsIn(figure).length;
    for (let i = 0; i < 5; i++) {
      press(figure, "Next change ›");
      expect(idsIn(figure).length).toBeLessThan(length);
      length = idsIn(figure).length;
      const lit = [...figure.querySelectorAll<HTMLElement>(".token-lit")].map((token) => token.dataset.id);
      expect(lit.length).toBeGreaterThan(0);
      expect(new Set(lit)).toEqual(new Set([String(255 + store.state.learned)]));
    }
    press(figure, "‹ Change before");
    expect(idsIn(figure).length).toBeGreaterThan(length);
    press(figure, "Reset");
    expect(store.state.learned).toBe(256);
  });

  it("cuts the reader's own line, as text", () => {
    const store = storeOf(study);
    const figure = mergeFigure(store);
    type(figure, "<b>the hen</b> 🙂");
    expect(figure.querySelector("b")).toBeNull();
    expect(idsIn(figure)).toEqual([...byteTokenizer(512).encode("<b>the hen</b> 🙂").ids]);
    type(figure, "");
    expect(idsIn(figure)).toEqual([]);
    expect(stat(figure, "Characters a token")).toBe("–");
  });

  it("has a sentence instead of a slider where nothing can be merged", () => {
    const store = storeOf(studyText("x", "x"));
    const figure = mergeFigure(store);
    expect(figure.querySelector("input[type=range]")).toBeNull();
    expect(figure.textContent).toContain("nothing to merge");
    store.setStudy(study);
    expect(figure.querySelector("input[type=range]")).not.toBeNull();
  });
});

it("moves the other figures with the same slider", () => {
  const store = storeOf(study);
  const compression = compressionFigure(store);
  const comparison = comparisonFigure(store, "The hen 🙂");
  store.setLearned(10);
  expect(compression.textContent).toContain("With 266 tokens");
  const rows = [...comparison.querySelectorAll(".strip-row")];
  expect(rows.map((row) => idsIn(row))).toEqual(
    (["character", "byte-pair", "word-piece"] as const).map((kind) => [
      ...trainTokenizer(text, {kind, vocabularySize: 266}).encode("The hen 🙂").ids
    ])
  );
  expect(rows[0]!.textContent).toContain("does not know ‘🙂’");
  expect(rows[2]!.textContent).toContain("[UNK] stands in its place");
  const token = rows[2]!.querySelector("[role=option]")!;
  token.dispatchEvent(new Event("pointerover", {bubbles: true}));
  for (const row of rows) expect(row.querySelector(".token")!.classList.contains("token-lit")).toBe(true);
  type(comparison, "else");
  press(comparison, "Reset");
  expect(store.state.learned).toBe(256);
  expect(comparison.querySelector("textarea")!.value).toBe("The hen 🙂");
});

it("counts words and characters", () => {
  const figure = frequencyFigure(storeOf(study));
  const tenth = study.words.frequencies[9]!;
  expect(figure.textContent).toContain(`Rank 10 is ‘${tenth.unit}’: ${tenth.count} times`);
  const [, characters] = figure.querySelectorAll<HTMLInputElement>("input[type=radio]");
  characters!.dispatchEvent(new Event("change"));
  expect(figure.textContent).toContain(`${study.characterFrequencies.length} different characters`);
  expect(figure.querySelectorAll("circle.curve-dot")).toHaveLength(study.characterFrequencies.length);
  press(figure, "Reset");
  expect(figure.textContent).toContain(`Rank 10 is ‘${tenth.unit}’`);
  expect(figure.querySelector<HTMLInputElement>("input[value=word]")!.checked).toBe(true);
});

it("takes characters apart", () => {
  const figure = byteFigure();
  type(figure, "€");
  expect(figure.querySelector("tbody")!.textContent!.replace(/\s+/g, " ")).toContain("€U+20AC E282AC");
  expect(figure.textContent).toContain("1 character, 3 bytes.");
  press(figure, "Reset");
  expect(figure.textContent).toContain("10 characters, 16 bytes.");
});

it("pads a batch, shows each of its sides, and says what is wrong", () => {
  const figure = paddingFigure(storeOf(study));
  const cells = () => [...figure.querySelectorAll("td")].map((cell) => cell.textContent);
  const longest = longestDocument(study.documents, byteTokenizer(512));
  expect(cells()).toHaveLength(4 * longest);
  expect(cells()).toContain("pad");
  // No document stands there twice, which would look like a mistake.
  expect(new Set([...figure.querySelectorAll("tbody tr")].map((row) => row.textContent!.slice(5))).size).toBe(
    4
  );
  const [, ids, mask] = figure.querySelectorAll<HTMLInputElement>("input[type=radio]");
  ids!.dispatchEvent(new Event("change"));
  expect(cells()).toContain("512");
  const padded = cells().filter((cell) => cell === "512").length;
  mask!.dispatchEvent(new Event("change"));
  expect(cells().filter((cell) => cell === "1")).toHaveLength(padded);
  expect(figure.querySelector("[role=status].figure-reading")!.textContent).toContain(`${padded} of padding`);
  type(figure, "Only one document");
  expect(figure.querySelector("[role=alert]")!.textContent).toMatch(/only one document/);
  press(figure, "Reset");
  expect(figure.querySelector("[role=alert]")).toBeNull();
});

describe("sourcePanel", () => {
  const built = [{kind: "built", name: "a book", metaUrl: "m", trainUrl: "t", valUrl: "v"}] as const;

  function open() {
    const store = storeOf(study);
    let hear: (report: StudyReport) => void = () => {};
    const stop = vi.fn();
    const start = vi.fn((_source: unknown, onReport: (report: StudyReport) => void) => {
      hear = onReport;
      return stop;
    });
    const panel = sourcePanel(store, {built}, start);
    return {store, panel, start, stop, hear: (report: StudyReport) => hear(report)};
  }

  it("gives every figure what was learned, and takes it back", () => {
    const {store, panel, start, hear} = open();
    press(panel, "Learn live");
    expect(start.mock.calls[0]![0]).toEqual(built[0]);
    hear({type: "stage", stage: 2});
    expect(panel.textContent).toContain("Learning byte pairs");
    const other = studyText("hens", "a hen and a hen and a hen");
    hear({type: "done", study: other, seconds: 0.2});
    expect(store.state.study).toBe(other);
    expect(panel.querySelector(".figure-note")!.textContent).toContain("25 characters of hens in 0.2 s");
    press(panel, "Back to how it was");
    expect(store.state.study).toBe(study);
  });

  it("stops, and says what failed", () => {
    const {store, panel, stop, hear} = open();
    press(panel, "Learn live");
    press(panel, "Stop");
    expect(stop).toHaveBeenCalled();
    expect(panel.textContent).toContain("Stopped.");
    press(panel, "Learn live");
    hear({type: "failed", message: "The text could not be fetched."});
    expect(panel.querySelector(".notice")!.textContent).toContain("could not be fetched");
    expect(store.state.study).toBe(study);
  });
});

it("puts ticks at round values", () => {
  expect(ticks({domain: [0, 1256], scale: "linear"}, 8)).toEqual([0, 200, 400, 600, 800, 1000, 1200]);
  expect(ticks({domain: [1, 12_000], scale: "log"}, 8)).toEqual([1, 10, 100, 1000, 10_000]);
  expect(ticks({domain: [0, 3.8], scale: "linear"}, 6)).toEqual([0, 1, 2, 3]);
});
