import {createHash} from "node:crypto";
import {readFile, writeFile} from "node:fs/promises";
import {join} from "node:path";
import {siteFiles} from "./siteFiles.js";

/**
 * Adds to each built page what Framework leaves out: the language of its text and well-formed lists, for screen
 * readers; leave to zoom in as far as the reader likes; and a Content-Security-Policy, by which the browser itself refuses every
 * request to another origin and every script that the build did not write.
 */
export async function finishPages(folder: string): Promise<void> {
  for (const file of await siteFiles(folder)) {
    if (!file.endsWith(".html")) continue;
    const path = join(folder, file);
    await writeFile(path, finishPage(await readFile(path, "utf8")));
  }
}

/** One page; throws Error when Framework's output is not of the form expected. */
export function finishPage(html: string): string {
  const charset = `<meta charset="utf-8">`;
  const edits: [string, string][] = [
    ["<html>", `<html lang="en">`],
    [", maximum-scale=1", ""],
    [
      charset,
      `${charset}\n<meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy(html)}">`
    ]
  ];
  for (const [from, to] of edits) {
    if (!html.includes(from))
      throw new Error(`A page built by Framework lacks the expected ${JSON.stringify(from)}.`);
    html = html.replace(from, () => to);
  }
  return moveSidebarLabel(html);
}

/** Framework puts a label among the items of the sidebar's first list, where no label may stand. */
function moveSidebarLabel(html: string): string {
  return html.replace(/(<ol>\s*)(<label id="observablehq-sidebar-close"[^>]*><\/label>)/, "$2$1");
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
