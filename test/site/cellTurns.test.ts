import {expect, it} from "vitest";
import {runCellsInTurn} from "../../src/cli/cellTurns.js";

const page = (cells: string) =>
  `<script type="module">\n\nimport {define} from "./client.js";\n\n${cells}\n</script>`;

interface Cell {
  id: string;
  body: (...inputs: unknown[]) => unknown;
}

/** Runs the page's script with a `define` that only collects. */
function cellsOf(html: string): Cell[] {
  const script = /<script type="module">([\s\S]*)<\/script>/.exec(html)![1]!;
  const cells: Cell[] = [];
  new Function("defineCell", script.replace(/^import .*$/m, ""))((cell: Cell) => cells.push(cell));
  return cells;
}

it("gives every cell's first run a task of its own, in the order in which they are ready", async () => {
  const log: string[] = [];
  Object.assign(globalThis, {log});
  const body = (id: string) =>
    `define({id: "${id}", inputs: ["x"], body: (x) => {log.push("${id}" + x); setTimeout(() => log.push("between")); return x + 1;}});`;
  const [a, b] = cellsOf(runCellsInTurn(page(["a", "b"].map(body).join("\n")))) as [Cell, Cell];
  expect(Object.keys(a)).toEqual(["id", "inputs", "body"]);
  const results = [b.body(1), a.body(2)];
  expect(log).toEqual([]);
  expect(await Promise.all(results)).toEqual([2, 3]);
  expect(log).toEqual(["b1", "between", "a2"]);
  // Later runs answer at once.
  expect(a.body(5)).toBe(6);
});

it("leaves a page without cells alone, and refuses cells of another form", () => {
  expect(runCellsInTurn("<p>define</p>")).toBe("<p>define</p>");
  expect(() => runCellsInTurn("define({id: 1})")).toThrow(/as expected/);
});
