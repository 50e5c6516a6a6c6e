import type {CorpusMeta} from "../corpus/meta.js";
import {checkModelConfig, type ModelConfig} from "../model/config.js";
import {largestTensor} from "../model/size.js";
import type {DeviceLimits} from "../webgpu/deviceLimits.js";
import {checkTrainConfig, type TrainConfig} from "./config.js";
import {trainingMemory} from "./memory.js";

/**
 * Throws RangeError, with a sentence that names the field, its value and the limit, where a run is impossible.
 * Nothing is allocated. `limits` are the engine's, when it is known.
 */
export function checkRun(
  model: ModelConfig,
  train: TrainConfig,
  corpus: CorpusMeta,
  limits?: DeviceLimits
): void {
  if (model.vocabSize === 1)
    throw new RangeError(
      `“${corpus.name}” has only one kind of character: there is nothing to predict. Use a text with at least two.`
    );
  checkModelConfig(model);
  checkTrainConfig(train);
  const shorter = Math.min(corpus.counts.train, corpus.counts.val);
  if (train.batching === "windows" && shorter < model.blockSize + 1)
    throw new RangeError(
      `blockSize is ${model.blockSize}, but the shorter part of “${corpus.name}” has ${shorter} tokens, and a window needs one more than blockSize: use a longer text or a shorter context.`
    );
  if (limits) checkMemory(model, train, limits);
}

function checkMemory(model: ModelConfig, train: TrainConfig, limits: DeviceLimits): void {
  const {elements, what} = largestTensor(model, train, limits.kernels);
  if (4 * elements > limits.tensorBytes)
    throw new RangeError(
      `The ${what} of one step take ${inMegabytes(4 * elements)}; ${limits.engine} holds at most ${inMegabytes(limits.tensorBytes)} in one piece. batchSize is ${train.batchSize} and blockSize ${model.blockSize}: make one of them smaller.`
    );
  const {total, working} = trainingMemory(model, train, limits.kernels);
  const needed = total + working;
  if (needed > limits.totalBytes)
    throw new RangeError(
      `Training this model takes about ${inMegabytes(needed)}; ${limits.engine} holds at most ${inMegabytes(limits.totalBytes)}. nLayer is ${model.nLayer}, nEmbd ${model.nEmbd}, batchSize ${train.batchSize}: make one of them smaller${savings(model, train)}.`
    );
}

/** What lets a run fit that changes nothing but time and memory, in words. */
function savings(model: ModelConfig, {batchSize, accumulationSteps, gradientCheckpointing}: TrainConfig) {
  const ways: string[] = [];
  if (model.architecture === "transformer" && !gradientCheckpointing)
    ways.push("turn gradientCheckpointing on");
  if (accumulationSteps < batchSize) ways.push(`raise accumulationSteps, ${accumulationSteps}`);
  return ways.map((way) => `, or ${way}`).join("");
}

const inMegabytes = (bytes: number): string =>
  `${(bytes / 1e6).toLocaleString("en", {maximumSignificantDigits: 3})} MB`;
