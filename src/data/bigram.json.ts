import {CHOSEN, runExperiment} from "../cli/nodeExperiments.js";
import {
  neuralBigramExperiment,
  windowModel,
  windowTraining
} from "../components/chapters/bigram/bigramRuns.js";
import {learnedTable} from "../components/chapters/bigram/learnedTable.js";
import {
  countedTable,
  countNeighbours,
  packCounts,
  tableLoss
} from "../components/chapters/bigram/pairCounts.js";
import {readWindow, type Scores, tableScores, writeText} from "../components/chapters/bigram/readText.js";
import type {BigramTrace} from "../components/chapters/bigram/trace.js";
import type {Corpus} from "../components/corpus/meta.js";
import {storyCorpus} from "../components/corpus/storyCorpus.js";
import {messageOf} from "../components/errorMessage.js";
import {countNgrams, ngramLosses, wittenBell} from "../components/evaluation/ngram.js";
import {fromOnnx} from "../components/exchange/onnx/onnx.js";
import {readRecording, writeRecording} from "../components/exchange/recording.js";
import type {ExperimentReport, ExperimentSettings} from "../components/experiment/protocol.js";
import {windowStart} from "../components/generation/window.js";
import {gpt2, type ModelConfig} from "../components/model/config.js";
import type {ParameterData} from "../components/model/parameters.js";
import {TensorModel} from "../components/model/tensorModel.js";
import {readTokenizer} from "../components/text/tokenizerFile.js";
import {modelName} from "../components/views/modelSentences.js";
import {shippedModel} from "./shippedModel.js";
import {siteCharacters} from "./siteCorpus.js";

/**
 * What the chapter “A first language model” opens with: the counts of the site's text, by character, a recorded run of
 * the neural bigram, and what models that see more make of the same text. All of it is computed here and now.
 */

/** Kinds of characters whose table of pairs fits on a page; a text with more is left for the story grammar's. */
const LARGEST_TABLE = 128;
const LENGTHS = [1000, 10_000];
const PASSAGE = 320;
const WINDOW = 16;
const CHECKPOINTS = [0, 20, 40, 80, 160, 300, 500];
const SEED = 1;
const SAMPLE = 160;
/** The longest n-grams that are counted. */
const ORDER = 5;

try {
  const trace = await makeTrace();
  process.stdout.write(JSON.stringify(trace));
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}

