// @vitest-environment jsdom
import {expect, test} from "vitest";
import {plainTable} from "../../src/components/views/plainTable.js";

test("rows are named, numbers and texts told apart, and text is no markup", () => {
  const table = plainTable({
    caption: "<b>Losses</b>",
    columns: ["", "Bits", "Note"],
    rows: [["a", "1.5", "<i>x</i>"]],
    texts: [2]
  });
  expect(table.querySelector("caption")!.textContent).toBe("<b>Losses</b>");
  expect(table.querySelector("tbody th")!.getAttribute("scope")).toBe("row");
  const cells = [...table.querySelectorAll("td")];
  expect(cells.map(({textContent, className}) => [textContent, className])).toEqual([
    ["1.5", "table-number"],
    ["<i>x</i>", "table-text"]
  ]);
  table.update({caption: "Other", columns: ["", "n"], rows: [["b", "2"]]});
  expect(table.textContent).not.toContain("1.5");
});
