import {chooseCorpus} from "../components/corpus/chooseCorpus.js";
import type {Corpus} from "../components/corpus/meta.js";
import type {SweptSettings} from "../components/sweep/grid.js";
import {parseTokenizerChoice} from "../components/text/tokenizerChoice.js";
import {type PresetName, presets} from "../components/training/presets.js";
import {withSteps} from "../components/training/withSteps.js";
import type {BackendName} from "../components/webgpu/backends.js";
import {changeSettings} from "./settings.js";

/** What every command that makes experiments understands, for `parseArgs`. */
export const experimentOptions = {
  preset: {type: "string", default: "toy"},
  corpus: {type: "string"},
  tokenizer: {type: "string"},
  backend: {type: "string", default: "auto"},
  steps: {type: "string"},
  set: {type: "string", multiple: true},
  help: {type: "boolean", default: false}
} as const;

export const experimentUsage = `  --preset ${Object.keys(presets).join("|")}   size and defaults (toy)
  --corpus PATH|URL      UTF-8 text; the built-in story grammar when absent
  --tokenizer character|byte-pair:SIZE|word-piece:SIZE   how the text is cut (character)
  --backend auto|webgpu|wasm|cpu
  --steps N              updates of each run
  --set FIELD=VALUE      any field of ModelConfig or TrainConfig, as often as wanted`;

export interface ExperimentArguments {
  preset: string;
  corpus?: string | undefined;
  tokenizer?: string | undefined;
  backend: string;
  steps?: string | undefined;
  set?: string[] | undefined;
}

const backends = ["auto", "webgpu", "wasm", "cpu"] as const satisfies (BackendName | "auto")[];

/** The settings that the arguments make; `steps` is how many updates there are when they do not say. */
export function experimentSettings(args: ExperimentArguments, steps?: number): SweptSettings {
  if (!Object.hasOwn(presets, args.preset))
    throw new RangeError(`--preset is ${args.preset}; it must be one of ${Object.keys(presets).join(", ")}.`);
  const {model, train} = presets[args.preset as PresetName];
  const length = wholeNumber("steps", args.steps) ?? steps ?? train.steps;
  return changeSettings({model, train: withSteps(train, length)}, args.set ?? []);
}

export function experimentBackend({backend}: ExperimentArguments): (typeof backends)[number] {
  const known = backends.find((name) => name === backend);
  if (!known) throw new RangeError(`--backend is ${backend}; it must be one of ${backends.join(", ")}.`);
  return known;
}

export async function experimentCorpus(args: ExperimentArguments, blockSize: number): Promise<Corpus> {
  const tokenizer = args.tokenizer === undefined ? undefined : parseTokenizerChoice(args.tokenizer);
  return (await chooseCorpus(args.corpus, blockSize, tokenizer && {tokenizer})).corpus;
}

/** An option that is a whole number; undefined where it is absent. */
export function wholeNumber(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() === "" || !Number.isInteger(value))
    throw new RangeError(`--${option} is “${text}”, which is not a whole number.`);
  return value;
}
