/**
 * Records what the chapter “Order” compares: models that differ in `position` only, trained one after another, and
 * measured beyond the length that they were trained on.
 *
 *   npx tsx src/cli/recordPositions.ts [--out src/data/order-runs] [--backend wasm]
 *
 * Writes one ONNX file for each model, and recording.json with settings, curves and losses by position.
 */
import {mkdir, writeFile} from "node:fs/promises";
import {join} from "node:path";
import {parseArgs} from "node:util";
import * as tf from "@tensorflow/tfjs-core";
import {
  COMPARED_TRAINING,
  LONG_TRAINING,
  MEASURED_LENGTH,
  RECORDED_MODELS,
  type RecordedName,
  TRAINED_LENGTH
} from "../components/chapters/order/comparison.js";
import {lossByPosition} from "../components/chapters/order/lossByPosition.js";
import type {
  PositionRecording,
  RecordedRun,
  RecordedTraining
} from "../components/chapters/order/recording.js";
import {fixedWindows} from "../components/corpus/batches.js";
import {chooseCorpus} from "../components/corpus/chooseCorpus.js";
import {messageOf} from "../components/errorMessage.js";
import {toOnnx} from "../components/exchange/onnx/onnx.js";
import {runRecord} from "../components/exchange/runRecord.js";
import {parameterCount} from "../components/model/parameters.js";
import {readTokenizer} from "../components/text/tokenizerFile.js";
import {newRun} from "../components/training/newRun.js";
import {Trainer} from "../components/training/trainer.js";
import {type NodeBackendName, startNodeBackend} from "./nodeBackends.js";
import {trainInTerminal} from "./trainInTerminal.js";

/** Places whose losses are averaged, and windows measured: their standard error is near 0.02 nats. */
const BUCKET = 16;
const WINDOWS = 240;
const BATCH = 8;

async function main(): Promise<void> {
  const {values} = parseArgs({
    options: {
      out: {type: "string", default: "src/data/order-runs"},
      backend: {type: "string", default: "wasm"}
    }
  });
  const engine = await startNodeBackend(values.backend as NodeBackendName);
  const {corpus} = await chooseCorpus(undefined, TRAINED_LENGTH);
  const V = readTokenizer(corpus.meta.tokenizer).vocabulary.length;
  await mkdir(values.out, {recursive: true});

  const runs = {} as Record<RecordedName, RecordedRun>;
  for (const name of Object.keys(RECORDED_MODELS) as RecordedName[]) {
    const config = {...RECORDED_MODELS[name], vocabSize: V};
    console.log(`${name}, for ${COMPARED_TRAINING.steps} steps`);
    const short = await train(new Trainer(newRun(config, COMPARED_TRAINING, corpus.meta), corpus, engine));
    short.trainer.dispose();
    console.log(`${name}, for ${LONG_TRAINING.steps} steps`);
    const long = await train(new Trainer(newRun(config, LONG_TRAINING, corpus.meta), corpus, engine));

    // A table of learned positions has no row beyond its end.
    const T = config.position === "learned" ? TRAINED_LENGTH : MEASURED_LENGTH;
    const byPosition = await measure(long.trainer, corpus.val, T, V);
    const after = await long.trainer.snapshot();
    long.trainer.dispose();
    const run = {...runRecord(after), history: []};
    const {parameters} = after;
    const metadata = {tokenizer: corpus.meta.tokenizer, run};
    await writeFile(join(values.out, `${name}.onnx`), toOnnx({config, parameters, metadata}));
    runs[name] = {
      parameters: parameterCount(config),
      short: short.training,
      long: long.training,
      byPosition: byPosition.map(round)
    };
  }

  const {steps: shortSteps, seed, batchSize} = COMPARED_TRAINING;
  const recording: PositionRecording = {
    version: 1,
    corpus: corpus.meta.name,
    engine,
    floor: corpus.meta.floor && round(corpus.meta.floor.val),
    lnV: round(Math.log(V)),
    shortSteps,
    longSteps: LONG_TRAINING.steps,
    seed,
    batchSize,
    trainedLength: TRAINED_LENGTH,
    bucket: BUCKET,
    windows: WINDOWS,
    runs
  };
  await writeFile(join(values.out, "recording.json"), `${JSON.stringify(recording)}\n`);
}

async function train(trainer: Trainer): Promise<{trainer: Trainer; training: RecordedTraining}> {
  const curve: [number, number][] = [];
  await trainInTerminal(trainer, {onEvaluation: (step, loss) => void curve.push([step, round(loss)])});
  return {trainer, training: {seconds: Math.round(trainer.seconds), curve}};
}

/** The loss by place over the same windows of the validation text for every model. */
async function measure(trainer: Trainer, val: Uint16Array, T: number, V: number): Promise<number[]> {
  const total = new Array<number>(T / BUCKET).fill(0);
  const windows = {batchSize: BATCH, blockSize: MEASURED_LENGTH, batches: WINDOWS / BATCH, seed: 1};
  for (const {inputs, targets} of fixedWindows(val, windows)) {
    // Windows begin at the same places whether they are read whole or only as far as a table reaches.
    const head = (ids: Int32Array) =>
      Int32Array.from({length: BATCH * T}, (_, i) => ids[Math.floor(i / T) * MEASURED_LENGTH + (i % T)]!);
    const logits = tf.tidy(() => trainer.model.logits(tf.tensor2d(head(inputs), [BATCH, T], "int32")));
    const losses = lossByPosition(await logits.data(), head(targets), {T, V, bucket: BUCKET});
    logits.dispose();
    losses.forEach((loss, i) => {
      total[i]! += loss / (WINDOWS / BATCH);
    });
  }
  return total;
}

const round = (x: number): number => Number(x.toFixed(5));

try {
  await main();
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}
