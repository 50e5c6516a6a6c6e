// @vitest-environment jsdom
import {describe, expect, it, vi} from "vitest";
import {type RunRow, runTable} from "../../src/components/views/runTable.js";

const row = (change: Partial<RunRow> = {}): RunRow => ({
  runId: "a",
  curve: 0,
  name: "neural bigram",
  differs: "neural bigram",
  steps: 1200,
  parameters: 12_345,
  loss: 2.4567,
  ...change
});
const present = row({runId: null, curve: null, name: "this run: GPT-2", differs: "–", loss: 1.5});
const data = (...rows: RunRow[]) => ({rows, unit: "character", notes: ["Mind this."]});
const show = (...rows: RunRow[]) => {
  const removed = vi.fn();
  const node = runTable(data(...rows), removed);
  document.body.replaceChildren(node);
  return {node, removed};
};
const buttons = (node: Element) => [...node.querySelectorAll("button")];

describe("runTable", () => {
  it("is hidden while there is nothing to compare with", () => {
    expect(show(present).node.hidden).toBe(true);
    expect(show(present, row()).node.hidden).toBe(false);
  });

  it("tells every run's numbers, marked as in the chart, under headings with units", () => {
    const {node} = show(
      present,
      row(),
      row({runId: "b", curve: 1, name: "MLP", notes: "<i>a window\nof 4</i>"}),
      row({runId: "c", curve: null, loss: null})
    );
    const cells = [...node.querySelectorAll("tbody tr")].map((tr) =>
      [...tr.children].map((cell) => cell.textContent!.trim())
    );
    expect(cells).toEqual([
      ["", "this run: GPT-2", "–", "1,200", "12,345", "1.500", "", ""],
      ["A", "neural bigram", "neural bigram", "1,200", "12,345", "2.457", "", "Remove"],
      ["B", "MLP", "neural bigram", "1,200", "12,345", "2.457", "<i>a window\nof 4</i>", "Remove"],
      ["–", "neural bigram", "neural bigram", "1,200", "12,345", "–", "", "Remove"]
    ]);
    expect(node.querySelector("thead")!.textContent).toContain("Validation loss, nats a character");
    expect(node.textContent).toContain("Mind this.");
  });

  it("asks to remove a run by a button that names it, and keeps the keyboard in place after", () => {
    const rows = [present, row(), row({runId: "b", name: "MLP"}), row({runId: "c", name: "one head"})];
    const {node, removed} = show(...rows);
    const [, second] = buttons(node);
    expect(second!.getAttribute("aria-label")).toBe("Remove MLP");
    second!.focus();
    second!.click();
    expect(removed).toHaveBeenCalledWith("b");
    node.update(data(rows[0]!, rows[1]!, rows[3]!));
    expect(document.activeElement!.getAttribute("aria-label")).toBe("Remove one head");
    node.update(data(rows[0]!, rows[1]!));
    expect(document.activeElement!.getAttribute("aria-label")).toBe("Remove neural bigram");
  });

  it("leaves its rows alone when nothing has changed", () => {
    const {node} = show(present, row());
    const [before] = buttons(node);
    node.update(data({...present}, row()));
    expect(buttons(node)[0]).toBe(before);
  });

  it("takes a name as text, never as markup", () => {
    const {node} = show(present, row({differs: "another text (<img src=x>)"}));
    expect(node.querySelector("img")).toBeNull();
    expect(node.textContent).toContain("<img src=x>");
  });
});
