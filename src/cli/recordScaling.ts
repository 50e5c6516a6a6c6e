/**
 * Records what the chapter “Scale” draws: models of several sizes, each trained for several lengths on the built-in text,
 * with the loss of each over the whole held-out text.
 *
 *   npx tsx src/cli/recordScaling.ts [--out src/data/scale-runs.json] [--backend wasm] [--only 4x64x512]
 *
 * The file is written after each run, the cheapest first; the same command goes on with the runs that it does not hold yet.
 * --only 4x64x512 makes one run alone, that of 4 layers, width 64 and 512 steps. A file of runs on another text or engine
 * is left as it is, and refused.
 */
import {readFile, writeFile} from "node:fs/promises";
import {parseArgs} from "node:util";
import {
  type ScalingPoint,
  STRIDE,
  scalingPlan,
  TOKENS_PER_STEP
} from "../components/chapters/scale/scalingPlan.js";
import {
  readScalingRuns,
  type ScalingRecord,
  type ScalingRun
} from "../components/chapters/scale/scalingRuns.js";
import type {Batch} from "../components/corpus/batches.js";
import {chooseCorpus} from "../components/corpus/chooseCorpus.js";
import type {Corpus} from "../components/corpus/meta.js";
import {messageOf} from "../components/errorMessage.js";
import {stridedWindows} from "../components/evaluation/stridedWindows.js";
import {parameterCount} from "../components/model/parameters.js";
import {flops} from "../components/model/size.js";
import {readTokenizer} from "../components/text/tokenizerFile.js";
import {newRun} from "../components/training/newRun.js";
import {Trainer} from "../components/training/trainer.js";
import {type NodeBackendName, startNodeBackend} from "./nodeBackends.js";
import {trainInTerminal} from "./trainInTerminal.js";

const COMMAND = "npx tsx src/cli/recordScaling.ts";

async function main(): Promise<void> {
  const {values} = parseArgs({
    options: {
      out: {type: "string", default: "src/data/scale-runs.json"},
      backend: {type: "string", default: "wasm"},
      only: {type: "string"}
    }
  });
  const engine = await startNodeBackend(values.backend as NodeBackendName);
  const plan = scalingPlan();
  const {corpus} = await chooseCorpus(undefined, plan[0]!.model.blockSize);
  const vocabSize = readTokenizer(corpus.meta.tokenizer).vocabulary.length;
  const {name, sha256, counts, floor} = corpus.meta;
  if (!floor) throw new Error("The built-in text has a floor; this one has none.");
  let record: ScalingRecord = {
    version: 1,
    command: COMMAND,
    engine,
    corpus: {name, sha256, trainTokens: counts.train, valTokens: counts.val},
    floor: floor.val,
    lnV: Math.log(vocabSize),
    blockSize: plan[0]!.model.blockSize,
    stride: STRIDE,
    tokensPerStep: TOKENS_PER_STEP,
    runs: []
  };
  const before = await held(values.out);
  if (before && (before.corpus.sha256 !== sha256 || before.engine !== engine))
    throw new Error(`${values.out} holds runs on another text or engine: name another file with --out.`);
  if (before) record = {...record, runs: before.runs};

  for (const [i, point] of plan.entries()) {
    if (record.runs.some((run) => isOf(run, point))) continue;
    const {nLayer, nEmbd} = point.model;
    if (values.only !== undefined && values.only !== `${nLayer}x${nEmbd}x${point.train.steps}`) continue;
    console.log(`${i + 1} of ${plan.length}: ${nLayer} × ${nEmbd}, ${point.train.steps} steps`);
    const run = await train(point, corpus, vocabSize, engine);
    console.log(`loss ${run.loss} over the held-out text, ${run.seconds} s`);
    record = {...record, runs: [...record.runs, run]};
    await writeFile(values.out, `${JSON.stringify(record)}\n`);
  }
}

/** The file of an earlier call, whose runs need not be made again; null where there is none. */
async function held(path: string): Promise<ScalingRecord | null> {
  const text = await readFile(path, "utf8").catch(() => null);
  return text === null ? null : readScalingRuns(JSON.parse(text));
}

const isOf = (run: ScalingRun, {model, train}: ScalingPoint): boolean =>
  run.nLayer === model.nLayer &&
  run.nEmbd === model.nEmbd &&
  run.steps === train.steps &&
  run.learningRate === train.learningRate;

async function train(
  {model, train}: ScalingPoint,
  corpus: Corpus,
  vocabSize: number,
  engine: string
): Promise<ScalingRun> {
  const config = {...model, vocabSize};
  // What is wanted is the loss at the end: estimates on the way would take longer than the smallest models' steps.
  const settings = {...train, evalInterval: train.steps, evalBatches: 1};
  const trainer = new Trainer(newRun(config, settings, corpus.meta), corpus, engine);
  await trainInTerminal(trainer);
  const loss = await trainer.meanLoss(heldOutBatches(corpus.val, model.blockSize, train.batchSize));
  const last = trainer.history.slice(-50).flatMap(({trainLoss}) => (trainLoss === null ? [] : [trainLoss]));
  const run: ScalingRun = {
    nLayer: model.nLayer,
    nHead: model.nHead,
    nEmbd: model.nEmbd,
    parameters: parameterCount(config),
    steps: train.steps,
    learningRate: train.learningRate,
    tokens: train.steps * TOKENS_PER_STEP,
    flops: train.steps * flops(config, {batchSize: train.batchSize}).total,
    loss: round(loss),
    trainLoss: round(last.reduce((sum, x) => sum + x, 0) / last.length),
    seconds: Math.round(trainer.seconds)
  };
  trainer.dispose();
  return run;
}

/**
 * The whole text as batches of overlapping windows, inputs and targets [B, T]; what an earlier window has predicted has
 * the target −1, which does not count. Windows shorter than T, at the end of the text, come first and alone.
 */
function heldOutBatches(tokens: Uint16Array, blockSize: number, size: number): Batch[] {
  const rows = stridedWindows(tokens.length, {blockSize, stride: STRIDE}).map(({start, end, from}) => ({
    inputs: Int32Array.from(tokens.subarray(start, end)),
    targets: Int32Array.from(tokens.subarray(start + 1, end + 1), (token, i) =>
      start + 1 + i < from ? -1 : token
    )
  }));
  const full = rows.filter(({inputs}) => inputs.length === blockSize);
  const batches: Batch[] = rows.filter(({inputs}) => inputs.length < blockSize);
  for (let i = 0; i < full.length; i += size) {
    const members = full.slice(i, i + size);
    const joined = (of: "inputs" | "targets") => {
      const ids = new Int32Array(members.length * blockSize);
      members.forEach((row, b) => {
        ids.set(row[of], b * blockSize);
      });
      return ids;
    };
    batches.push({inputs: joined("inputs"), targets: joined("targets")});
  }
  return batches;
}

const round = (x: number): number => Number(x.toFixed(5));

try {
  await main();
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}
