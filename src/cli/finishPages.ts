import {createHash} from "node:crypto";
import {readFile, writeFile} from "node:fs/promises";
import {join} from "node:path";
import {runCellsInTurn} from "./cellTurns.js";
import {siteFiles} from "./siteFiles.js";

/**
 * Adds to each built page what Framework leaves out: for screen readers and the keyboard the language of its text,
 * landmarks with names, a way past the contents and well-formed lists; leave to zoom in as far as the reader likes;
 * the data that its figures wait for, asked for at once, and a task of its own for every cell; and a Content-Security-Policy, by which the browser itself refuses every request
 * to another origin and every script that the build did not write.
 */
export async function finishPages(folder: string): Promise<void> {
  for (const file of await siteFiles(folder)) {
    const path = join(folder, file);
    if (file.endsWith(".html")) await writeFile(path, finishPage(await readFile(path, "utf8")));
    if (/^_import\/style\.[^/]*\.css$/.test(file))
      await writeFile(path, finishStyle(await readFile(path, "utf8")));
  }
}

const toggle = `<input id="observablehq-sidebar-toggle" type="checkbox" title="Toggle sidebar">`;

/** Framework's text, and what stands instead. */
const edits: [from: string, to: string][] = [
  ["<html>", `<html lang="en">`],
  [", maximum-scale=1", ""],
  [
    toggle,
    `<header id="page-head"><a class="skip-link" href="#observablehq-main">Skip to the text</a>
<input id="observablehq-sidebar-toggle" type="checkbox" aria-label="Contents beside the text"></header>`
  ],
  [`<nav id="observablehq-sidebar">`, `<nav id="observablehq-sidebar" aria-label="Contents">`]
];

/** One page; throws Error when Framework's output is not of the form expected. */
export function finishPage(html: string): string {
  for (const [from, to] of edits) {
    if (!html.includes(from))
      throw new Error(`A page built by Framework lacks the expected ${JSON.stringify(from)}.`);
    html = html.replace(from, () => to);
  }
  html = runCellsInTurn(preloadData(reachCode(markCurrentPage(moveSidebarLabel(html)))));
  const charset = `<meta charset="utf-8">`;
  return html.replace(
    charset,
    `${charset}\n<meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy(html)}">`
  );
}

/** The switch of the sidebar stands in the page's header now, not before the sidebar itself. */
export function finishStyle(css: string): string {
  return css.replace(
    /#observablehq-sidebar-toggle:(checked|indeterminate)\s*~/g,
    "#page-head:has(#observablehq-sidebar-toggle:$1)~"
  );
}

/** Framework puts a label among the items of the sidebar's first list, where no label may stand. */
function moveSidebarLabel(html: string): string {
  return html.replace(/(<ol>\s*)(<label id="observablehq-sidebar-close"[^>]*><\/label>)/, "$2$1");
}

/** The page that one is on is marked in the contents by more than its look. */
function markCurrentPage(html: string): string {
  return html.replace(/(<li class="[^"]*\bobservablehq-link-active\b[^"]*"><a )/g, `$1aria-current="page" `);
}

/** Code that is wider than the page scrolls, for the keyboard too. */
const reachCode = (html: string): string =>
  html.replaceAll("<pre data-language=", '<pre tabindex="0" data-language=');

/** The data that cells read at once is asked for with the modules, not after them. */
function preloadData(html: string): string {
  const read = [...html.matchAll(/\bawait FileAttachment\("([^"]*\.json)"\)/g)].map(([, name]) => name);
  const links = [...html.matchAll(/^registerFile\("[^"]*", \{"name":"([^"]*)".*?"path":"([^"]*)"/gm)]
    .filter(([, name]) => read.includes(name))
    .map(([, , path]) => `<link rel="preload" as="fetch" href="${path}" crossorigin>\n`);
  return html.replace(`<meta name="description"`, (next) => links.join("") + next);
}

function contentSecurityPolicy(html: string): string {
  const inlineScripts = [...html.matchAll(/<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g)].map(
    ([, text = ""]) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`
  );
  return [
    "default-src 'self'",
    // WebAssembly runs tensors and ONNX models; no text is ever evaluated as a script.
    `script-src 'self' 'wasm-unsafe-eval' ${[...new Set(inlineScripts)].join(" ")}`,
    "worker-src 'self' blob:",
    "connect-src 'self' blob: data:",
    "img-src 'self' blob: data:",
    // Plots and figures set styles on their elements.
    "style-src 'self' 'unsafe-inline'",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'none'"
  ].join("; ");
}
