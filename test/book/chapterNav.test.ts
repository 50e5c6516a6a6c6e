// @vitest-environment jsdom
import {expect, it} from "vitest";
import {chapterHead, chapterNav} from "../../src/components/book/chapterNav.js";
import {chapterAt, chapters} from "../../src/components/book/chapters.js";

it("numbers the chapters in order, and leads from each to the next", () => {
  expect(chapters.map(({number}) => number)).toEqual(chapters.map((_, i) => i + 1));
  const links = (path: string) =>
    [...chapterNav(path).querySelectorAll("a")].map((a) => a.getAttribute("href"));
  expect(links("text")).toEqual(["./index.html", "./vectors.html"]);
  expect(links("order")).toEqual(["./bigram.html", "./attention.html"]);
  expect(links("model")).toEqual(["./block.html", "./training.html"]);
  expect(links("lab")).toEqual(["./scale.html", "./concepts.html"]);
  expect(chapterHead("order").textContent).toContain("Chapter 4");
  expect(() => chapterAt("appendix")).toThrow("There is no chapter “appendix”.");
});
