// @vitest-environment jsdom
import {expect, test} from "vitest";
import {lossOf} from "../../src/components/evaluation/loss.js";
import {lossBars} from "../../src/components/views/lossBars.js";

const rows = [
  {name: "blind", loss: lossOf(4, 1, 1)},
  {name: "model", loss: lossOf(1.5, 1, 1), own: true},
  {name: "lucky", loss: lossOf(0.5, 1, 1)}
];
const widths = (node: Element, kind: string) =>
  [...node.querySelectorAll<HTMLElement>(kind)].map(({style}) => style.width);

test("every bar is on one scale, its floor apart", () => {
  const node = lossBars({caption: "c", unit: "character", rows, floor: 1});
  expect(widths(node, ".bar-floor")).toEqual(["25%", "25%", "12.5%"]);
  expect(widths(node, ".bar-surprise")).toEqual(["75%", "12.5%", "0%"]);
  expect([...node.querySelectorAll("td.number")].map(({textContent}) => textContent).slice(0, 3)).toEqual([
    "5.771",
    "54.60",
    "4.0000"
  ]);
  expect(node.querySelector(".loss-own th")!.textContent).toBe("model");
});

test("without a floor the bar is the loss", () => {
  const node = lossBars({caption: "", unit: "token", rows: [], floor: null});
  node.update({caption: "", unit: "token", rows, floor: null});
  expect(widths(node, ".bar-surprise")).toEqual(["100%", "37.5%", "12.5%"]);
  expect(widths(node, ".bar-floor")).toEqual(["0%", "0%", "0%"]);
});
