// @vitest-environment jsdom
import {expect, it} from "vitest";
import type {Chapter} from "../../src/components/book/chapters.js";
import {conceptEntries, conceptIndex} from "../../src/components/book/conceptIndex.js";

const chapter = (number: number, concepts: Chapter["concepts"]): Chapter => ({
  path: `c${number}`,
  number,
  title: `Chapter ${number}`,
  idea: "",
  concepts
});

it("joins the places of a term, in reading order, and sorts terms", () => {
  const one = chapter(1, [{term: "token", anchor: "token"}, {term: "padding"}]);
  const two = chapter(2, [{term: "token"}]);
  expect(conceptEntries([one, two])).toEqual([
    {term: "padding", places: [{chapter: one, anchor: undefined}]},
    {
      term: "token",
      places: [
        {chapter: one, anchor: "token"},
        {chapter: two, anchor: undefined}
      ]
    }
  ]);
});

it("narrows to what is typed, and says how many are left", () => {
  const node = conceptIndex();
  const box = node.querySelector("input")!;
  const shown = () => [...node.querySelectorAll("li")].filter((item) => !item.hidden);
  expect(shown().length).toBe(conceptEntries().length);
  box.value = "no such term";
  box.dispatchEvent(new Event("input"));
  expect(shown()).toEqual([]);
  expect(node.querySelector("[role=status]")!.textContent).toMatch(/^0 of \d+ terms$/);
});
