import {buildCorpus} from "../corpus/buildCorpus.js";
import type {Corpus} from "../corpus/meta.js";
import type {ModelConfig} from "../model/config.js";
import {createRandom} from "../random.js";
import type {TrainConfig} from "../training/config.js";
import {newRun} from "../training/newRun.js";
import type {Preset} from "../training/presets.js";
import type {Snapshot} from "../training/snapshot.js";
import {deviceLimits} from "../webgpu/deviceLimits.js";

/** Tiny Shakespeare's 65 characters: the vocabulary that others have measured these sizes with. */
export const VOCABULARY = 65;
const CHARACTERS = Array.from({length: VOCABULARY}, (_, i) => String.fromCharCode(0x30 + i));
/** Enough for the validation part to hold the longest context of a preset. */
const TEXT_LENGTH = 40_000;

/** A run before its first step, on a text whose content plays no part. */
export interface RandomRun {
  corpus: Corpus;
  model: ModelConfig;
  train: TrainConfig;
  snapshot: Snapshot;
}

/** Throws RangeError where the settings are impossible on tfjs's current backend. */
export async function randomRun({model, train}: Pick<Preset, "model" | "train">): Promise<RandomRun> {
  const random = createRandom(1);
  const text = Array.from({length: TEXT_LENGTH}, () => CHARACTERS[random.integer(VOCABULARY)]).join("");
  const corpus = await buildCorpus(text, {
    name: "random characters",
    source: "made to measure speed",
    license: "none",
    blockSize: model.blockSize
  });
  const whole: ModelConfig = {...model, vocabSize: VOCABULARY};
  return {corpus, model: whole, train, snapshot: newRun(whole, train, corpus.meta, deviceLimits())};
}
