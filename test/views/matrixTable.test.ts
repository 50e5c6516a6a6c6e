// @vitest-environment jsdom
import {expect, it} from "vitest";
import {type MatrixData, matrixTable} from "../../src/components/views/matrixTable.js";

const data: MatrixData = {
  title: "Scores",
  values: [1, -2, Number.NaN, 0.5, 0, 4],
  rows: ["a", "b"],
  columns: ["x", "y", "z"],
  hue: "query"
};
const cells = (node: HTMLElement) => [...node.querySelectorAll("td")];

it("shows every number with its sign in words and pattern, masked places as such", () => {
  const node = matrixTable(data);
  expect(cells(node).map((cell) => cell.textContent)).toEqual(["1.00", "−2.00", "–", "0.50", "0.00", "4.00"]);
  expect(cells(node).map((cell) => cell.className)).toEqual(["", "negative", "masked", "", "", ""]);
  expect(cells(node).map((cell) => cell.style.getPropertyValue("--share"))).toEqual([
    "0.250",
    "0.500",
    "0.000",
    "0.125",
    "0.000",
    "1.000"
  ]);
  expect([...node.querySelectorAll("th")].map((cell) => cell.textContent)).toEqual([
    "",
    "x",
    "y",
    "z",
    "a",
    "b"
  ]);
  expect(node.querySelector("table")!.getAttribute("aria-label")).toBe("Scores");
});

it("is walked by arrow keys, one cell in the tab order, and says where it is", () => {
  const seen: unknown[] = [];
  const node = matrixTable(data, {onPoint: (cell) => seen.push(cell)});
  document.body.append(node);
  const press = (key: string) =>
    document.activeElement!.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true}));
  const tabbable = cells(node).filter((cell) => cell.tabIndex === 0);
  expect(tabbable.length).toBe(1);
  tabbable[0]!.focus();
  press("ArrowRight");
  press("ArrowDown");
  press("ArrowDown");
  press("End");
  expect(seen).toEqual([
    {row: 0, column: 0},
    {row: 0, column: 1},
    {row: 1, column: 1},
    {row: 1, column: 2}
  ]);
  expect(cells(node).filter((cell) => cell.tabIndex === 0)).toEqual([document.activeElement]);
});

it("takes new numbers in place, and a new shape", () => {
  const node = matrixTable(data);
  const [first] = cells(node);
  node.update({...data, values: [9, 0, 0, 0, 0, 0], lit: {column: 1}});
  expect(cells(node)[0]).toBe(first);
  expect(first!.textContent).toBe("9.00");
  expect(cells(node).map((cell) => cell.classList.contains("lit"))).toEqual([
    false,
    true,
    false,
    false,
    true,
    false
  ]);
  node.update({...data, rows: ["a"], values: [1, 2, 3], compact: true, decimals: 1});
  expect(cells(node).map((cell) => cell.getAttribute("aria-label"))).toEqual(["1.0", "2.0", "3.0"]);
});

it("lights a row and a column by their names too, and gives rows hues and scales of their own", () => {
  const node = matrixTable({...data, lit: {row: 1, column: 2}, rowHues: ["key", "value"]});
  const lit = (selector: string) => [...node.querySelectorAll(selector)].map((cell) => cell.textContent);
  expect(lit("th.lit")).toEqual(["z", "b"]);
  expect(lit("td.lit-row")).toEqual(["0.50", "0.00", "4.00"]);
  expect(lit("td.lit-column")).toEqual(["–", "4.00"]);
  expect(cells(node).map((cell) => cell.style.getPropertyValue("--share"))).toEqual([
    "0.500",
    "1.000",
    "0.000",
    "0.125",
    "0.000",
    "1.000"
  ]);
  expect(cells(node)[3]!.style.getPropertyValue("--hue")).toBe("var(--value)");
  node.update({...data, hue: "ink"});
  expect(cells(node)[5]!.style.getPropertyValue("--share"), "half, under a number").toBe("0.500");
  node.update({...data, hue: "ink", compact: true});
  expect(cells(node)[5]!.style.getPropertyValue("--share")).toBe("1.000");
});
