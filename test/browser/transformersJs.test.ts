import {copyFile, cp, mkdir, mkdtemp, readFile, rm, writeFile} from "node:fs/promises";
import {createRequire} from "node:module";
import {tmpdir} from "node:os";
import {dirname, join} from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import type {Browser} from "playwright-core";
import {afterAll, beforeAll, describe, expect, it} from "vitest";
import {launchChromium} from "../../src/cli/chromium.js";
import {type StaticServer, serveFolder} from "../../src/cli/staticServer.js";
import {type FolderModel, huggingFaceFolder} from "../../src/components/exchange/huggingFaceFolder.js";
import {fromOnnx, toOnnx} from "../../src/components/exchange/onnx.js";
import {readZip} from "../../src/components/exchange/zipReader.js";
import {writeZip} from "../../src/components/exchange/zipWriter.js";
import {modelConfig} from "../../src/components/model/config.js";
import {forward} from "../../src/components/model/forward.js";
import {KeyValueCache} from "../../src/components/model/keyValueCache.js";
import {readTokenizer} from "../../src/components/text/tokenizerFile.js";
import {useBackend} from "../backends.js";
import {learntParameters} from "../exchange/onnxCases.js";
import {run, tokenizer} from "../fixtures/model.js";

const STEPS = 200;

/** The page of someone who uses transformers.js from npm, with a model beside it; any host serves scripts of these names. */
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
window.write = async ({place, prompt, steps}) => {
  const tokenizer = await AutoTokenizer.from_pretrained(place);
  const model = await AutoModelForCausalLM.from_pretrained(place, {dtype: "fp32", device: "wasm"});
  const inputs = tokenizer(prompt);
  const output = await model.generate({...inputs, max_new_tokens: steps, do_sample: false});
  const ids = output.tolist()[0].map(Number);
  return {ids, given: inputs.input_ids.dims[1], text: tokenizer.decode(ids, {skip_special_tokens: false})};
};
</script>`;

/** What the page's script answers. */
interface Written {
  ids: number[];
  /** How many of them are the prompt's. */
  given: number;
  text: string;
}

/** The likeliest token each time, by our own layers, which keep keys and values. */
async function ownDecode({config, parameters}: FolderModel, prompt: number[]): Promise<number[]> {
  await useBackend("wasm");
  const tensors = Object.fromEntries(
    Object.entries(parameters).map(([name, {shape, data}]) => [name, tf.tensor(data, shape)])
  );
  const cache = new KeyValueCache();
  const written: number[] = [];
  let read = prompt;
  while (written.length < STEPS) {
    const likeliest = tf.tidy(() => {
      const logits = forward({config, parameters: tensors, cache}, tf.tensor2d([read], undefined, "int32"));
      return tf.argMax(tf.slice(logits, [0, read.length - 1, 0], [1, 1, config.vocabSize]), -1);
    });
    read = [(await likeliest.data())[0]!];
    likeliest.dispose();
    written.push(...read);
  }
  cache.dispose();
  tf.dispose(tensors);
  return written;
}

async function shippedModel(): Promise<FolderModel> {
  const file = new URL("../../src/data/shipped-model/onnx/model.onnx", import.meta.url);
  const {config, parameters, metadata} = fromOnnx(await readFile(file));
  return {config, parameters, ...metadata, onnx: toOnnx({config, parameters, metadata})};
}

function llamaModel(): FolderModel {
  const config = modelConfig({
    ...{nLayer: 2, nHead: 4, nEmbd: 32, nInner: 48, blockSize: 220, vocabSize: tokenizer.vocabulary.length},
    ...{nKvHead: 2, position: "rope", norm: "rmsNorm", activation: "swiGlu", bias: false, tiedHead: false}
  });
  const parameters = learntParameters(config, 4);
  const metadata = {tokenizer: tokenizer.toJSON(), run: {...run, config}};
  return {config, parameters, ...metadata, onnx: toOnnx({config, parameters, metadata})};
}

describe("transformers.js opens our zip and writes what we write", () => {
  let folder: string;
  let server: StaticServer;
  let browser: Browser;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "transformers-"));
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
    await cp(join(dirname(resolve("onnxruntime-common")), "../esm"), join(folder, "common"), {
      recursive: true
    });
    await writeFile(join(folder, "index.html"), PAGE);
    server = await serveFolder(folder, "/");
    ({browser} = await launchChromium());
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await rm(folder, {recursive: true});
  });

  it.each([
    ["GPT-2's layout, the model that ships", shippedModel, "The "],
    ["Llama's layout", llamaModel, "ab"]
  ])("%s", async (name, make, prompt) => {
    const model = await make();
    const place = name.split("'")[0]!;
    for (const member of await readZip(writeZip(huggingFaceFolder(model)), {members: 20, bytes: 1e9})) {
      const path = join(folder, "models", place, member.name);
      await mkdir(dirname(path), {recursive: true});
      await writeFile(path, new Uint8Array(await (await member.open()).arrayBuffer()));
    }
    const page = await browser.newPage();
    const foreign: string[] = [];
    page.on("request", (request) => {
      if (new URL(request.url()).origin !== new URL(server.url).origin) foreign.push(request.url());
    });
    const problems: string[] = [];
    page.on("pageerror", ({message}) => problems.push(message));
    await page.goto(server.url);
    await expect
      .poll(async () => problems[0] ?? (await page.evaluate(() => "write" in window)), {timeout: 20_000})
      .toBe(true);
    const theirs = await page
      .evaluate((asked) => (window as unknown as {write(asked: unknown): Promise<Written>}).write(asked), {
        place,
        prompt,
        steps: STEPS
      })
      .catch((error: Error) => {
        // Vitest looks for the files of a page's stack here.
        throw new Error(error.message.split("\n")[0]);
      });
    await page.close();
    const own = readTokenizer(model.tokenizer);
    const read = [...own.encode(prompt).ids];
    expect(theirs.ids.slice(0, theirs.given)).toEqual(read);
    const written = await ownDecode(model, read);
    expect(theirs.ids.slice(theirs.given)).toEqual(written);
    expect(theirs.text).toBe(own.decode([...read, ...written]));
    expect(written).toHaveLength(STEPS);
    expect(foreign).toEqual([]);
  });
});
