// @vitest-environment jsdom
import {svg} from "htl";
import {expect, it, vi} from "vitest";
import {keptGroup} from "../../src/components/views/keptGroup.js";

it("keeps what it shows until what that is made from is another", () => {
  const {node, show} = keptGroup();
  const points = [1, 2];
  const make = vi.fn(() => [svg`<path></path>`, svg`<text>2</text>`]);
  show([points, Number.NaN, undefined], make);
  const [path] = node.children;
  expect(node.textContent).toBe("2");
  show([points, Number.NaN, undefined], make);
  expect([make.mock.calls.length, node.firstElementChild]).toEqual([1, path]);
  show([[1, 2], Number.NaN, undefined], make);
  show([[1, 2], Number.NaN], make);
  expect(make).toHaveBeenCalledTimes(3);
  expect(node.childElementCount).toBe(2);
  expect(node.firstElementChild).not.toBe(path);
});

it("shows nothing that is made from nothing, once", () => {
  const {node, show} = keptGroup();
  const make = vi.fn(() => []);
  show([], make);
  show([], make);
  expect([make.mock.calls.length, node.childElementCount]).toEqual([1, 0]);
});
