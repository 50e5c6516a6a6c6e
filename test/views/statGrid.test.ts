// @vitest-environment jsdom
import {expect, it} from "vitest";
import {statGrid} from "../../src/components/views/statGrid.js";

it("pairs names with values and units, and replaces them", () => {
  const node = statGrid([{label: "Speed", value: "18,300", unit: "tokens/s"}], {label: "Run"});
  expect(node.outerHTML).toMatchInlineSnapshot(
    `"<dl class="stats" aria-label="Run"><div><dt>Speed</dt><dd>18,300<span class="unit"> tokens/s</span></dd></div></dl>"`
  );
  node.update([
    {label: "Step", value: "<b>1</b>"},
    {label: "Adapter", value: "wasm"}
  ]);
  expect([...node.querySelectorAll("dd")].map((dd) => dd.textContent)).toEqual(["<b>1</b>", "wasm"]);
  expect(node.querySelector("b")).toBeNull();
});
