/**
 * npm run evaluate: measures a trained model on text that it was not trained on.
 *
 *   npm run evaluate -- --run runs/toy | --model model.onnx [--corpus text] [--stride N] [--tokens N] [--sample N]
 */
import {readFile} from "node:fs/promises";
import {parseArgs} from "node:util";
import {chooseCorpus} from "../components/corpus/chooseCorpus.js";
import type {Corpus} from "../components/corpus/meta.js";
import {messageOf} from "../components/errorMessage.js";
import {
  firstTokens,
  type HeldOutReport,
  type HeldOutText,
  measureHeldOut
} from "../components/evaluation/heldOut.js";
import type {Loss} from "../components/evaluation/loss.js";
import {PreparedTexts} from "../components/evaluation/preparedTexts.js";
import type {TextReport} from "../components/evaluation/sampleReport.js";
import {readOnnxHeader, toOnnx} from "../components/exchange/onnx/onnx.js";
import {runRecord} from "../components/exchange/runRecord.js";
import type {SamplingOptions} from "../components/generation/distribution.js";
import {generate} from "../components/generation/generate.js";
import type {LanguageModel} from "../components/inference/languageModel.js";
import {openOnnxModel} from "../components/inference/onnxModel.js";
import {readTokenizer} from "../components/text/tokenizerFile.js";
import {readRun} from "./runFolder.js";

const usage = `npm run evaluate -- [options]
  --run DIR              a run that npm run train wrote, on its own held-out text
  --model FILE           an ONNX file of this project, on --corpus
  --corpus PATH|URL      UTF-8 text, whose last tenth is measured; the built-in story grammar when absent
  --stride N             tokens that the window moves on by, 1 … the context (half the context)
  --tokens N             how much of the held-out text is measured (20000; 0 for all)
  --sample N             tokens to write and to look for repetition and copies in (1000; 0 for none)
  --temperature T --seed N   for the sample (1, 1)
  --top-k K --top-p P --min-p P   what of each distribution it is drawn from (0, 1, 0: all)`;

const options = {
  run: {type: "string"},
  model: {type: "string"},
  corpus: {type: "string"},
  stride: {type: "string"},
  tokens: {type: "string", default: "20000"},
  sample: {type: "string", default: "1000"},
  temperature: {type: "string", default: "1"},
  "top-k": {type: "string", default: "0"},
  "top-p": {type: "string", default: "1"},
  "min-p": {type: "string", default: "0"},
  seed: {type: "string", default: "1"},
  help: {type: "boolean", default: false}
} as const;

async function main(): Promise<void> {
  const {values: args} = parseArgs({options});
  if (args.help) return console.log(usage);
  const {bytes, corpus} = await open(args);
  const header = readOnnxHeader(bytes);
  const tokenizer = readTokenizer(header.metadata.tokenizer);
  const model = await openOnnxModel(bytes, {label: "the model", tokenizer});
  const {blockSize} = header.config;
  const stride = args.stride === undefined ? Math.max(1, blockSize >> 1) : number(args.stride, "stride");
  const prepared = new PreparedTexts(
    {
      tokenizer: corpus.meta.tokenizer,
      train: corpus.train,
      val: corpus.val,
      stories: corpus.meta.floor !== null
    },
    tokenizer
  );
  const text = firstTokens(prepared.heldOut, number(args.tokens, "tokens") || prepared.heldOut.ids.length);
  console.log(
    `${corpus.meta.name}: ${text.ids.length.toLocaleString("en")} held-out ${tokenizer.unit}s, context ${blockSize}, stride ${stride}`
  );
  const report = await measureHeldOut(model, text, {stride, onProgress: progressLine("predicted")});
  printReport(report, prepared.baselines(report.predicted), tokenizer.unit);
  const steps = number(args.sample, "sample");
  if (steps > 0) {
    const sample = await write(model, prepared.heldOut, {
      steps,
      options: {
        temperature: number(args.temperature, "temperature"),
        topK: number(args["top-k"], "top-k"),
        topP: number(args["top-p"], "top-p"),
        minP: number(args["min-p"], "min-p")
      },
      seed: number(args.seed, "seed")
    });
    const {sample: written, heldOut} = prepared.compare(sample);
    printSamples(written, heldOut);
  }
  model.dispose();
}

type Arguments = ReturnType<typeof parseArgs<{options: typeof options}>>["values"];

