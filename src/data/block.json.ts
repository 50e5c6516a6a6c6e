import {readFile} from "node:fs/promises";
import {fileURLToPath} from "node:url";
import {startNodeBackend} from "../cli/nodeBackends.js";
import {CHOSEN, runExperiment} from "../cli/nodeExperiments.js";
import {type ActivationCurves, activationCurves} from "../components/chapters/block/activationCurves.js";
import {benchSettings, combinations, RECORDED} from "../components/chapters/block/bench.js";
import {emptyRun, type GradientRun, record} from "../components/chapters/block/gradientRun.js";
import {
  canTrace,
  type LineTrace,
  lineTrace,
  normBlock,
  traceNames
} from "../components/chapters/block/lineTrace.js";
import {finalLosses, type LongRecording} from "../components/chapters/block/longRuns.js";
import {fromOnnx} from "../components/exchange/onnx/onnx.js";
import {choices} from "../components/model/config.js";
import {TensorModel} from "../components/model/tensorModel.js";
import {readTokenizer} from "../components/text/tokenizerFile.js";
import {tokenTexts} from "../components/text/tokenTexts.js";
import {shippedModel} from "./shippedModel.js";
import {siteCorpus} from "./siteCorpus.js";

/**
 * What the chapter on the block shows before anything runs in the reader's browser: the gradient by depth of short
 * training runs of every combination, a line that the shipped model has read, and the activation functions. All of it
 * is computed here, by the code that the site ships.
 */
export interface BlockPage {
  runs: GradientRun[];
  /** The loss, nats a token, of guessing by the frequencies of tokens alone. */
  frequencyLoss: number;
  vocabSize: number;
  /** Final losses of block-runs.json by the runs' names, nats a token; null where it is of another text. */
  longLosses: Record<string, number> | null;
  /** null where the model is not one of the kind that the chapter is about. */
  line: {trace: LineTrace; norm: {name: string; gain: number[]; bias: number[] | null} | null} | null;
  activations: ActivationCurves;
}

/** Tokens of the line. */
const LINE = 32;

const {corpus} = await siteCorpus();
await startNodeBackend("wasm");

const page: BlockPage = {
  runs: [],
  frequencyLoss: Number(entropyOfFrequencies(corpus.train).toFixed(3)),
  vocabSize: Object.keys(corpus.meta.tokenizer.model.vocab).length,
  longLosses: await readLongLosses(),
  line: await readLine(),
  activations: await activationCurves()
};
for (const norm of choices.norm)
  for (const combination of combinations(norm)) {
    let run = emptyRun(combination, RECORDED, false);
    await runExperiment(corpus, benchSettings(combination, RECORDED, CHOSEN), {
      onReport(report) {
        run = record(run, report);
      }
    });
    page.runs.push(run);
  }
process.stdout.write(JSON.stringify(page));

async function readLongLosses(): Promise<BlockPage["longLosses"]> {
  const file = fileURLToPath(new URL("./block-runs.json", import.meta.url));
  const recording = JSON.parse(await readFile(file, "utf8")) as LongRecording;
  return recording.corpus === corpus.meta.name ? finalLosses(recording) : null;
}

async function readLine(): Promise<BlockPage["line"]> {
  const {config, tokenizer, onnx} = await shippedModel();
  if (!canTrace(config)) return null;
  const {parameters} = fromOnnx(onnx);
  const {ids} = tokenizer.encode(firstLine());
  const line = ids.slice(0, Math.min(LINE, config.blockSize));
  const model = new TensorModel(config, parameters);
  const inspection = await model.inspect(line, {names: traceNames(config)});
  model.dispose();
  const name = `transformer.h.${normBlock(config)}.ln_2`;
  const array = (key: string) => {
    const parameter = parameters[key];
    return parameter ? [...parameter.data].map((value) => Number(value.toFixed(4))) : null;
  };
  const gain = array(`${name}.weight`);
  return {
    trace: lineTrace(inspection, config, tokenTexts(line, tokenizer)),
    norm: config.norm === "layerNorm" && gain ? {name, gain, bias: array(`${name}.bias`)} : null
  };
}

/** The first whole line of text that the model was not trained on and that is long enough to show something. */
function firstLine(): string {
  const text = readTokenizer(corpus.meta.tokenizer).decode(corpus.val.subarray(0, 2000));
  const [, ...lines] = text.split("\n"); // the text may begin within a line
  return lines.find((line) => line.length >= LINE) ?? text;
}

/** −Σ p ln p over the tokens of a text. */
function entropyOfFrequencies(ids: ArrayLike<number>): number {
  const counts = new Map<number, number>();
  for (let i = 0; i < ids.length; i++) counts.set(ids[i]!, (counts.get(ids[i]!) ?? 0) + 1);
  let entropy = 0;
  for (const count of counts.values()) entropy -= (count / ids.length) * Math.log(count / ids.length);
  return entropy;
}
