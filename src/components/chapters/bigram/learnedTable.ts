import type {ModelConfig} from "../../model/config.js";
import type {ParameterData} from "../../model/parameters.js";

/**
 * What a neural bigram says after each token, [V, V]: softmax((E·W + b)·Hᵀ), row by row, with the embedding E [V, C],
 * the linear layer W [C, C], b [C], and the head H [V, C], which may be E. The same numbers as `neuralBigram` gives;
 * since it sees one token, V rows are all that it can ever say. Throws Error where a parameter is missing.
 */
export function learnedTable(
  {nEmbd: C, vocabSize: V, tiedHead, bias}: ModelConfig,
  parameters: ParameterData
): Float64Array {
  const embedding = get(parameters, "transformer.wte.weight");
  const weight = get(parameters, "transformer.h.0.mlp.c_proj.weight");
  const shift = bias ? get(parameters, "transformer.h.0.mlp.c_proj.bias") : new Float32Array(C);
  const head = tiedHead ? embedding : get(parameters, "lm_head.weight");
  const table = new Float64Array(V * V);
  const x = new Float64Array(C);
  for (let row = 0; row < V; row++) {
    for (let c = 0; c < C; c++) {
      x[c] = shift[c]!;
      for (let k = 0; k < C; k++) x[c]! += embedding[row * C + k]! * weight[k * C + c]!;
    }
    const scores = table.subarray(row * V, (row + 1) * V);
    for (let v = 0; v < V; v++) for (let c = 0; c < C; c++) scores[v]! += x[c]! * head[v * C + c]!;
    softmaxInPlace(scores);
  }
  return table;
}

function softmaxInPlace(scores: Float64Array): void {
  const most = scores.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  let sum = 0;
  for (let i = 0; i < scores.length; i++) sum += scores[i] = Math.exp(scores[i]! - most);
  for (let i = 0; i < scores.length; i++) scores[i]! /= sum;
}

function get(parameters: ParameterData, name: string): Float32Array {
  const parameter = parameters[name];
  if (!parameter) throw new Error(`The neural bigram needs a parameter named ${name}, and there is none.`);
  return parameter.data;
}
