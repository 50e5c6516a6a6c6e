// @vitest-environment jsdom
import {expect, it} from "vitest";
import {asFigure, setText, uniqueId} from "../../src/components/views/figure.js";

it("adds update, makes ids once, and leaves unchanged text nodes alone", () => {
  const node = document.createElement("p");
  const seen: number[] = [];
  const figure = asFigure(node, (n: number) => seen.push(n));
  figure.update(3);
  expect(figure).toBe(node);
  expect(seen).toEqual([3]);
  expect(uniqueId("a")).not.toBe(uniqueId("a"));
  setText(node, "same");
  const text = node.firstChild;
  setText(node, "same");
  expect(node.firstChild).toBe(text);
});
