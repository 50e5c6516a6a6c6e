import {copyFile, cp, mkdir, mkdtemp, rm, writeFile} from "node:fs/promises";
import {createRequire} from "node:module";
import {tmpdir} from "node:os";
import {dirname, join} from "node:path";
import type {Page} from "playwright-core";
import {readZip} from "../../components/exchange/zip/zipReader.js";
import {serveFolder} from "../staticServer.js";

/**
 * The page of someone who uses transformers.js from npm, with models beside it; any host serves scripts of these names.
 * ONNX Runtime computes in one thread, as on every host that sends no special headers.
 */
const PAGE = `<!doctype html><meta charset="utf-8"><title>transformers.js</title>
<script type="importmap">{"imports": {"onnxruntime-web/webgpu": "./ort.js", "onnxruntime-common": "./common/index.js"}}</script>
<script type="module">
import {AutoModelForCausalLM, AutoTokenizer, env} from "./transformers.js";
env.allowRemoteModels = false;
env.allowLocalModels = true;
env.localModelPath = "/models/";
env.useBrowserCache = false;
env.backends.onnx.wasm.numThreads = 1;
env.backends.onnx.wasm.wasmPaths = {mjs: location.href + "ort-wasm.js", wasm: location.href + "ort-wasm.wasm"};
let tokenizer, model;
window.openModel = async (place) => {
  tokenizer = await AutoTokenizer.from_pretrained(place);
  model = await AutoModelForCausalLM.from_pretrained(place, {dtype: "fp32", device: "wasm"});
};
window.write = async ({prompt, steps}) => {
  const inputs = tokenizer(prompt);
  const start = performance.now();
  const output = await model.generate({...inputs, max_new_tokens: steps, do_sample: false});
  const ms = performance.now() - start;
  const ids = output.tolist()[0].map(Number);
  return {ids, given: inputs.input_ids.dims[1], text: tokenizer.decode(ids, {skip_special_tokens: false}), ms};
};
</script>`;

/** What transformers.js has written. */
export interface Written {
  ids: number[];
  /** How many of them are the prompt's. */
  given: number;
  text: string;
  /** That the writing took, with the tokenizer's work left out. */
  ms: number;
}

export interface TransformersSite {
  url: string;
  /** Puts the files of a zip in Hugging Face's layout where transformers.js looks for the model of that name. */
  add(place: string, zip: Blob): Promise<void>;
  close(): Promise<void>;
}

/** Serves transformers.js, as it comes from npm, and a page that uses it. */
export async function serveTransformers(): Promise<TransformersSite> {
  const folder = await mkdtemp(join(tmpdir(), "transformers-"));
  const {resolve} = createRequire(import.meta.url);
  const ort = dirname(resolve("onnxruntime-web/webgpu"));
  const library = join(dirname(resolve("@huggingface/transformers")), "transformers.web.js");
  await copyFile(library, join(folder, "transformers.js"));
  await copyFile(join(ort, "ort.webgpu.bundle.min.mjs"), join(folder, "ort.js"));
  for (const kind of ["mjs", "wasm"] as const)
    await copyFile(
      join(ort, `ort-wasm-simd-threaded.asyncify.${kind}`),
      join(folder, kind === "mjs" ? "ort-wasm.js" : "ort-wasm.wasm")
    );
  await cp(join(dirname(resolve("onnxruntime-common")), "../esm"), join(folder, "common"), {recursive: true});
  await writeFile(join(folder, "index.html"), PAGE);
  const server = await serveFolder(folder, "/");
  return {
    url: server.url,
    async add(place, zip) {
      for (const member of await readZip(zip, {members: 20, bytes: 1e9})) {
        const path = join(folder, "models", place, member.name);
        await mkdir(dirname(path), {recursive: true});
        await writeFile(path, new Uint8Array(await (await member.open()).arrayBuffer()));
      }
    },
    async close() {
      await server.close();
      await rm(folder, {recursive: true});
    }
  };
}

interface InPage {
  openModel(place: string): Promise<void>;
  write(asked: {prompt: string; steps: number}): Promise<Written>;
}

/** Opens a model that was added, in transformers.js on that page. */
export async function openTransformers(
  page: Page,
  {url}: TransformersSite,
  place: string
): Promise<{write(prompt: string, steps: number): Promise<Written>}> {
  await page.goto(url);
  await page.waitForFunction(() => "write" in window, null, {timeout: 20_000});
  await page.evaluate((place) => (window as unknown as InPage).openModel(place), place);
  return {
    write: (prompt, steps) =>
      page.evaluate((asked) => (window as unknown as InPage).write(asked), {prompt, steps})
  };
}
