import {readFile} from "node:fs/promises";
import * as tf from "@tensorflow/tfjs-core";
import type {Browser} from "playwright-core";
import {afterAll, beforeAll, describe, expect, it} from "vitest";
import {
  openTransformers,
  serveTransformers,
  type TransformersSite
} from "../../../src/cli/bench/transformersPage.js";
import {launchChromium} from "../../../src/cli/chromium.js";
import {
  type FolderModel,
  huggingFaceFolder
} from "../../../src/components/exchange/huggingFace/huggingFaceFolder.js";
import {fromOnnx, toOnnx} from "../../../src/components/exchange/onnx/onnx.js";
import {writeZip} from "../../../src/components/exchange/zip/zipWriter.js";
import {modelConfig} from "../../../src/components/model/config.js";
import {forward} from "../../../src/components/model/forward.js";
import {KeyValueCache} from "../../../src/components/model/keyValueCache.js";
import {readTokenizer} from "../../../src/components/text/tokenizerFile.js";
import {useBackend} from "../../backends.js";
import {learntParameters} from "../../exchange/onnx/onnxCases.js";
import {run, tokenizer} from "../../fixtures/model.js";

const STEPS = 200;

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
  const file = new URL("../../../src/data/shipped-model/onnx/model.onnx", import.meta.url);
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
  let site: TransformersSite;
  let browser: Browser;

  beforeAll(async () => {
    site = await serveTransformers();
    ({browser} = await launchChromium());
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });

  it.each([
    ["GPT-2's layout, the model that ships", shippedModel, "The "],
    ["Llama's layout", llamaModel, "ab"]
  ])("%s", async (name, make, prompt) => {
    const model = await make();
    const place = name.split("'")[0]!;
    await site.add(place, writeZip(huggingFaceFolder(model)));
    const page = await browser.newPage();
    const foreign: string[] = [];
    page.on("request", (request) => {
      if (new URL(request.url()).origin !== new URL(site.url).origin) foreign.push(request.url());
    });
    const problems: string[] = [];
    page.on("pageerror", ({message}) => problems.push(message));
    const open = await openTransformers(page, site, place).catch((error: Error) => {
      throw new Error(problems[0] ?? error.message.split("\n")[0]); // vitest looks for the files of a page's stack here
    });
    const theirs = await open.write(prompt, STEPS);
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
