import {readFile} from "node:fs/promises";
import {join, posix} from "node:path";
import {init, parse} from "es-module-lexer";
import {JSDOM} from "jsdom";
import {siteFiles} from "./siteFiles.js";

/**
 * Reads a built site as a browser would and returns every fault, each as a sentence that begins with the file:
 * whatever a page or module would load from another origin, whatever it names that is not a file of the site,
 * links to anchors that no page has, and paths from the root of the host, which break under a subpath.
 */
export async function checkSite(folder: string): Promise<string[]> {
  await init;
  const files = new Set(await siteFiles(folder));
  const text = (file: string) => readFile(join(folder, file), "utf8");
  /** By file and reference, so that each is reported once. */
  const faults = new Map<string, string>();
  const anchors = new Map<string, Set<string>>();
  const links: {file: string; href: string; target: string; anchor: string}[] = [];

  function addFault(file: string, kind: string, reference: string, sentence: string): undefined {
    const key = `${file} ${reference}`;
    if (!faults.has(key)) faults.set(key, `${file}: ${kind} ${JSON.stringify(reference)} ${sentence}`);
  }

  /** The file that a reference names, or undefined with a fault on record. */
  function resolve(file: string, reference: string, kind: string): string | undefined {
    const fault = (sentence: string) => addFault(file, kind, reference, sentence);
    if (/^(data|blob):/.test(reference)) return undefined;
    if (/^(npm|jsr|node|observablehq):/.test(reference))
      return fault("was never resolved; a browser cannot load it");
    if (/^([a-z][a-z\d+.-]*:|\/\/)/i.test(reference)) return fault("is loaded from another origin");
    const path = decodeURIComponent(reference.replace(/[?#].*$/s, ""));
    if (path.startsWith("/")) return fault("begins at the root of the host and breaks under a subpath");
    const target = path === "" ? file : posix.join(posix.dirname(file), path);
    const found = [target, posix.join(target, "index.html")].find((candidate) => files.has(candidate));
    return found ?? fault("is not a file of the site");
  }

  function checkModule(file: string, source: string): void {
    // Framework's library names npm packages, for pages that use them; such a page would have failed to build.
    const unused = file.startsWith("_observablehq/") ? /_npm\/|^\.\/(stdlib\/|search\.js)/ : undefined;
    for (const {n: imported, d: dynamic, e: end} of parse(source, file)[0]) {
      const resolved =
        dynamic === -2 ? /^\.resolve\(\s*(["'`])([^"'`$]+)\1\s*\)/.exec(source.slice(end, end + 500)) : null;
      const name = imported ?? resolved?.[2];
      if (name === undefined || (dynamic !== -1 && unused?.test(name))) continue;
      checkImport(file, name, resolved ? "import.meta.resolve of" : "import of");
    }
    for (const [, , reference = ""] of source.matchAll(
      /(["'`])((?:\.\.?\/)+_(?:file|import|node)\/[^"'`$\s]+)\1/g
    ))
      resolve(file, reference, "reference to");
    const foreign =
      /\b(?:fetch|Worker|SharedWorker|importScripts|EventSource|WebSocket)\(\s*["'`]((?:https?|wss?):\/\/[^"'`]+)/g;
    for (const [, reference = ""] of source.matchAll(foreign)) resolve(file, reference, "request for");
  }

  function checkImport(file: string, name: string, kind: string): void {
    if (/^(\.{0,2}\/|[a-z][a-z\d+.-]*:)/i.test(name)) resolve(file, name, kind);
    else addFault(file, kind, name, "was never resolved; a browser cannot load it");
  }

  function checkStyles(file: string, source: string): void {
    for (const [, bare, , quoted] of source.matchAll(/url\(\s*(?:([^"')\s]+)|(["'])(.*?)\2)\s*\)/g))
      if (!(bare ?? quoted ?? "").startsWith("#")) resolve(file, bare ?? quoted ?? "", "style's url");
    for (const [, , reference = ""] of source.matchAll(/@import\s+(["'])(.*?)\1/g))
      resolve(file, reference, "style's import");
  }

  function checkPage(file: string, source: string): void {
    const {document} = new JSDOM(source).window;
    anchors.set(
      file,
      new Set(
        [...document.querySelectorAll("[id], a[name]")].map(
          (node) => node.id || node.getAttribute("name") || ""
        )
      )
    );
    for (const node of document.querySelectorAll(
      "script[src], img[src], source[src], video[src], audio[src], iframe[src], embed[src], track[src], input[src]"
    ))
      resolve(file, node.getAttribute("src") ?? "", node.localName);
    for (const node of document.querySelectorAll("link[href], image[href], use[href]")) {
      const href = node.getAttribute("href") ?? "";
      if (!href.startsWith("#")) resolve(file, href, node.localName);
    }
    for (const node of document.querySelectorAll("[srcset]"))
      for (const candidate of (node.getAttribute("srcset") ?? "").split(","))
        resolve(file, candidate.trim().split(/\s/)[0] ?? "", "srcset");
    for (const node of document.querySelectorAll("a[href], area[href]")) {
      const href = node.getAttribute("href") ?? "";
      // Going elsewhere is the reader's choice; loading from elsewhere is not.
      if (/^(https?|mailto):/.test(href)) continue;
      const target = resolve(file, href, "link to");
      if (target)
        links.push({file, href, target, anchor: decodeURIComponent(/#(.*)$/s.exec(href)?.[1] ?? "")});
    }
    for (const node of document.querySelectorAll("style")) checkStyles(file, node.textContent ?? "");
    for (const node of document.querySelectorAll("[style]"))
      checkStyles(file, node.getAttribute("style") ?? "");
    for (const node of document.querySelectorAll("script:not([src])"))
      checkModule(file, node.textContent ?? "");
  }

  for (const file of files) {
    if (file.startsWith("_npm/") || file.startsWith("_jsr/"))
      faults.set(
        file,
        `${file}: was downloaded from a CDN by the build; import the package from node_modules instead`
      );
    else if (file.endsWith(".html")) checkPage(file, await text(file));
    else if (/\.m?js$/.test(file) && !file.startsWith("_file/")) checkModule(file, await text(file));
    else if (file.endsWith(".css")) checkStyles(file, await text(file));
  }
  for (const {file, href, target, anchor} of links)
    if (anchor !== "" && target.endsWith(".html") && !anchors.get(target)?.has(anchor))
      addFault(file, "link to", href, `names an anchor that ${target} lacks`);
  return [...faults.values()].sort();
}
