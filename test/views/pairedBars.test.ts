// @vitest-environment jsdom
import {expect, test} from "vitest";
import {pairedBars} from "../../src/components/views/pairedBars.js";

const rows = [
  {token: " ", values: [0.25, 0.5], note: "which came"},
  {token: "a", values: [0.75, 0]}
];

test("each token has a bar and a number for each distribution", () => {
  const node = pairedBars({caption: "What comes", columns: ["one", "other"], rows});
  expect(node.querySelector("caption")!.textContent).toBe("What comes");
  expect([...node.querySelectorAll("td.number")].map(({textContent}) => textContent)).toEqual([
    "25.0%",
    "50.0%",
    "75.0%",
    "0%"
  ]);
  expect([...node.querySelectorAll<HTMLElement>(".bar")].map(({style}) => style.width)).toEqual([
    "25%",
    "50%",
    "75%",
    "0%"
  ]);
  expect(node.querySelector("tbody th")!.getAttribute("aria-label")).toBe("space, which came");
});

test("another table takes its place, of one distribution and with the rest", () => {
  const node = pairedBars({caption: "", columns: ["one", "other"], rows}, {kinds: ["x", "y"]});
  node.update({caption: "", columns: ["one"], rows: [{token: "b", values: [0.9]}], others: [0.1]});
  expect(node.querySelectorAll("col")).toHaveLength(3);
  expect([...node.querySelectorAll("tbody th")].map(({textContent}) => textContent)).toEqual(["b", "others"]);
  expect(node.querySelector(".bar")!.className).toBe("bar x");
});
