import {inShort} from "../../errorMessage.js";
import {checkModelConfig, type ModelConfig} from "../../model/config.js";
import {type ParameterData, parameterShapes} from "../../model/parameters.js";
import {FormatError} from "../formatError.js";
import {type Part, putPart, takePart} from "../huggingFace/huggingFaceWeights.js";
import {checkParameters} from "../parameterCheck.js";
import type {Tensor} from "../safetensors/safetensors.js";
import {configOfNanoGpt, type NanoGptModelArgs} from "./nanoGptConfig.js";

const HEAD = "lm_head.weight";
const TABLE = "transformer.wte.weight";

/**
 * nanoGPT's state dict: GPT-2's names, with linear layers stored output × input as `nn.Linear` has them, where ours and
 * Hugging Face's are input × output. The head is the token table and is not stored twice. Arrays that need no turning
 * share their memory with what is given.
 */
export const toNanoGptTensors = (parameters: ParameterData): Map<string, Tensor> =>
  new Map(
    Object.entries(parameters).map(([name, tensor]) => {
      const part = nanoGptPart(name, tensor.shape);
      return [part.name, takePart(part, tensor)];
    })
  );

/** The inverse. Throws RangeError where a tensor has a shape that no layer of ours has. */
export const fromNanoGptTensors = (tensors: ReadonlyMap<string, Tensor>): ParameterData =>
  Object.fromEntries(
    [...tensors].map(([name, {shape, data}]) => {
      const ours = isTurned(name) ? [...shape].reverse() : shape;
      const whole = {shape: ours, data: new Float32Array(data.length)};
      putPart({...nanoGptPart(name, ours), shape}, data, whole);
      return [name, whole];
    })
  );

/**
 * The model in a state dict of nanoGPT's, however it was saved: under `torch.compile` (names begin with `_orig_mod.`) or
 * `DistributedDataParallel` (`module.`), with the mask that older PyTorch keeps beside each layer, with the head or
 * without. Throws FormatError where the tensors are not those that `model_args` call for, or
 * not finite, and RangeError for `model_args` of no possible model.
 */
export function readNanoGptModel(
  tensors: ReadonlyMap<string, Tensor>,
  args: NanoGptModelArgs
): {config: ModelConfig; parameters: ParameterData} {
  const named = new Map<string, Tensor>();
  for (const [name, tensor] of tensors) {
    const plain = name.replace(/^(_orig_mod\.|module\.)+/, "");
    if (/\.attn\.(bias|masked_bias)$/.test(plain)) continue;
    if (named.has(plain)) throw new FormatError(`The weight ${inShort(plain, 120)} is there twice.`);
    named.set(plain, tensor);
  }
  const head = named.get(HEAD);
  const isTied = !head || sameNumbers(head, named.get(TABLE));
  if (isTied) named.delete(HEAD);
  const config = configOfNanoGpt(args, isTied);
  checkModelConfig(config);
  const parameters = fromNanoGptTensors(named);
  const shapes = parameterShapes(config);
  try {
    checkParameters(config, parameters);
  } catch (error) {
    throw new FormatError(`These are not the weights of nanoGPT's model_args: ${(error as Error).message}`);
  }
  return {
    config,
    parameters: Object.fromEntries(Object.keys(shapes).map((name) => [name, parameters[name]!]))
  };
}

/** Weights of linear layers, which `nn.Linear` turns; tables, gains and biases are as they are. */
const isTurned = (name: string): boolean => /\.c_(attn|proj|fc)\.weight$/.test(name);

const nanoGptPart = (name: string, shape: number[]): Part => ({
  name,
  shape: isTurned(name) ? [...shape].reverse() : shape,
  of: name,
  column: 0,
  isTurned: isTurned(name)
});

const sameNumbers = (a: Tensor, b: Tensor | undefined): boolean =>
  b !== undefined &&
  a.data.length === b.data.length &&
  a.data.every((value, i) => Object.is(value, b.data[i]));
