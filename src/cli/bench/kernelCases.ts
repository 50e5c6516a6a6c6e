import * as tf from "@tensorflow/tfjs-core";
import {parameterCount} from "../../components/model/parameters.js";
import {toVariables} from "../../components/model/parameterTensors.js";
import {gelu} from "../../components/ops/activations.js";
import {clipByGlobalNorm} from "../../components/ops/clipByGlobalNorm.js";
import {crossEntropy} from "../../components/ops/crossEntropy.js";
import {embedding} from "../../components/ops/embedding.js";
import {layerNorm} from "../../components/ops/layerNorm.js";
import {linear} from "../../components/ops/linear.js";
import {matmul} from "../../components/ops/matmul.js";
import {multiHeadAttention} from "../../components/ops/multiHeadAttention.js";
import {ratesAt} from "../../components/ops/rates.js";
import {rmsNorm} from "../../components/ops/rmsNorm.js";
import {Optimiser} from "../../components/training/optimiser.js";
import {flatOf} from "../../components/webgpu/flatTensors.js";
import {collectGradients} from "../../components/webgpu/gradientPlaces.js";
import type {BenchRun} from "./configuration.js";
import {RecordedPass} from "./recordedPass.js";
import {
  causalMask,
  stockClip,
  stockCrossEntropy,
  stockEmbedding,
  stockGelu,
  stockLayerNorm,
  stockLinear,
  stockMultiHeadAttention,
  stockRmsNorm,
  stockVariables
} from "./stockOps.js";

/** What an operation cannot do without: arithmetic, or reading its inputs and writing its outputs once. */
export type Work = {flops: number} | {bytes: number};

/** One operation of ours beside plain TensorFlow.js's composition of it. */
export interface KernelCase {
  op: string;
  pass: "forward" | "backward" | "update";
  /** For people: "[768, 128]·[128, 512]". */
  shapes: string;
  work: Work;
  /** Puts its inputs on the current backend. */
  open(): OpenCase;
}

export interface OpenCase {
  ours(): tf.TensorContainer;
  stock(): tf.TensorContainer;
  dispose(): void;
}

const FLOAT = 4;
type Op = (...inputs: tf.Tensor[]) => tf.Tensor;

/** Every operation of a training step, at the sizes of this one. */
export function kernelCases(run: BenchRun): KernelCase[] {
  const {model, train} = run;
  const {nHead: H, nEmbd: C, nInner: F, blockSize: T, vocabSize: V} = model;
  const B = train.batchSize;
  const N = B * T;
  const product = 2 * N * C * F;
  // Scores and mixing, for every pair of a place and one that it may see.
  const attending = (2 * 2 * C * B * T * (T + 1)) / 2;
  const reads = (...floats: number[]): Work => ({bytes: FLOAT * floats.reduce((sum, size) => sum + size)});
  return [
    ...bothPasses({
      op: "embedding",
      inputs: [[V, C]],
      constants: () => [ids([B, T], V)],
      ours: (table, ids) => embedding(table!, ids!),
      stock: (table, ids) => stockEmbedding(table!, ids!),
      work: [reads(N, N * C, N * C), reads(N, N * C, V * C)]
    }),
    productCase("NN", [N, C], [C, F], product),
    productCase("NT", [N, F], [C, F], product),
    productCase("TN", [N, C], [N, F], product),
    ...bothPasses({
      op: "linear",
      inputs: [[B, T, C], [C, F], [F]],
      ours: (x, weight, bias) => linear(x!, weight!, bias!),
      stock: (x, weight, bias) => stockLinear(x!, weight!, bias!),
      work: [{flops: product}, {flops: 2 * product}]
    }),
    ...bothPasses({
      op: "layerNorm",
      inputs: [[B, T, C], [C], [C]],
      ours: (x, gain, bias) => layerNorm(x!, gain!, bias!),
      stock: (x, gain, bias) => stockLayerNorm(x!, gain!, bias!),
      work: [reads(N * C, N * C), reads(N * C, N * C, N * C)]
    }),
    ...bothPasses({
      op: "rmsNorm",
      inputs: [[B, T, C], [C]],
      ours: (x, gain) => rmsNorm(x!, gain!),
      stock: (x, gain) => stockRmsNorm(x!, gain!),
      work: [reads(N * C, N * C), reads(N * C, N * C, N * C)]
    }),
    ...bothPasses({
      op: "attention",
      inputs: [[B, T, 3 * C]],
      constants: () => [causalMask(T)],
      ours: (qkv) => multiHeadAttention(qkv!, {nHead: H, nKvHead: H, causal: true}),
      stock: (qkv, mask) => stockMultiHeadAttention(qkv!, H, mask!),
      work: [{flops: attending}, {flops: 2 * attending}]
    }),
    ...bothPasses({
      op: "gelu",
      inputs: [[B, T, F]],
      ours: (x) => gelu(x!),
      stock: (x) => stockGelu(x!),
      work: [reads(N * F, N * F), reads(N * F, N * F, N * F)]
    }),
    ...bothPasses({
      op: "crossEntropy",
      inputs: [[B, T, V]],
      constants: () => [ids([N], V)],
      ours: (logits, targets) => crossEntropy(logits!, targets!),
      stock: (logits, targets) => stockCrossEntropy(logits!, targets!),
      work: [reads(N * V, N), reads(N * V, N, N * V)]
    }),
    ...updateCases(run)
  ];
}

