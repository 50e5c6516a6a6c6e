import type {Corpus} from "../../corpus/meta.js";
import {modelConfig} from "../../model/config.js";
import {createRandom} from "../../random.js";
import {readTokenizer} from "../../text/tokenizerFile.js";
import {batchSource} from "../../training/batchSource.js";
import type {TrainConfig} from "../../training/config.js";
import {loadCorpus} from "../../training/loadCorpus.js";
import {newRun} from "../../training/newRun.js";
import {nextTask} from "../../training/nextTask.js";
import {presets} from "../../training/presets.js";
import type {Snapshot} from "../../training/snapshot.js";
import {Trainer} from "../../training/trainer.js";
import {chooseBackend} from "../../webgpu/chooseBackend.js";
import {gradientsInLoops} from "./loops/model.js";
import {updateInLoops} from "./loops/update.js";
import type {Measurement, MeasurementReport, TimedStep} from "./protocol.js";
import {STEP_BATCH, STEP_MODEL} from "./stepModel.js";

const training: TrainConfig = {
  ...presets.toy.train,
  batchSize: STEP_BATCH,
  schedule: "constant",
  warmupSteps: 0,
  evalInterval: 1000
};

/** Takes the first steps of one and the same run on an engine, and tells of each. */
export async function timeSteps(
  {engine, corpus: source, steps}: Extract<Measurement, {type: "steps"}>,
  post: (report: MeasurementReport) => void
): Promise<void> {
  const corpus = await loadCorpus(source, STEP_MODEL.blockSize);
  const name = engine === "loops" ? "plain loops" : (await chooseBackend(engine)).adapter;
  post({type: "engine", name});
  const step = engine === "loops" ? stepInLoops(corpus) : await stepOnEngine(corpus, name);
  for (let i = 0; i < steps; i++) {
    await nextTask();
    post({type: "stepped", step: await step()});
  }
}

/** The run before its first step, whatever the engine. */
export function stepRun(corpus: Corpus): Snapshot {
  const {vocabulary} = readTokenizer(corpus.meta.tokenizer);
  return newRun(modelConfig({...STEP_MODEL, vocabSize: vocabulary.length}), training, corpus.meta);
}

export function stepInLoops(corpus: Corpus): () => Promise<TimedStep> {
  const run = stepRun(corpus);
  const random = createRandom(run.random);
  const batches = batchSource(corpus, run.modelConfig, run.trainConfig);
  let step = 0;
  return async () => {
    const batch = batches.sample(random);
    const start = performance.now();
    const {loss, gradients} = gradientsInLoops(run.modelConfig, run.parameters, batch);
    updateInLoops(run.parameters, gradients, run, step, run.trainConfig);
    step += 1;
    return {ms: performance.now() - start, loss};
  };
}

export async function stepOnEngine(corpus: Corpus, adapter: string): Promise<() => Promise<TimedStep>> {
  const trainer = new Trainer(stepRun(corpus), corpus, adapter);
  await trainer.prepare();
  return async () => {
    const start = performance.now();
    const {loss} = await trainer.trainStep();
    return {ms: performance.now() - start, loss};
  };
}