async function makeTrace(): Promise<BigramTrace> {
  let {corpus} = await siteCharacters();
  const isSite = readTokenizer(corpus.meta.tokenizer).vocabulary.length <= LARGEST_TABLE;
  if (!isSite) ({corpus} = await storyCorpus());
  const {meta, train, val} = corpus;
  const tokenizer = readTokenizer(meta.tokenizer);
  const {vocabulary} = tokenizer;
  const V = vocabulary.length;
  const pairs = countNeighbours(train, V);
  const heldOut = countNeighbours(val, V);
  const counted = countedTable(pairs, gpt2.smoothing);

  const neural = await run(corpus, neuralBigramExperiment(CHOSEN));
  const kept = neural.parameters.filter(({step}) => CHECKPOINTS.includes(step));
  const checkpoints = writeRecording(
    neural.config,
    kept.map(({parameters}) => parameters)
  );
  // What is shown is what the 8-bit checkpoints say.
  const learned = learnedTable(neural.config, readRecording(neural.config, checkpoints, kept.length - 1));

  const mlp = await run(corpus, {
    corpus: CHOSEN,
    model: windowModel,
    train: windowTraining,
    parameters: true
  });
  const mlpModel = new TensorModel(mlp.config, mlp.parameters.at(-1)!.parameters);
  const shipped = await modelOf(meta.sha256);

  const even = -Math.log(1 / V);
  const ngrams = countNgrams(train, {order: ORDER, vocabSize: V});
  const byOrder = ngramLosses(ngrams, val);
  const ladder = [
    {name: "A blind guess", sees: "nothing", loss: even},
    {name: "How common each character is", sees: "nothing", loss: byOrder[0]!},
    {name: "Counted bigram", sees: "1 character", loss: tableLoss(counted, heldOut)},
    {name: "Neural bigram", sees: "1 character", loss: tableLoss(learned, heldOut)},
    ...[3, 4, ORDER].map((order) => ({
      name: `Counted ${order}-grams`,
      sees: `${order - 1} characters`,
      loss: byOrder[order - 1]!
    })),
    {name: "MLP with a window", sees: `${windowModel.windowSize} characters`, loss: mlp.validationLoss},
    ...(shipped
      ? [{name: shipped.name, sees: `${shipped.model.config.blockSize} characters`, loss: shipped.loss}]
      : [])
  ].sort((a, b) => b.loss - a.loss);

  const prompt = tokenizer.encode("\n").ids.length > 0 ? "\n" : tokenizer.decode([train[0]!]);
  const sample = async (name: string, scores: Scores) => {
    const ids = await writeText(scores, [...tokenizer.encode(prompt).ids], {seed: SEED, steps: SAMPLE});
    return {name, text: tokenizer.decode(ids)};
  };
  const samples = [
    await sample("Counted bigram", tableScores(counted, V)),
    await sample("MLP with a window", lastScores(mlpModel)),
    await sample(`Counted ${ORDER}-grams`, (ids) =>
      Float32Array.from({length: V}, (_, id) =>
        Math.log(wittenBell(ngrams, [...ids, id], ids.length)[ORDER - 1]!)
      )
    ),
    ...(shipped ? [await sample(shipped.name, lastScores(shipped.model))] : [])
  ];

  const window = [...val.subarray(windowBeginning(corpus), windowBeginning(corpus) + WINDOW + 1)];
  const models = [
    {name: "Counted bigram", ...(await readWindow(tableScores(counted, V), window, {seed: SEED}))},
    ...(shipped
      ? [{name: shipped.name, ...(await readWindow(lastScores(shipped.model), window, {seed: SEED}))}]
      : [])
  ];
  const round = (x: number) => Number(x.toPrecision(4));
  const brief = (list: {probability: number; guess: number}[]) =>
    list.map(({probability, guess}) => ({probability: round(probability), guess}));
  mlpModel.dispose();
  shipped?.model.dispose();
  return {
    corpus: {
      name: meta.name,
      isSite,
      train: meta.counts.train,
      val: meta.counts.val,
      floor: meta.floor?.val ?? null
    },
    vocabulary: [...vocabulary],
    lengths: [...LENGTHS.filter((length) => length < train.length), train.length].map((characters) => ({
      characters,
      counts: packCounts(countNeighbours(train.subarray(0, characters), V))
    })),
    heldOut: packCounts(heldOut),
    passage: tokenizer.decode(train.subarray(0, PASSAGE)),
    window: {
      text: tokenizer.decode(window),
      seed: SEED,
      models: models.map(({name, forced, free}) => ({name, forced: brief(forced), free: brief(free)}))
    },
    recorded: {
      config: neural.config,
      steps: kept.map(({step}) => step),
      checkpoints: Buffer.from(checkpoints).toString("base64"),
      losses: neural.losses.filter(({step}) => step % 5 === 0 || step === 1)
    },
    ladder: ladder.map((rung) => ({...rung, loss: Number(rung.loss.toFixed(5))})),
    samples,
    sampling: {seed: SEED, prompt}
  };
}

/** An experiment as the reader's browser makes it, here on the same engine. */
async function run(corpus: Corpus, settings: ExperimentSettings) {
  const reports: ExperimentReport[] = [];
  const start = performance.now();
  await runExperiment(corpus, settings, {onReport: (report) => void reports.push(report)});
  let config: ModelConfig | undefined;
  let validationLoss = Number.NaN;
  const losses: {step: number; loss: number}[] = [];
  const parameters: {step: number; parameters: ParameterData}[] = [];
  for (const report of reports) {
    if (report.type === "started") config = report.config;
    if (report.type === "step") losses.push({step: report.step, loss: Number(report.loss.toFixed(4))});
    if (report.type === "evaluated") validationLoss = report.validationLoss;
    if (report.type === "parameters") parameters.push(report);
  }
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.error(
    `Trained ${settings.model.architecture} in ${seconds} s: held-out loss ${validationLoss.toFixed(3)}`
  );
  return {config: config!, losses, parameters, validationLoss};
}

/** The model that ships, where it learnt from this very text by character and looks only back; else nothing. */
async function modelOf(sha256: string) {
  const {config, tokenizer, run, onnx} = await shippedModel();
  const loss = run.validationLoss;
  if (run.corpus.sha256 !== sha256 || tokenizer.unit !== "character" || !config.causal || loss === null)
    return null;
  const {parameters} = fromOnnx(onnx);
  return {name: `The shipped model, ${modelName(config)}`, model: new TensorModel(config, parameters), loss};
}

/** The scores after the last token that a model's context holds. */
function lastScores(model: TensorModel): Scores {
  const {blockSize, vocabSize} = model.config;
  return async (ids) => {
    const {logits} = await model.trace(ids.slice(windowStart(ids.length, blockSize)));
    return logits.slice(-vocabSize);
  };
}

/** Where a line begins in the held-out text, so that the window reads well; its start where none does. */
function windowBeginning({val, meta}: Corpus): number {
  const tokenizer = readTokenizer(meta.tokenizer);
  const newline = tokenizer.encode("\n").ids[0];
  const at = newline === undefined ? -1 : val.indexOf(newline);
  return at >= 0 && at + WINDOW + 2 < val.length ? at + 1 : 0;
}