interface Differentiable {
  op: string;
  /** Shapes of the inputs that have a gradient. */
  inputs: number[][];
  /** What comes after them. */
  constants?: () => tf.Tensor[];
  ours: Op;
  stock: Op;
  work: [forward: Work, backward: Work];
}

/** The forward pass of an operation, and its backward pass by itself. */
function bothPasses({op, inputs, constants = () => [], ours, stock, work}: Differentiable): KernelCase[] {
  const shapes = inputs.map(inBrackets).join(", ");
  const place = () => ({variables: inputs.map(normal), others: constants().map((x) => tf.keep(x))});
  return [
    {
      op,
      pass: "forward",
      shapes,
      work: work[0],
      open() {
        const {variables, others} = place();
        return {
          ours: () => ours(...variables, ...others),
          stock: () => stock(...variables, ...others),
          dispose: () => tf.dispose([variables, others])
        };
      }
    },
    {
      op,
      pass: "backward",
      shapes,
      work: work[1],
      open() {
        const {variables, others} = place();
        const [own, plain] = [ours, stock].map(
          (f) => new RecordedPass((...x) => f(...x, ...others), variables)
        ) as [RecordedPass, RecordedPass];
        return {
          ours: () => own.backward(),
          stock: () => plain.backward(),
          dispose() {
            own.dispose();
            plain.dispose();
            tf.dispose([variables, others]);
          }
        };
      }
    }
  ];
}

/** A product with neither side transposed, the second (x·Wᵀ, of a backward pass) or the first (xᵀ·dy). */
function productCase(kind: "NN" | "NT" | "TN", a: number[], b: number[], flops: number): KernelCase {
  const [transposeA, transposeB] = [kind[0] === "T", kind[1] === "T"];
  return {
    op: `matmul ${kind}`,
    pass: "forward",
    shapes: `${inBrackets(a)}${transposeA ? "ᵀ" : ""}·${inBrackets(b)}${transposeB ? "ᵀ" : ""}`,
    work: {flops},
    open() {
      const [x, y] = [normal(a), normal(b)];
      return {
        ours: () => matmul(x, y, transposeA, transposeB),
        stock: () => tf.matMul(x, y, transposeA, transposeB),
        dispose: () => tf.dispose([x, y])
      };
    }
  };
}

/** What comes after the backward pass, for all parameters of the model together. */
function updateCases({model, train, snapshot}: BenchRun): KernelCase[] {
  const {learningRate, beta1, beta2, epsilon, clipNorm} = train;
  const P = parameterCount(model);
  const arrays = Object.entries(snapshot.parameters);
  const shapes = `${P.toLocaleString("en")} parameters in ${arrays.length} arrays`;
  const gradients = () => Object.fromEntries(arrays.map(([name, {shape}]) => [name, normal(shape)]));

  /** Our optimiser and stock's, each with parameters of its own. */
  function openOptimisers() {
    const g = gradients();
    const [own, plain] = [toVariables(snapshot.parameters, true), stockVariables(snapshot.parameters)];
    const optimiser = new Optimiser(train, snapshot);
    const adam = tf.train.adam(learningRate, beta1, beta2, epsilon);
    let step = 0;
    return {
      g,
      own,
      optimiser,
      nextRates: () => ratesAt(++step, train),
      stockUpdate(given: readonly tf.Tensor[]) {
        const named = arrays.map(([name], i) => [plain[name]!.name, given[i]!] as const);
        adam.applyGradients(Object.fromEntries(named) as Record<string, tf.Variable>);
      },
      dispose() {
        optimiser.dispose();
        adam.dispose();
        tf.dispose([g, own, plain]);
      }
    };
  }

  return [
    {
      op: "clip",
      pass: "update",
      shapes,
      // Reads g for the norm; reads and writes it to scale it.
      work: {bytes: 3 * FLOAT * P},
      open() {
        const g = gradients();
        return {
          ours: () => Object.values(clipByGlobalNorm(g, clipNorm).clipped),
          stock: () => stockClip(Object.values(g), clipNorm),
          dispose: () => tf.dispose(g)
        };
      }
    },
    {
      op: "adamW",
      pass: "update",
      shapes,
      // Reads θ, m, v and g; writes θ, m and v.
      work: {bytes: 7 * FLOAT * P},
      open() {
        const {g, own, optimiser, nextRates, stockUpdate, dispose} = openOptimisers();
        return {
          ours: () => optimiser.update(own, g, nextRates()),
          stock: () => stockUpdate(Object.values(g)),
          dispose
        };
      }
    },
    {
      // As the trainer does them: the factor is found first, and used as the gradients are read.
      op: "clip and adamW",
      pass: "update",
      shapes,
      work: {bytes: 8 * FLOAT * P},
      open() {
        const {g, own, optimiser, nextRates, stockUpdate, dispose} = openOptimisers();
        // Where the backward pass of a step leaves them.
        const flat = tf.getBackend() === "webgpu" ? flatOf(own) : null;
        const placed = flat ? collectGradients(flat, g).parts : g;
        return {
          ours: () => optimiser.clippedUpdate(own, placed, nextRates()),
          stock: () => stockUpdate(stockClip(Object.values(g), clipNorm)),
          dispose
        };
      }
    }
  ];
}

const inBrackets = (shape: number[]): string => `[${shape.join(", ")}]`;

const normal = (shape: number[]): tf.Tensor => tf.keep(tf.randomNormal(shape, 0, 1, "float32", 1));

const ids = (shape: number[], V: number): tf.Tensor => tf.randomUniformInt(shape, 0, V, 1);
