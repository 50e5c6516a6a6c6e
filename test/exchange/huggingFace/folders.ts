import {readFileSync} from "node:fs";
import {mkdir, writeFile} from "node:fs/promises";
import {dirname, join} from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import {
  type FolderModel,
  huggingFaceFolder
} from "../../../src/components/exchange/huggingFace/huggingFaceFolder.js";
import {toOnnx} from "../../../src/components/exchange/onnx/onnx.js";
import type {GivenFile, ImportedModel} from "../../../src/components/exchange/opening/importedModel.js";
import {type ModelConfig, modelConfig} from "../../../src/components/model/config.js";
import {forward} from "../../../src/components/model/forward.js";
import {useBackend} from "../../backends.js";
import {run, tokenizer} from "../../fixtures/model.js";
import {learntParameters} from "../onnx/onnxCases.js";

export const llama = {
  nKvHead: 2,
  position: "rope",
  norm: "rmsNorm",
  activation: "swiGlu",
  bias: false
} as const satisfies Partial<ModelConfig>;

/** A configuration, small, with heads that are not as wide as there are of them. */
export const configOf = (change: Partial<ModelConfig> = {}): ModelConfig =>
  modelConfig({
    nLayer: 2,
    nHead: 4,
    nEmbd: 24,
    nInner: 20,
    blockSize: 9,
    vocabSize: tokenizer.vocabulary.length,
    ...change
  });

/** A model as its folder is made of it. */
export function folderModel(config: ModelConfig, seed = 1, file = tokenizer.toJSON()): FolderModel {
  const parameters = learntParameters(config, seed);
  const record = {...run, config};
  const onnx = toOnnx({config, parameters, metadata: {tokenizer: file, run: record}});
  return {config, parameters, tokenizer: file, run: record, onnx};
}

/** The files of its folder, as a reader would choose them. */
export const filesOf = (model: FolderModel): GivenFile[] =>
  huggingFaceFolder(model).map(({name, content}) => ({
    name: `model/${name}`,
    file: new Blob(typeof content === "string" ? [content] : [...content])
  }));

/** Writes those files below a place, and returns the model's folder in it. */
export async function writeFolder(place: string, model: FolderModel): Promise<string> {
  for (const {name, file} of filesOf(model)) {
    await mkdir(dirname(join(place, name)), {recursive: true});
    await writeFile(join(place, name), Buffer.from(await file.arrayBuffer()));
  }
  return join(place, "model");
}

/** Our own logits of one window, [T · V]. */
export async function ownLogits(
  {config, parameters}: Pick<ImportedModel, "config" | "parameters">,
  ids: number[]
): Promise<Float32Array> {
  await useBackend("cpu");
  const logits = tf.tidy(() => {
    const tensors = Object.fromEntries(
      Object.entries(parameters).map(([name, {shape, data}]) => [name, tf.tensor(data, shape)])
    );
    return forward({config, parameters: tensors}, tf.tensor2d([ids], undefined, "int32"));
  });
  const data = (await logits.data()) as Float32Array;
  logits.dispose();
  return data;
}

export const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i]! - b[i]!));
  return largest;
};

interface ForeignFolder {
  /** By name, in base64. */
  files: Record<string, string>;
  ids: number[];
  logits: number[];
}

/** Folders that PyTorch made, as others make them, with its logits. */
export const foreign: Record<string, ForeignFolder> = JSON.parse(
  readFileSync(new URL("../../fixtures/huggingFace.json", import.meta.url), "utf8")
);

export const foreignFiles = (name: string, without: string[] = []): GivenFile[] =>
  Object.entries(foreign[name]!.files)
    .filter(([file]) => !without.includes(file))
    .map(([file, base64]) => ({name: file, file: new Blob([Buffer.from(base64, "base64")])}));
