import {expect, it} from "vitest";
import {cellByKey, cellInside} from "../../src/components/views/gridKeys.js";

const size = {rows: 30, columns: 5};

it("leads from a cell to its neighbours and to the ends of its row", () => {
  const from = {row: 12, column: 2};
  const to = (key: string) => cellByKey(key, from, size);
  expect(to("ArrowUp")).toEqual({row: 11, column: 2});
  expect(to("ArrowDown")).toEqual({row: 13, column: 2});
  expect(to("ArrowLeft")).toEqual({row: 12, column: 1});
  expect(to("ArrowRight")).toEqual({row: 12, column: 3});
  expect(to("Home")).toEqual({row: 12, column: 0});
  expect(to("End")).toEqual({row: 12, column: 4});
});

it("stays at an edge", () => {
  expect(cellByKey("ArrowUp", {row: 0, column: 0}, size)).toEqual({row: 0, column: 0});
  expect(cellByKey("ArrowRight", {row: 29, column: 4}, size)).toEqual({row: 29, column: 4});
});

it("finds the nearest cell to a place outside", () => {
  expect(cellInside({row: -3, column: 9}, size)).toEqual({row: 0, column: 4});
  expect(cellInside({row: 30, column: 1}, size)).toEqual({row: 29, column: 1});
});

it("goes by pages where a grid has them, and leaves other keys alone", () => {
  expect(cellByKey("PageDown", {row: 12, column: 1}, size, 10)).toEqual({row: 22, column: 1});
  expect(cellByKey("PageUp", {row: 3, column: 1}, size, 10)).toEqual({row: 0, column: 1});
  expect(cellByKey("PageUp", {row: 12, column: 1}, size)).toBeNull();
  expect(cellByKey("Tab", {row: 12, column: 1}, size)).toBeNull();
});
