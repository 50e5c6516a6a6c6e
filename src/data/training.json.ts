import {readFile} from "node:fs/promises";
import {startNodeBackend} from "../cli/nodeBackends.js";
import {tokenLosses} from "../components/chapters/heads/tokenLosses.js";
import {readRecordedRun} from "../components/chapters/home/recordedRun.js";
import {packAttention} from "../components/chapters/training/packedAttention.js";
import {placesIn, principalPlane} from "../components/chapters/training/principalPlane.js";
import {type StepTrace, StepTracer} from "../components/chapters/training/stepTracer.js";
import type {PackedTimeline} from "../components/chapters/training/timeline.js";
import {vowelSentence} from "../components/chapters/vectors/vowels.js";
import {documentStarts} from "../components/corpus/documents.js";
import {storyCorpus} from "../components/corpus/storyCorpus.js";
import {messageOf} from "../components/errorMessage.js";
import {readRecording} from "../components/exchange/recording.js";
import {parameterCount} from "../components/model/parameters.js";
import {TensorModel} from "../components/model/tensorModel.js";
import {farSightedHead} from "../components/studio/farSightedHead.js";
import {readTokenizer} from "../components/text/tokenizerFile.js";
import {tokenTexts} from "../components/text/tokenTexts.js";

/** What the chapter on training opens with. */
export interface TrainingPage {
  timeline: PackedTimeline;
  /** The first step of the model that is stepped through. */
  step: StepTrace;
}

/** Tokens of the held-out line, and of its beginning whose attention is shown. */
const [LINE, ATTENDED] = [96, 25];
/** Every so many training losses are drawn. */
const THINNED = 2;

try {
  const page: TrainingPage = {timeline: await timeline(), step: await firstStep()};
  process.stdout.write(JSON.stringify(page));
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}

/** Every checkpoint of the recorded run reads the same held-out line. */
async function timeline(): Promise<PackedTimeline> {
  const folder = new URL("./recorded-run/", import.meta.url);
  const {run, checkpoints} = readRecordedRun(await readFile(new URL("recording.json", folder), "utf8"));
  const bytes = await readFile(new URL("recording.bin", folder));
  const {corpus, logProbabilities} = await storyCorpus();
  if (corpus.meta.sha256 !== run.corpus.sha256 || !corpus.meta.floor)
    throw new Error("The run in src/data/recorded-run is of another text: record it anew, npm run record.");
  const tokenizer = readTokenizer(corpus.meta.tokenizer);
  const {nLayer, nHead, nEmbd, blockSize} = run.config;
  const heads = nLayer * nHead;

  // The first story that begins in the held-out part: the part itself may begin within one.
  const start = documentStarts(corpus.val, tokenizer)[1]!;
  const ids = corpus.val.subarray(start, start + LINE);
  const truth = logProbabilities.val.subarray(start + 1, start + LINE);

  await startNodeBackend("wasm");
  const read: {attention: Float32Array; losses: Float64Array; rows: Float64Array[]}[] = [];
  for (const index of checkpoints.keys()) {
    const parameters = readRecording(run.config, bytes, index);
    const model = new TensorModel(run.config, parameters);
    const {logits} = await model.trace(ids);
    const {attention} = await model.trace(ids.subarray(0, ATTENDED), {attention: true});
    model.dispose();
    const {data} = parameters["transformer.wte.weight"]!;
    const rows = Array.from({length: data.length / nEmbd}, (_, token) =>
      Float64Array.from(data.subarray(token * nEmbd, (token + 1) * nEmbd))
    );
    read.push({attention: attention!, losses: tokenLosses(logits, ids), rows});
  }
  const end = read.at(-1)!;
  const plane = principalPlane(end.rows);
  return {
    unit: tokenizer.unit,
    vocabulary: tokenizer.vocabulary,
    model: {nLayer, nHead, nEmbd, parameters: parameterCount(run.config)},
    run: {
      corpus: run.corpus.name,
      steps: run.trainConfig.steps,
      seed: run.seed,
      adapter: run.adapter,
      seconds: run.seconds,
      batchSize: run.trainConfig.batchSize,
      blockSize,
      learningRate: run.trainConfig.learningRate,
      textLength: corpus.train.length
    },
    floor: corpus.meta.floor.val,
    losses: run.history.flatMap(({step, trainLoss}, i) =>
      trainLoss !== null && i % THINNED === 0 ? [[step, round(trainLoss)] as const] : []
    ),
    line: {tokens: tokenTexts([...ids], tokenizer), truth: Array.from(truth, (ln) => round(-ln))},
    attended: ATTENDED,
    head: farSightedHead(end.attention, nLayer, nHead, ATTENDED),
    share: round(plane.share),
    moments: checkpoints.map(({step, roundedLoss, sample}, i) => {
      const {attention, losses, rows} = read[i]!;
      return {
        step,
        loss: round(roundedLoss),
        sample,
        attention: packAttention(attention, heads, ATTENDED),
        nats: Array.from(losses.subarray(1), round),
        places: placesIn(plane, rows).map(([x, y]) => [round(x), round(y)] as const),
        vowels: vowelSentence(rows, tokenizer.vocabulary)
      };
    })
  };
}

/** The page's worker computes on the same backend, so that a reader's first step repeats this one. */
async function firstStep(): Promise<StepTrace> {
  await startNodeBackend("cpu");
  const tracer = await StepTracer.start();
  const trace = await tracer.step();
  tracer.dispose();
  return trace;
}

/** More decimals than are shown. */
function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
