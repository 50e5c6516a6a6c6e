import {rm, writeFile} from "node:fs/promises";
import {join, resolve} from "node:path";
import {messageOf} from "../components/errorMessage.js";
import {checkSite} from "./checkSite.js";
import {finishPages} from "./finishPages.js";
import {prepareCache, projectRoot, runObservable} from "./framework.js";
import {runLoaders} from "./runLoaders.js";

/**
 * `npm run build`: the site as static files in `dist` (or the folder in the variable OUTPUT), with the text in
 * CORPUS and the model in MODEL where they are set. Exits with 1, naming every fault, when a page would need
 * another origin or a file that is not there.
 */
const output = resolve(projectRoot, process.env.OUTPUT || "dist");

await prepareCache();
await rm(output, {recursive: true, force: true});

const interruption = new AbortController();
const interrupt = () => interruption.abort(new Error("interrupted"));
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, interrupt);
try {
  await runLoaders({signal: interruption.signal});
} catch (error) {
  console.error(`\nThe site was not built: ${messageOf(error)}`);
  process.exit(1);
}

const code = await runObservable(["build"]);
if (code !== 0) {
  console.error(
    "\nThe site was not built. If a download failed above: a page names something that Framework imports from npm at run time (npm:…, Plot, Inputs, d3, html, tex, FileAttachment().csv, …); import the package by its bare name instead."
  );
  process.exit(code);
}

await finishPages(output);
// GitHub Pages hides folders that begin with an underscore unless this file is there.
await writeFile(join(output, ".nojekyll"), "");

const faults = await checkSite(output);
if (faults.length > 0) {
  console.error(`\nThe site in ${output} is faulty:\n${faults.map((fault) => `  ${fault}`).join("\n")}`);
  process.exit(1);
}
console.log(`\nThe site is in ${output}. Every link, import and file in it resolves within it.`);
