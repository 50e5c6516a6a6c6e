import type {ParameterData} from "../../model/parameters.js";
import {checkTrainConfig} from "../../training/config.js";
import {bestLoss} from "../../training/earlyStopping.js";
import {presets} from "../../training/presets.js";
import type {Snapshot} from "../../training/snapshot.js";
import {FormatError} from "../formatError.js";
import {JsonReader} from "../jsonReader.js";
import {checkFinite} from "../parameterCheck.js";
import {readSafetensors, type Tensor, writeSafetensors} from "../safetensors/safetensors.js";
import {
  type NanoGptModelArgs,
  type NanoGptTrainArgs,
  nanoGptSettings,
  trainConfigOfNanoGpt
} from "./nanoGptConfig.js";
import {fromNanoGptTensors, readNanoGptModel, toNanoGptTensors} from "./nanoGptWeights.js";

/** The name of the file that `ckpt.py` turns into nanoGPT's `ckpt.pt`, and that it makes of one. */
export const NANOGPT_FILE = "nanogpt.safetensors";
/** The key in its metadata for everything but the arrays, as JSON. */
const KEY = "nanogpt";
const MOMENTS = {firstMoments: "first_moment.", secondMoments: "second_moment."} as const;

/** What nanoGPT's checkpoint holds beside weights and the optimiser's state. */
interface Contents {
  version: 1;
  model_args: NanoGptModelArgs;
  iter_num: number;
  best_val_loss: number;
  config: NanoGptTrainArgs;
}

export type NanoGptRun = Pick<Snapshot, "modelConfig" | "trainConfig" | "step" | "history"> & {
  parameters: ParameterData;
  firstMoments: ParameterData;
  secondMoments: ParameterData;
};

/**
 * A run as a safetensors file in nanoGPT's layout: its state dict, the moments of AdamW under the same names with a
 * prefix, and `model_args`, `iter_num`, `best_val_loss` and `config` as JSON. A `.pt` file is a pickle in a zip, which
 * PyTorch had better write itself: `ckpt.py` does. Throws RangeError where nanoGPT has no counterpart of the model.
 */
export function writeNanoGptFile(run: NanoGptRun): Uint8Array<ArrayBuffer> {
  const {modelArgs, trainArgs} = nanoGptSettings(run.modelConfig, run.trainConfig);
  const contents: Contents = {
    version: 1,
    model_args: modelArgs,
    iter_num: run.step,
    // nanoGPT's own word for "none yet".
    best_val_loss: bestLoss(run.history)?.validationLoss ?? 1e9,
    config: trainArgs
  };
  const tensors = toNanoGptTensors(run.parameters);
  // The state of another optimiser means nothing to AdamW.
  if (run.trainConfig.optimiser === "adamW")
    for (const [field, prefix] of Object.entries(MOMENTS))
      for (const [name, tensor] of toNanoGptTensors(run[field as keyof typeof MOMENTS]))
        tensors.set(prefix + name, tensor);
  return writeSafetensors({tensors, metadata: {format: "pt", [KEY]: JSON.stringify(contents)}});
}

/**
 * Reads such a file, from `writeNanoGptFile` or from `ckpt.py`. Moments are null where the file has none. Throws
 * FormatError, with a sentence for people, for anything else.
 */
export function readNanoGptFile(bytes: Uint8Array): Omit<
  NanoGptRun,
  "history" | "firstMoments" | "secondMoments"
> & {
  moments: Pick<NanoGptRun, "firstMoments" | "secondMoments"> | null;
} {
  const {tensors, metadata} = readSafetensors(bytes);
  const text = metadata[KEY];
  if (text === undefined)
    throw new FormatError(
      "This safetensors file does not come from nanoGPT's checkpoint: make it with ckpt.py, which the export for nanoGPT holds."
    );
  const json = JsonReader.parse(text, NANOGPT_FILE);
  json.get("version").expect(1, "the only one there is");
  const groups = {weights: new Map<string, Tensor>(), firstMoments: new Map(), secondMoments: new Map()};
  for (const [name, tensor] of tensors) {
    const kind = (["firstMoments", "secondMoments"] as const).find((field) =>
      name.startsWith(MOMENTS[field])
    );
    groups[kind ?? "weights"].set(kind ? name.slice(MOMENTS[kind].length) : name, tensor);
  }
  const args = readModelArgs(json.get("model_args"));
  const {config: modelConfig, parameters} = json.as(() => readNanoGptModel(groups.weights, args));
  const trainConfig = trainConfigOfNanoGpt(readTrainArgs(json.get("config")), presets.toy.train);
  json.get("config").as(() => checkTrainConfig(trainConfig));
  return {
    modelConfig,
    trainConfig,
    step: json.get("iter_num").integer(),
    parameters,
    moments:
      groups.firstMoments.size === 0
        ? null
        : {
            firstMoments: json.as(() => readMoments(groups.firstMoments, parameters)),
            secondMoments: json.as(() => readMoments(groups.secondMoments, parameters))
          }
  };
}

function readMoments(tensors: ReadonlyMap<string, Tensor>, parameters: ParameterData): ParameterData {
  const moments = fromNanoGptTensors(tensors);
  return Object.fromEntries(
    Object.entries(parameters).map(([name, {shape}]) => {
      const found = moments[name];
      if (found?.shape.join() !== shape.join())
        throw new FormatError(`The optimiser's state for ${name} is missing or of another shape.`);
      checkFinite({[name]: found});
      return [name, found];
    })
  );
}

function readModelArgs(json: JsonReader): NanoGptModelArgs {
  const size = (key: string) => json.get(key).integer(1, 1e6);
  return {
    n_layer: size("n_layer"),
    n_head: size("n_head"),
    n_embd: size("n_embd"),
    block_size: size("block_size"),
    bias: json.get("bias").boolean(),
    vocab_size: size("vocab_size"),
    dropout: json.get("dropout").number()
  };
}

function readTrainArgs(json: JsonReader): NanoGptTrainArgs {
  const number = (key: string) => json.get(key).number();
  return {
    batch_size: number("batch_size"),
    gradient_accumulation_steps: number("gradient_accumulation_steps"),
    block_size: number("block_size"),
    max_iters: number("max_iters"),
    learning_rate: number("learning_rate"),
    decay_lr: json.get("decay_lr").boolean(),
    warmup_iters: number("warmup_iters"),
    lr_decay_iters: number("lr_decay_iters"),
    min_lr: number("min_lr"),
    beta1: number("beta1"),
    beta2: number("beta2"),
    weight_decay: number("weight_decay"),
    grad_clip: number("grad_clip"),
    dropout: number("dropout"),
    eval_interval: number("eval_interval"),
    eval_iters: number("eval_iters")
  };
}
