import type {parseArgs} from "node:util";
import {chooseCorpus} from "../components/corpus/chooseCorpus.js";
import type {Corpus} from "../components/corpus/meta.js";
import type {ModelConfig} from "../components/model/config.js";
import {parseTokenizerChoice} from "../components/text/tokenizerChoice.js";
import {readTokenizer} from "../components/text/tokenizerFile.js";
import type {TrainConfig} from "../components/training/config.js";
import {type PresetName, presets} from "../components/training/presets.js";
import {withSteps} from "../components/training/withSteps.js";
import {changeSettings} from "./settings.js";

/** What `npm run train` understands. */
export const options = {
  preset: {type: "string"},
  corpus: {type: "string"},
  out: {type: "string"},
  resume: {type: "string"},
  receipt: {type: "string"},
  from: {type: "string"},
  backend: {type: "string", default: "auto"},
  steps: {type: "string"},
  seed: {type: "string"},
  "batch-size": {type: "string"},
  "learning-rate": {type: "string"},
  "block-size": {type: "string"},
  layers: {type: "string"},
  heads: {type: "string"},
  width: {type: "string"},
  tokenizer: {type: "string"},
  set: {type: "string", multiple: true},
  help: {type: "boolean", default: false}
} as const;

export type Arguments = ReturnType<typeof parseArgs<{options: typeof options}>>["values"];

interface Plan {
  model: ModelConfig;
  train: TrainConfig;
  corpus: Corpus;
}

/** The settings of a new run, and its text; nothing is allocated for the model yet. */
export async function planRun(name: string, args: Arguments): Promise<Plan> {
  if (!Object.hasOwn(presets, name))
    throw new RangeError(`--preset is ${name}; it must be one of ${Object.keys(presets).join(", ")}.`);
  const preset = presets[name as PresetName];
  const numeric = (option: NumericOption) => readNumber(args, option);
  const width = numeric("width") ?? preset.model.nEmbd;
  const nHead = numeric("heads") ?? preset.model.nHead;
  const learningRate = numeric("learning-rate") ?? preset.train.learningRate;
  const {model, train} = changeSettings(
    {
      model: {
        ...preset.model,
        nLayer: numeric("layers") ?? preset.model.nLayer,
        nHead,
        nKvHead: nHead,
        nEmbd: width,
        nInner: args.width ? 4 * width : preset.model.nInner,
        blockSize: numeric("block-size") ?? preset.model.blockSize
      },
      train: {
        ...withSteps(preset.train, numeric("steps") ?? preset.train.steps),
        seed: numeric("seed") ?? preset.train.seed,
        batchSize: numeric("batch-size") ?? preset.train.batchSize,
        learningRate,
        minLearningRate: (preset.train.minLearningRate / preset.train.learningRate) * learningRate
      }
    },
    args.set ?? []
  );
  const tokenizer = args.tokenizer === undefined ? undefined : parseTokenizerChoice(args.tokenizer);
  const {corpus} = await chooseCorpus(args.corpus, model.blockSize, tokenizer && {tokenizer});
  const vocabSize = readTokenizer(corpus.meta.tokenizer).vocabulary.length;
  return {model: {...model, vocabSize}, train, corpus};
}

type NumericOption =
  | "steps"
  | "seed"
  | "batch-size"
  | "learning-rate"
  | "block-size"
  | "layers"
  | "heads"
  | "width";

function readNumber(args: Arguments, name: NumericOption): number | undefined {
  const text = args[name];
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value))
    throw new RangeError(`--${name} is “${text}”, which is not a number.`);
  return value;
}
