import {huggingFaceFolder} from "../../components/exchange/huggingFace/huggingFaceFolder.js";
import {toOnnx} from "../../components/exchange/onnx/onnx.js";
import type {GraphOptions} from "../../components/exchange/onnx/onnxGraph.js";
import {runRecord} from "../../components/exchange/runRecord.js";
import {writeZip} from "../../components/exchange/zip/zipWriter.js";
import type {ModelConfig} from "../../components/model/config.js";
import {parameterCount} from "../../components/model/parameters.js";
import {presets} from "../../components/training/presets.js";
import type {Settings} from "../settings.js";
import {benchRun, configurationHelp, configurationOptions, readConfiguration} from "./configuration.js";
import type {ContestTimes} from "./onnxContest.js";
import {type Measurements, measureDecoding, nodeModules} from "./onnxDecoding.js";
import {withBuiltSite} from "./onnxSite.js";
import {choiceOption, countOption} from "./options.js";
import {median, significant} from "./spread.js";
import type {Report, Suite} from "./suite.js";

const PLACES = ["node", "chromium"] as const;

/**
 * What decodes, by name: the file as other programs get it, and as the site's pages have it. A contestant from elsewhere,
 * which reads the same file in the same place, is one more entry.
 */
export const GRAPHS: Record<string, Partial<GraphOptions>> = {
  "the file": {cache: "whole", attention: false},
  "the pages' graph": {cache: "added", attention: true}
};

/** The prompt that transformers.js and the site continue; every text corpus has its characters. */
const PROMPT = "The ";

/** The exported model in ONNX Runtime Web, in Node and in a built site. */
export const onnx: Suite = {
  summary:
    "a context read token by token in ONNX Runtime Web, by quarters; transformers.js beside it; the export of the baby preset",
  options: {
    ...configurationOptions,
    where: {type: "string", multiple: true, default: [...PLACES]},
    site: {type: "string", default: process.env.OUTPUT || "dist"},
    length: {type: "string", default: "256"},
    rounds: {type: "string", default: "5"}
  },
  help: {
    ...configurationHelp,
    [`where ${PLACES.join("|")}`]: "both unless named; may be repeated",
    "site DIR": "for chromium, the built site whose code is measured (dist)",
    "length T": "the context, all of which is read (256)",
    "rounds N": "times that each reads it (5)"
  },
  async run(values, report) {
    const places = (values.where as string[]).map((name) => choiceOption("where", name, PLACES));
    const settings = readConfiguration(values);
    const length = countOption("length", values.length, 8) ?? 256;
    const rounds = countOption("rounds", values.rounds) ?? 5;
    const file = await exampleFile({...settings, model: {...settings.model, blockSize: length}});
    report(
      {config: String(values.config), length, fileBytes: file.bytes.length},
      `${values.config} at ${length} tokens, ${file.bytes.length.toLocaleString("en")} bytes as ONNX`
    );
    for (const place of places)
      if (place === "node") await measureInNode(file.bytes, {length, rounds}, report);
      else await measureInChromium(String(values.site), file, {length, rounds}, report);
  }
};

/** A model before its first step, with its tokenizer. */
async function exampleFile(settings: Settings) {
  const {snapshot, corpus, model} = await benchRun(settings);
  const metadata = {tokenizer: corpus.meta.tokenizer, run: runRecord(snapshot)};
  const file = {config: model, parameters: snapshot.parameters, metadata};
  return {...file, bytes: toOnnx(file)};
}

interface Sizes {
  length: number;
  rounds: number;
}

async function measureInNode(bytes: Uint8Array, sizes: Sizes, report: Report): Promise<void> {
  const baby = await exampleFile({model: presets.baby.model, train: presets.baby.train});
  const times = Array.from({length: sizes.rounds}, () => {
    const start = performance.now();
    toOnnx(baby);
    return performance.now() - start;
  });
  reportExport("Node", {ms: median(times), bytes: baby.bytes.length}, baby.config, report);
  const task = {modules: nodeModules, file: bytes, graphs: GRAPHS, binaries: null, ...sizes};
  reportDecoding("Node", await measureDecoding(task), report);
}

async function measureInChromium(
  site: string,
  file: Awaited<ReturnType<typeof exampleFile>>,
  sizes: Sizes,
  report: Report
): Promise<void> {
  await withBuiltSite(site, file, async ({description, measureExport, measure, contest}) => {
    const {model, train} = presets.baby;
    const baby = await exampleFile({model, train});
    const exported = await measureExport(baby);
    reportExport(description, exported, baby.config, report);
    reportDecoding(description, await measure({graphs: GRAPHS, ...sizes}), report);
    const {config, parameters, metadata, bytes: onnx} = file;
    const zip = writeZip(huggingFaceFolder({config, parameters, ...metadata, onnx}));
    const steps = sizes.length - PROMPT.length;
    const times = await contest({zip, prompt: PROMPT, steps, rounds: sizes.rounds});
    reportContest(description, times, steps, report);
  });
}

function reportContest(where: string, {ours, theirs}: ContestTimes, steps: number, report: Report): void {
  const speed = (times: number[]) => Math.round((1000 * steps) / median(times));
  // Of each round by itself: others on the machine meet both alike, more or less.
  const ratio = significant(median(ours.map((ms, round) => theirs[round]! / ms)));
  report(
    {where, tokens: steps, tokensPerSecond: speed(ours), transformersJs: speed(theirs), ratio},
    `${where}: the same ${steps} tokens of the same zip, greedily: ${speed(ours)} tokens/s on a page of the site, ${speed(theirs)} in transformers.js: ${ratio} times as fast`
  );
}

interface Exported {
  ms: number;
  bytes: number;
  /** The longest that the main thread was kept from its work meanwhile. */
  longestTaskMs?: number;
}

function reportExport(
  where: string,
  {ms, bytes, longestTaskMs}: Exported,
  config: ModelConfig,
  report: Report
): void {
  const overhead = bytes / (4 * parameterCount(config)) - 1;
  const percent = significant(100 * overhead, 2);
  const held = longestTaskMs === undefined ? {} : {longestTaskMs: Math.round(longestTaskMs)};
  report(
    {where, export: "baby", ms: Math.round(ms), bytes, overheadPercent: percent, ...held},
    `${where}: export of baby in ${Math.round(ms)} ms, ${percent}% more bytes than its weights${
      longestTaskMs === undefined
        ? ""
        : `; the main thread was held for ${Math.round(longestTaskMs)} ms at most`
    }`
  );
}

function reportDecoding(where: string, measurements: Measurements, report: Report): void {
  for (const [name, rounds] of Object.entries(measurements)) {
    const quarters = [0, 1, 2, 3].map((q) => median(rounds.map(({quarterMs}) => quarterMs[q]!)));
    const tokens = rounds[0]!.tokens;
    const tokensPerSecond = Math.round((1000 * tokens) / median(rounds.map(({ms}) => ms)));
    const perQuarter = quarters.map((ms) => Math.round((1000 * tokens) / 4 / ms));
    // Of each round by itself: others on the machine meet a whole round alike, more or less.
    const lastToFirst = significant(median(rounds.map(({quarterMs}) => quarterMs[0]! / quarterMs[3]!)));
    const share = significant(median(rounds.map(({ms, insideMs}) => insideMs / ms)));
    report(
      {where, decoder: name, tokensPerSecond, perQuarter, lastToFirst, insideShare: share},
      `  ${name}: ${tokensPerSecond} tokens/s; by quarters ${perQuarter.join(", ")}; the last is ${lastToFirst} of the first; ${significant(100 * share)}% of the time in session.run`
    );
  }
}
