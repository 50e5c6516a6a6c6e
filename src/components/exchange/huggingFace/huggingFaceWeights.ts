import type {ModelConfig} from "../../model/config.js";
import {parameterShapes} from "../../model/parameters.js";
import type {Tensor} from "../safetensors/safetensors.js";
import {huggingFaceShape} from "./huggingFaceShape.js";

/** A tensor of Hugging Face's file, and which part of one of our parameters it is. */
export interface Part {
  /** In their file, as in "model.layers.0.self_attn.q_proj.weight". */
  name: string;
  shape: number[];
  /** Our parameter, as in "transformer.h.0.attn.c_attn.weight". */
  of: string;
  /** Where in the parameter's rows it begins: several parts may stand side by side in one. */
  column: number;
  /** Whether their rows are our columns: PyTorch's linear layers store output × input. */
  isTurned: boolean;
}

/**
 * The tensors of a file that Hugging Face's class for this shape of model loads, in the order of our parameters. GPT-2's
 * are ours under the same names. Llama has matrices apart that we have side by side, and stores them output × input;
 * both turn the same pairs of numbers, i and i + D/2, by a position, so that no row changes its place. A model without
 * a counterpart keeps our names and shapes.
 */
export function huggingFaceParts(config: ModelConfig): Part[] {
  const shapes = parameterShapes(config);
  if (huggingFaceShape(config) !== "llama")
    return Object.entries(shapes).map(([name, shape]) => ({
      name,
      shape,
      of: name,
      column: 0,
      isTurned: false
    }));
  return Object.entries(shapes).flatMap(([of, shape]) => llamaParts(config, of, shape));
}

function llamaParts(config: ModelConfig, of: string, shape: number[]): Part[] {
  const whole = {
    "transformer.wte.weight": "model.embed_tokens.weight",
    "transformer.ln_f.weight": "model.norm.weight"
  }[of];
  if (whole !== undefined || of === "lm_head.weight")
    return [{name: whole ?? of, shape, of, column: 0, isTurned: false}];
  const [, layer, layerName, kind] = /^transformer\.h\.(\d+)\.(.*)\.(weight|bias)$/.exec(of)!;
  const {nEmbd: C, nHead: H, nKvHead: K} = config;
  const join = (C / H) * K;
  const theirs: Record<string, [name: string, width: number][]> = {
    ln_1: [["input_layernorm", C]],
    "attn.c_attn": [
      ["self_attn.q_proj", C],
      ["self_attn.k_proj", join],
      ["self_attn.v_proj", join]
    ],
    "attn.c_proj": [["self_attn.o_proj", C]],
    ln_2: [["post_attention_layernorm", C]],
    "mlp.c_gate": [["mlp.gate_proj", config.nInner]],
    "mlp.c_fc": [["mlp.up_proj", config.nInner]],
    "mlp.c_proj": [["mlp.down_proj", C]]
  };
  let column = 0;
  return theirs[layerName!]!.map(([name, width]) => {
    const part: Part = {
      name: `model.layers.${layer}.${name}.${kind}`,
      shape: shape.length === 2 ? [width, shape[0]!] : [width],
      of,
      column,
      isTurned: shape.length === 2
    };
    column += width;
    return part;
  });
}

/** The part of a parameter as Hugging Face's file holds it; one that is the parameter shares its memory. */
export function takePart({shape, column, isTurned}: Part, whole: Tensor): Tensor {
  if (!isTurned && shape.join() === whole.shape.join()) return {shape, data: whole.data};
  const width = whole.shape.at(-1)!;
  if (!isTurned) return {shape, data: whole.data.subarray(column, column + shape[0]!)};
  const [rows, columns] = shape as [number, number];
  const data = new Float32Array(rows * columns);
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < columns; c++) data[r * columns + c] = whole.data[c * width + column + r]!;
  return {shape, data};
}

/** Puts what `takePart` gave back into its place in a parameter. */
export function putPart({shape, column, isTurned}: Part, data: Float32Array, whole: Tensor): void {
  const width = whole.shape.at(-1)!;
  if (!isTurned) {
    whole.data.set(data, column);
    return;
  }
  const [rows, columns] = shape as [number, number];
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < columns; c++) whole.data[c * width + column + r] = data[r * columns + c]!;
}
