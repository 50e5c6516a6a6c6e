// @vitest-environment jsdom
import {expect, it} from "vitest";
import {selectField} from "../../src/components/views/selectField.js";

it("has a label, and tells which of its names is chosen", () => {
  const {node, list} = selectField("GPUs in each", [1, 2, "many"], 2);
  expect([...list.options].map(({text}) => text)).toEqual(["1", "2", "many"]);
  expect(list.selectedIndex).toBe(2);
  expect(node.querySelector("label")!.htmlFor).toBe(list.id);
  expect(selectField("Another", ["a", "b"]).list.selectedIndex).toBe(0);
});
