import {buildCorpus} from "../../components/corpus/buildCorpus.js";
import type {Corpus} from "../../components/corpus/meta.js";
import type {ModelConfig} from "../../components/model/config.js";
import {createRandom} from "../../components/random.js";
import type {TrainConfig} from "../../components/training/config.js";
import {newRun} from "../../components/training/newRun.js";
import {type PresetName, presets} from "../../components/training/presets.js";
import type {Snapshot} from "../../components/training/snapshot.js";
import {deviceLimits} from "../../components/webgpu/deviceLimits.js";
import {changeSettings, type Settings} from "../settings.js";
import {choiceOption, countOption} from "./options.js";

/** Tiny Shakespeare's 65 characters: the vocabulary that others have measured these sizes with. */
const VOCABULARY = 65;
const CHARACTERS = Array.from({length: VOCABULARY}, (_, i) => String.fromCharCode(0x30 + i));
/** Enough for the validation part to hold the longest context of a preset. */
const TEXT_LENGTH = 40_000;

export const configurationOptions = {
  config: {type: "string", default: "nanogpt-cpu"},
  batch: {type: "string"},
  set: {type: "string", multiple: true}
} as const;

export const configurationHelp = {
  [`config ${Object.keys(presets).join("|")}`]:
    "the preset whose shapes are measured (nanogpt-cpu), vocabulary 65",
  "batch N": "windows in a batch, instead of the preset's",
  "set FIELD=VALUE": "any field of ModelConfig or TrainConfig"
};

/** The settings that the options ask for. Throws RangeError where there are none such. */
export function readConfiguration(values: Record<string, unknown>): Settings {
  const name = choiceOption("config", values.config, Object.keys(presets) as PresetName[]);
  const batch = countOption("batch", values.batch);
  const {model, train} = presets[name];
  return changeSettings(
    {model, train: {...train, batchSize: batch ?? train.batchSize}},
    (values.set as string[]) ?? []
  );
}

/** A run before its first step, on a text whose content plays no part. */
export interface BenchRun {
  corpus: Corpus;
  model: ModelConfig;
  train: TrainConfig;
  snapshot: Snapshot;
}

/** Throws RangeError where the settings are impossible on tfjs's current backend. */
export async function benchRun({model, train}: Settings): Promise<BenchRun> {
  const random = createRandom(1);
  const text = Array.from({length: TEXT_LENGTH}, () => CHARACTERS[random.integer(VOCABULARY)]).join("");
  const corpus = await buildCorpus(text, {
    name: "random characters",
    source: "npm run bench",
    license: "none",
    blockSize: model.blockSize
  });
  const whole: ModelConfig = {...model, vocabSize: VOCABULARY};
  return {corpus, model: whole, train, snapshot: newRun(whole, train, corpus.meta, deviceLimits())};
}
