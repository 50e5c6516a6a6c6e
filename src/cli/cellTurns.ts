/**
 * Framework runs all cells of a page in one task, and a page of figures would not answer the reader until the last is
 * built. This gives each cell's first run a task of its own, in the order in which the cells are ready; between two,
 * the browser may draw and take input. A background tab builds as slowly as its browser lets it.
 */
const inTurn = `
let turn = Promise.resolve();
const nextTask = () => globalThis.scheduler?.yield?.() ?? new Promise((resolve) => setTimeout(resolve));
function define({body, ...cell}) {
  let ran = false;
  defineCell({
    ...cell,
    body: (...inputs) => {
      if (ran) return body(...inputs);
      ran = true;
      turn = turn.then(nextTask);
      return turn.then(() => body(...inputs));
    }
  });
}
`;

const importOfDefine = /^import \{define\} from ("[^"]*");$/m;

/** A built page whose cells run in turn; one without cells as it is. Throws Error when cells have another form. */
export function runCellsInTurn(html: string): string {
  if (!/^define\(\{/m.test(html)) return html;
  if (!importOfDefine.test(html))
    throw new Error("A page built by Framework defines cells, but does not import “define” as expected.");
  return html
    .replace(importOfDefine, (_, client) => `import {define as defineCell} from ${client};`)
    .replace(/^define\(\{/m, () => `${inTurn.trim()}\n\ndefine({`);
}
