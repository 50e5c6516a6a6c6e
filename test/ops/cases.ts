import * as tf from "@tensorflow/tfjs-core";
import {gelu, geluExact, relu, swiGlu} from "../../src/components/ops/activations.js";
import {add} from "../../src/components/ops/add.js";
import {attention} from "../../src/components/ops/attention.js";
import {countedLogits, countPairs} from "../../src/components/ops/countedLogits.js";
import {crossEntropy, placeLosses} from "../../src/components/ops/crossEntropy.js";
import {type DropoutSite, dropout} from "../../src/components/ops/dropout.js";
import {addRows, embedding} from "../../src/components/ops/embedding.js";
import {columns, mergeHeads, repeatHeads, splitHeads} from "../../src/components/ops/heads.js";
import {joinWindow} from "../../src/components/ops/joinWindow.js";
import {layerNorm} from "../../src/components/ops/layerNorm.js";
import {linear, unembed} from "../../src/components/ops/linear.js";
import {meanSquaredError} from "../../src/components/ops/meanSquaredError.js";
import {multiHeadAttention} from "../../src/components/ops/multiHeadAttention.js";
import {rmsNorm} from "../../src/components/ops/rmsNorm.js";
import {rotary} from "../../src/components/ops/rotary.js";
import {scale} from "../../src/components/ops/scale.js";
import {softmax} from "../../src/components/ops/softmax.js";
import {fixtures, type OpCase} from "./fixtures.js";

/** What the operations take besides tensors of numbers; make_ops.py writes for each case what its operation reads. */
interface Constants {
  ids: number[][];
  targets: number[];
  smoothing: number;
  vocabSize: number;
  target: number[][];
  first: number;
  factor: number;
  start: number;
  width: number;
  nHead: number;
  nKvHead: number;
  rotary: boolean;
  times: number;
  size: number;
  place: DropoutSite;
  causal: boolean;
  slopes?: number[];
  padding?: number[][];
  dropout?: DropoutSite;
}

const int32 = (values: number[] | number[][]) => tf.tensor(values, undefined, "int32");

const ops: Record<string, (inputs: tf.Tensor[], constants: Constants) => tf.Tensor> = {
  embedding: ([table], {ids}) => embedding(table!, int32(ids)),
  addRows: ([x, table], {first}) => addRows(x!, table!, first),
  linear: ([x, weight, bias]) => linear(x!, weight!, bias ?? null),
  unembed: ([x, table]) => unembed(x!, table!),
  add: ([a, b]) => add(a!, b!),
  scale: ([x], {factor}) => scale(x!, factor),
  layerNorm: ([x, gain, bias]) => layerNorm(x!, gain!, bias ?? null),
  rmsNorm: ([x, gain]) => rmsNorm(x!, gain!),
  gelu: ([x]) => gelu(x!),
  geluExact: ([x]) => geluExact(x!),
  relu: ([x]) => relu(x!),
  swiGlu: ([gate, value]) => swiGlu(gate!, value!),
  attention: ([q, k, v], {causal, slopes, padding, dropout}) =>
    attention(q!, k!, v!, {causal, slopes, padding: padding && int32(padding), dropout}),
  columns: ([x], {start, width}) => columns(x!, start, width),
  splitHeads: ([x], {nHead}) => splitHeads(x!, nHead),
  mergeHeads: ([x]) => mergeHeads(x!),
  repeatHeads: ([x], {times}) => repeatHeads(x!, times),
  multiHeadAttention: ([qkv], {padding, ...options}) =>
    multiHeadAttention(qkv!, {...options, padding: padding && int32(padding)}),
  rotary: ([x], {first}) => rotary(x!, first),
  dropout: ([x], {place}) => dropout(x!, place),
  joinWindow: ([x], {size}) => joinWindow(x!, size),
  crossEntropy: ([logits], {targets, smoothing}) => crossEntropy(logits!, int32(targets), smoothing),
  placeLosses: ([logits], {targets, smoothing}) => placeLosses(logits!, int32(targets), smoothing),
  countedLogits: ([counts], {ids, smoothing}) => countedLogits(counts!, int32(ids), smoothing),
  countPairs: (_, {ids, targets, vocabSize}) => countPairs(int32(ids), int32(targets), vocabSize),
  meanSquaredError: ([y], {target}) => meanSquaredError(y!, tf.tensor(target)),
  softmax: ([x]) => softmax(x!)
};

export const opNames = Object.keys(ops);

export type BoundOp = (inputs: tf.Tensor[]) => tf.Tensor;

/** The operation of a case as a function of its inputs alone. */
export const boundOp =
  ({op, constants}: OpCase): BoundOp =>
  (inputs) =>
    ops[op]!(inputs, constants as unknown as Constants);

export const cases = Object.entries(fixtures.ops);

/** Those that have a backward pass. */
export const differentiableCases = cases.flatMap(([name, fixture]) =>
  fixture.dy ? [[name, {...fixture, dy: fixture.dy}] as const] : []
);
