import * as tf from "@tensorflow/tfjs-core";
import {buildCorpus} from "../../corpus/buildCorpus.js";
import {writeStories} from "../../corpus/storyText.js";
import {modelConfig} from "../../model/config.js";
import {type ParameterData, parameterCount} from "../../model/parameters.js";
import {clipFactor, globalNorm} from "../../ops/clipByGlobalNorm.js";
import {ratesAt} from "../../ops/ratesAt.js";
import type {TokenizerFile} from "../../text/tokenizer.js";
import {readTokenizer} from "../../text/tokenizerFile.js";
import type {TrainConfig} from "../../training/config.js";
import {isDecayed} from "../../training/moments.js";
import {newRun} from "../../training/newRun.js";
import {presets} from "../../training/presets.js";
import {learningRateAt} from "../../training/schedule.js";
import {Trainer} from "../../training/trainer.js";
import {withSteps} from "../../training/withSteps.js";

/** One number of the model, through one update. */
export interface WatchedNumber {
  /** The parameter that it is a part of, its shape, and its place there. */
  name: string;
  shape: readonly number[];
  index: number;
  before: number;
  after: number;
  gradient: number;
  /** The gradient after clipping. */
  clipped: number;
  /** AdamW's running means before the update and after it. */
  firstMoment: [before: number, after: number];
  secondMoment: [before: number, after: number];
  /** λ: 0 for what does not decay. */
  weightDecay: number;
}

/** Everything that one training step does, in numbers. */
export interface StepTrace {
  /** Updates done, this one included. */
  step: number;
  /** [B][T]: the texts of the tokens read, and of those to be predicted. */
  inputs: string[][];
  targets: string[][];
  /** [B][T]: the probability that the model gave to each target. */
  probabilities: number[][];
  loss: number;
  /** The loss of the same batch after the update. */
  lossAfter: number;
  /** The gradient's global norm, the largest that may pass, and what all gradients are multiplied by. */
  norm: number;
  clipNorm: number;
  factor: number;
  /** η of this step, and 1 − β₁ᵗ and 1 − β₂ᵗ. */
  learningRate: number;
  corrections: [first: number, second: number];
  settings: Pick<TrainConfig, "beta1" | "beta2" | "epsilon">;
  watched: WatchedNumber[];
  parameters: number;
  vocabSize: number;
}

const MODEL = modelConfig({nLayer: 1, nHead: 2, nEmbd: 8, nInner: 32, blockSize: 12});
const TRAIN: TrainConfig = {
  ...withSteps(presets.toy.train, 200),
  batchSize: 4,
  learningRate: 0.02,
  minLearningRate: 0.002,
  seed: 2
};
/** Characters of the stories that it learns from. */
const TEXT = 20_000;
/** The parameters of which one number each is watched: that with the largest gradient in the first step. */
const WATCHED = ["transformer.wte.weight", "transformer.h.0.attn.c_attn.weight", "transformer.ln_f.weight"];

/**
 * Takes training steps of a tiny model by the trainer that all runs use, one at a time and in its own order, and reads
 * off what happens in each. Runs on tfjs's current backend.
 */
export class StepTracer {
  private places: Record<string, number> | null = null;

  private constructor(
    private readonly trainer: Trainer,
    private readonly texts: readonly string[]
  ) {}

  static async start(): Promise<StepTracer> {
    const telling = writeStories({seed: 1, length: TEXT});
    const about = {name: "story grammar", source: "built-in story grammar", license: "MIT"};
    const corpus = await buildCorpus(telling.text(), {...about, blockSize: MODEL.blockSize});
    const file: TokenizerFile = corpus.meta.tokenizer;
    const {vocabulary} = readTokenizer(file);
    const run = newRun({...MODEL, vocabSize: vocabulary.length}, TRAIN, corpus.meta);
    return new StepTracer(new Trainer(run, corpus, tf.getBackend()), vocabulary);
  }

  /** One update. */
  async step(): Promise<StepTrace> {
    const {trainer, texts} = this;
    const {model, trainConfig, config} = trainer;
    const before = await trainer.snapshot();
    const learningRate = learningRateAt(trainer.step, trainConfig);
    const batch = trainer.nextBatch();
    const places = await read(tf.tidy(() => model.placeLosses(batch)));
    const {loss, gradients} = trainer.gradients(batch);
    const norm = globalNorm(gradients);
    const factor = clipFactor(norm, trainConfig.clipNorm);
    trainer.apply(gradients, {norm}); // gives the same norm back
    const numbers = {
      loss: (await read(loss))[0]!,
      norm: (await read(norm))[0]!,
      factor: (await read(factor))[0]!
    };
    const gradientData: ParameterData = {};
    for (const name of WATCHED) {
      const gradient = gradients[name]!;
      gradientData[name] = {shape: gradient.shape, data: (await gradient.data()) as Float32Array};
    }
    tf.dispose(gradients);
    const lossAfter = (await read(tf.tidy(() => model.loss(batch))))[0]!;
    const after = await trainer.snapshot();

    this.places ??= Object.fromEntries(WATCHED.map((name) => [name, largest(gradientData[name]!.data)]));
    const watched = WATCHED.map((name): WatchedNumber => {
      const index = this.places![name]!;
      const at = (data: ParameterData) => data[name]!.data[index]!;
      const gradient = at(gradientData);
      const {shape} = before.parameters[name]!;
      return {
        name,
        shape,
        index,
        before: at(before.parameters),
        after: at(after.parameters),
        gradient,
        clipped: gradient * numbers.factor,
        firstMoment: [at(before.firstMoments), at(after.firstMoments)],
        secondMoment: [at(before.secondMoments), at(after.secondMoments)],
        weightDecay: isDecayed(shape) ? trainConfig.weightDecay : 0
      };
    });
    const rates = ratesAt(trainer.step, {...trainConfig, learningRate});
    const {beta1, beta2, epsilon, clipNorm} = trainConfig;
    const T = config.blockSize;
    const inRows = <Of>(values: readonly Of[]) =>
      Array.from({length: values.length / T}, (_, row) => values.slice(row * T, (row + 1) * T));
    return {
      step: trainer.step,
      inputs: inRows(Array.from(batch.inputs, (id) => texts[id]!)),
      targets: inRows(Array.from(batch.targets, (id) => texts[id]!)),
      probabilities: inRows(places.map((nats) => Number(Math.exp(-nats).toPrecision(4)))),
      ...numbers,
      lossAfter,
      clipNorm,
      learningRate,
      corrections: [learningRate / rates.momentRate, rates.squareCorrection],
      settings: {beta1, beta2, epsilon},
      watched,
      parameters: parameterCount(config),
      vocabSize: config.vocabSize
    };
  }

  dispose(): void {
    this.trainer.dispose();
  }
}

/** The values of a tensor that is no longer needed. */
async function read(tensor: tf.Tensor): Promise<number[]> {
  const values = Array.from(await tensor.data());
  tensor.dispose();
  return values;
}

function largest(values: Float32Array): number {
  return values.reduce((best, value, i) => (Math.abs(value) > Math.abs(values[best]!) ? i : best), 0);
}
