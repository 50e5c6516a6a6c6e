// @vitest-environment jsdom
import {beforeEach, expect, it} from "vitest";
import {showOnlyFigure} from "../../src/components/book/embed.js";

beforeEach(() => {
  document.body.className = "";
  document.body.innerHTML =
    '<main id="observablehq-main"><h1>Title</h1><div><p id="figure-scores">Figure</p></div><p>Prose</p></main>';
});

it("does nothing on a page as such, nor for a figure that is not there", () => {
  showOnlyFigure("");
  showOnlyFigure("?figure=none");
  expect(document.body.className).toBe("");
});

it("leaves one figure, with a link to where it is from", () => {
  showOnlyFigure("?figure=scores");
  expect(document.body.className).toBe("embedded");
  const main = document.querySelector("main")!;
  expect([...main.children].map((node) => node.className)).toEqual([
    "",
    "embedded-figure",
    "",
    "embed-credit"
  ]);
  expect(main.querySelector(".embed-credit a")!.getAttribute("href")).toMatch(/#figure-scores$/);
});
