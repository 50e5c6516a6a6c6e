import type {Batch} from "../../../corpus/batches.js";
import {gpt2, type ModelConfig} from "../../../model/config.js";
import {type ParameterData, zerosLike} from "../../../model/parameters.js";
import {type AttentionSizes, attention, attentionBackward} from "./attention.js";
import {
  crossEntropy,
  gelu,
  geluBackward,
  layerNorm,
  layerNormBackward,
  linear,
  linearBackward
} from "./layers.js";

/** Loss of a batch, nats a token, and its gradient for every parameter. */
export interface Gradients {
  loss: number;
  gradients: ParameterData;
}

/**
 * The same model as `tinyTransformerLM`, in GPT-2's arrangement only, forward and backward in loops. Throws RangeError
 * for another configuration.
 */
export function gradientsInLoops(config: ModelConfig, parameters: ParameterData, batch: Batch): Gradients {
  for (const [field, value] of Object.entries(gpt2))
    if (!/windowSize|smoothing/.test(field) && config[field as keyof typeof gpt2] !== value)
      throw new RangeError(
        `These loops are written for ${field} ${value}, not ${config[field as keyof typeof gpt2]}.`
      );
  const {nLayer, nHead: H, nEmbd: C, vocabSize: V} = config;
  const N = batch.inputs.length;
  const T = Math.min(config.blockSize, N);
  const sizes: AttentionSizes = {B: N / T, T, H, D: C / H};
  const gradients = zerosLike(parameters);
  const p = (name: string) => parameters[name]!.data;
  const g = (name: string) => gradients[name]!.data;
  const [wte, wpe] = [p("transformer.wte.weight"), p("transformer.wpe.weight")];

  // Each layer leaves here what undoes it: called in reverse, they are the backward pass.
  const undo: ((dx: Float32Array) => Float32Array)[] = [];
  const project = (name: string, x: Float32Array) => {
    const [W, b] = [`${name}.weight`, `${name}.bias`];
    undo.push((dy) => linearBackward(dy, x, p(W), g(W), g(b)));
    return linear(x, p(W), p(b));
  };
  const normalise = (name: string, x: Float32Array) => {
    const [gain, bias] = [`${name}.weight`, `${name}.bias`];
    const normalised = layerNorm(x, p(gain), p(bias));
    undo.push((dy) => layerNormBackward(dy, normalised, p(gain), g(gain), g(bias)));
    return normalised.y;
  };
  /** x + f(x): the gradient goes through f and past it. */
  const residual = (x: Float32Array, f: (x: Float32Array) => Float32Array) => {
    const first = undo.length;
    const y = f(x);
    const inside = undo.splice(first);
    undo.push((dy) =>
      sum(
        dy,
        inside.reduceRight((d, back) => back(d), dy)
      )
    );
    return sum(x, y);
  };

  let x: Float32Array = new Float32Array(N * C);
  for (let n = 0; n < N; n++)
    for (let c = 0; c < C; c++) x[n * C + c] = wte[batch.inputs[n]! * C + c]! + wpe[(n % T) * C + c]!;
  for (let i = 0; i < nLayer; i++) {
    const h = `transformer.h.${i}`;
    x = residual(x, (x) => {
      const qkv = project(`${h}.attn.c_attn`, normalise(`${h}.ln_1`, x));
      const {y, weights} = attention(qkv, sizes);
      undo.push((dy) => attentionBackward(dy, qkv, weights, sizes));
      return project(`${h}.attn.c_proj`, y);
    });
    x = residual(x, (x) => {
      const hidden = project(`${h}.mlp.c_fc`, normalise(`${h}.ln_2`, x));
      undo.push((dy) => geluBackward(dy, hidden));
      return project(`${h}.mlp.c_proj`, gelu(hidden));
    });
  }
  x = normalise("transformer.ln_f", x);
  const logits = new Float32Array(N * V);
  for (let n = 0; n < N; n++)
    for (let v = 0; v < V; v++) {
      let score = 0;
      for (let c = 0; c < C; c++) score += x[n * C + c]! * wte[v * C + c]!;
      logits[n * V + v] = score;
    }
  const {loss, dlogits} = crossEntropy(logits, batch.targets);

  const [dwte, dwpe] = [g("transformer.wte.weight"), g("transformer.wpe.weight")];
  let dx: Float32Array = new Float32Array(N * C);
  for (let n = 0; n < N; n++)
    for (let v = 0; v < V; v++) {
      const d = dlogits[n * V + v]!;
      for (let c = 0; c < C; c++) {
        dx[n * C + c]! += d * wte[v * C + c]!;
        dwte[v * C + c]! += d * x[n * C + c]!;
      }
    }
  for (const back of undo.reverse()) dx = back(dx);
  for (let n = 0; n < N; n++)
    for (let c = 0; c < C; c++) {
      dwte[batch.inputs[n]! * C + c]! += dx[n * C + c]!;
      dwpe[(n % T) * C + c]! += dx[n * C + c]!;
    }
  return {loss, gradients};
}

const sum = (a: Float32Array, b: Float32Array): Float32Array =>
  Float32Array.from(a, (value, i) => value + b[i]!);
