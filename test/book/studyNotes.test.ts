// @vitest-environment jsdom
import {expect, it} from "vitest";
import {chapters} from "../../src/components/book/chapters.js";
import {placeOf, studyNotes, studyNotesTable} from "../../src/components/book/studyNotes.js";

it("maps the notes that people take to chapters, each step to what the chapter lists", () => {
  expect(studyNotes.map(({title}) => title)).toEqual([
    "Self-attention",
    "Transformer block",
    "Mini-GPT",
    "Training loop",
    "Training"
  ]);
  for (const step of studyNotes.flatMap(({steps}) => steps)) {
    const {chapter, href} = placeOf(step);
    const {anchor} = chapter.concepts.find(({term}) => term === step.term)!;
    expect(href).toBe(`./${step.path}.html#${anchor}`);
  }
});

it("refuses a term that its chapter does not list", () => {
  expect(() => placeOf({what: "", path: chapters[0]!.path, term: "no such"})).toThrow("lists no “no such”");
  expect(() => placeOf({what: "", path: "nowhere", term: ""})).toThrow(RangeError);
});

it("draws a row for each", () => {
  const rows = [...studyNotesTable().querySelectorAll("tbody tr")];
  expect(rows.map((row) => row.querySelector("th")!.textContent)).toEqual(studyNotes.map(({title}) => title));
  const links = rows.map((row) => row.querySelectorAll("a").length);
  expect(links).toEqual(studyNotes.map(({steps}) => steps.length));
});