/** The model as a file, and the text whose end it is measured on. */
async function open({run, model, corpus}: Arguments): Promise<{bytes: Uint8Array; corpus: Corpus}> {
  if ((run === undefined) === (model === undefined))
    throw new RangeError(`Give either --run DIR or --model FILE.\n\n${usage}`);
  if (model !== undefined) {
    const bytes = await readFile(model);
    const {config} = readOnnxHeader(bytes);
    return {bytes, corpus: (await chooseCorpus(corpus, config.blockSize)).corpus};
  }
  const {snapshot, corpus: own} = await readRun(run!);
  const {modelConfig: config, parameters} = snapshot;
  const metadata = {tokenizer: snapshot.corpus.tokenizer, run: runRecord(snapshot)};
  const bytes = toOnnx({config, parameters, metadata});
  return {bytes, corpus: corpus === undefined ? own : (await chooseCorpus(corpus, config.blockSize)).corpus};
}

function number(text: string | undefined, name: string): number {
  const value = Number(text);
  if (text === undefined || text.trim() === "" || !Number.isFinite(value) || value < 0)
    throw new RangeError(`--${name} is “${text}”, which is not a number from 0.`);
  return value;
}

async function write(
  model: LanguageModel,
  {ids: heldOut}: HeldOutText,
  {steps, options, seed}: {steps: number; options: SamplingOptions; seed: number}
): Promise<string> {
  const ids: number[] = [];
  const progress = progressLine("written");
  const tokens = generate(model, heldOut.subarray(0, Math.min(32, model.config.blockSize)), {
    options,
    seed,
    steps
  });
  for await (const {id} of tokens) {
    ids.push(id);
    progress(ids.length, steps);
  }
  return model.tokenizer.decode(ids);
}

/** Tokens done and the time left, over one line of a terminal, every second at most. */
function progressLine(verb: string, stream = process.stderr): (done: number, total: number) => void {
  const start = performance.now();
  let last = start;
  return (done, total) => {
    const now = performance.now();
    if (!stream.isTTY || (now - last < 1000 && done < total)) return;
    last = now;
    const left = Math.round(((now - start) / 1000 / done) * (total - done));
    stream.write(`\r\u001b[K${done < total ? `${done} of ${total} tokens ${verb}, ${left} s left` : ""}`);
  };
}

const lossText = ({nats, perplexity, bitsPerCharacter}: Loss) =>
  `${nats.toFixed(4)} nats a token, perplexity ${perplexity.toFixed(3)}, ${bitsPerCharacter.toFixed(4)} bits a character`;

function printReport(report: HeldOutReport, baselines: Loss[], unit: string): void {
  const {predicted, loss, disjoint, byPosition, byClass, calibration, divergence} = report;
  console.log(`Over ${predicted.toLocaleString("en")} ${unit}s: ${lossText(loss)}`);
  if (disjoint) console.log(`  of ${disjoint.tokens}: disjoint ${lossText(disjoint.disjoint)}`);
  baselines.forEach((baseline, i) => {
    console.log(`  ${i + 1}-gram: ${lossText(baseline)}`);
  });
  const places = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024].filter((n) => n <= byPosition.length);
  console.log(
    `By tokens seen: ${places.map((n) => `${n}: ${byPosition[n - 1]!.toFixed(3)}`).join(", ")} nats`
  );
  for (const {name, tokens, nats} of byClass)
    console.log(`  ${name}: ${tokens} tokens, ${(nats / tokens).toFixed(4)} nats each`);
  console.log(
    `Expected calibration error: ${calibration.top.expectedError.toFixed(4)} (most probable token), ${calibration.all.expectedError.toFixed(4)} (all tokens)`
  );
  if (divergence)
    console.log(
      `From the true distribution: KL ${divergence.divergence.toFixed(4)} nats a token (cross-entropy ${divergence.crossEntropy.toFixed(4)} − entropy ${divergence.entropy.toFixed(4)}); on this text loss − floor ${(divergence.loss - divergence.floor).toFixed(4)}; ${(100 * divergence.impossible).toFixed(2)}% of the probability on what cannot come`
    );
}

function printSamples(sample: TextReport, heldOut: TextReport): void {
  const show = (x: number) => x.toFixed(3);
  const row = (name: string, of: (report: TextReport) => string) =>
    console.log(`  ${name}: ${of(sample)}; held-out text ${of(heldOut)}`);
  console.log("Written:");
  row("distinct-1, -2, -3", ({distinct}) => distinct.map(show).join(", "));
  row("runs of 4 words that repeat", ({repeated}) => show(repeated));
  row("longest loop", ({loop}) => (loop ? JSON.stringify(loop.text) : "none"));
  row("longest copy from the training text", ({copy}) => `${copy.place.length} characters`);
  row("mean copy that ends with a character", ({meanCopy}) => show(meanCopy));
  row("in copies of 50 characters and more", ({copied}) => show(copied));
  console.log(`  ${JSON.stringify(sample.copy.text)}`);
}

try {
  await main();
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}
