import {toOnnx} from "../../components/exchange/onnx/onnx.js";
import {runRecord} from "../../components/exchange/runRecord.js";
import type {Decoding} from "../../components/inference/languageModel.js";
import {openOnnxForward} from "../../components/inference/onnxModel.js";
import {SITE_GRAPH} from "../../components/inference/siteGraph.js";
import {Trainer} from "../../components/training/trainer.js";
import type {NodeBackendName} from "../nodeBackends.js";
import type {Settings} from "../settings.js";
import {
  type BenchRun,
  benchRun,
  configurationHelp,
  configurationOptions,
  readConfiguration
} from "./configuration.js";
import {type Ground, groundHelp, groundOptions, readGround, startEngine} from "./engine.js";
import {choiceOption, countOption} from "./options.js";
import {inTurns} from "./rounds.js";
import {median, significant, spread} from "./spread.js";
import type {Report, Suite} from "./suite.js";

/** What can decode here; "onnx" is the exported model in ONNX Runtime's wasm. */
export type DecodingEngine = NodeBackendName | "onnx";

const ENGINES: readonly DecodingEngine[] = ["webgpu", "wasm", "cpu", "onnx"];

/** Tokens a second, with and without a cache of keys and values. */
export const decode: Suite = {
  summary: "tokens a second near the end of a context, with a KV cache and by reading all anew, in turns",
  options: {
    ...configurationOptions,
    engine: {type: "string", multiple: true, default: ["webgpu", "wasm", "onnx"]},
    adapter: groundOptions.adapter,
    length: {type: "string", default: "256"},
    tokens: {type: "string", default: "16"},
    rounds: {type: "string", default: "5"}
  },
  help: {
    ...configurationHelp,
    [`engine ${ENGINES.join("|")}`]:
      "what decodes (webgpu, wasm and onnx: the exported model in ONNX Runtime)",
    "adapter auto|null": groundHelp["adapter auto|null"],
    "length T": "the context, which the measured tokens are the last of (256)",
    "tokens N": "measured tokens (16)",
    "rounds N": "turns of each way (5)"
  },
  needsAdapter: ({engine, adapter}) => (engine as string[]).includes("webgpu") && adapter !== "null",
  async run(values, report) {
    const engines = (values.engine as string[]).map((name) => choiceOption("engine", name, ENGINES));
    const {adapter} = readGround({backend: "webgpu", adapter: values.adapter});
    const settings = {name: String(values.config), ...readConfiguration(values)};
    const sizes = {
      length: countOption("length", values.length, 2) ?? 256,
      tokens: countOption("tokens", values.tokens) ?? 16,
      rounds: countOption("rounds", values.rounds) ?? 5
    };
    for (const engine of engines) await measureDecoding(settings, {engine, adapter}, sizes, report);
  }
};

/** A way to get from a text to the scores of its next token. */
export interface Decoder {
  method: "cache" | "full";
  /** Makes ready for what comes after `prompt`; resolves to its scores [V]. */
  begin(prompt: readonly number[]): Promise<Float32Array>;
  /** [V] after one more token; `ids` is all of the text, and that token its last. */
  next(ids: readonly number[]): Promise<Float32Array>;
}

/** What an engine can do; `run` must have been made on its backend. */
export async function openDecoders(
  {snapshot, corpus, model}: BenchRun,
  engine: DecodingEngine
): Promise<{decoders: Decoder[]; dispose(): void}> {
  const last = (logits: Float32Array) => logits.slice(-model.vocabSize);
  if (engine === "onnx") {
    const metadata = {tokenizer: corpus.meta.tokenizer, run: runRecord(snapshot)};
    const file = toOnnx({config: model, parameters: snapshot.parameters, metadata}, SITE_GRAPH);
    const forward = await openOnnxForward(file);
    const read = async (ids: readonly number[]) => last((await forward.trace(ids, false)).logits);
    const full: Decoder = {method: "full", begin: read, next: read};
    const {decoding} = forward;
    return {
      decoders: decoding ? [withCache(decoding), full] : [full],
      dispose: () => void forward.dispose()
    };
  }
  const trainer = new Trainer(snapshot, corpus, engine);
  const read = async (ids: readonly number[]) => last((await trainer.trace(ids)).logits);
  const cached = withCache(() => trainer.decoding());
  return {
    decoders: [cached, {method: "full", begin: read, next: read}],
    dispose() {
      cached.end();
      trainer.dispose();
    }
  };
}

/** Reads each token once. */
function withCache(start: () => Decoding): Decoder & {end(): void} {
  let decoding: Decoding | null = null;
  return {
    method: "cache",
    begin(prompt) {
      decoding?.dispose();
      decoding = start();
      return decoding.read(prompt);
    },
    next: (ids) => decoding!.read(ids.slice(-1)),
    end: () => decoding?.dispose()
  };
}

export interface DecodingSizes {
  /** The context, T. */
  length: number;
  /** How many tokens are measured; they come last. */
  tokens: number;
  rounds: number;
}

export async function measureDecoding(
  {name, model, train}: Settings & {name: string},
  {engine, adapter}: {engine: DecodingEngine; adapter: Ground["adapter"]},
  {length, tokens, rounds}: DecodingSizes,
  report: Report
): Promise<void> {
  if (tokens >= length)
    throw new RangeError(`--tokens is ${tokens}; it must be less than --length, ${length}.`);
  const backend = engine === "onnx" ? "cpu" : engine;
  const started = await startEngine({backend, adapter: engine === "webgpu" ? adapter : "auto"});
  const run = await benchRun({model: {...model, blockSize: length}, train: {...train, batchSize: 1}});
  const {decoders, dispose} = await openDecoders(run, engine);
  const description = engine === "onnx" ? "ONNX Runtime (wasm)" : started.description;
  const prompt = Array.from(run.corpus.train.subarray(0, length - tokens));
  const turns = decoders.map((decoder) => async () => {
    const ids = [...prompt];
    let scores = await decoder.begin(ids);
    const start = performance.now();
    for (let i = 0; i < tokens; i++) {
      ids.push(scores.indexOf(Math.max(...scores)));
      scores = await decoder.next(ids);
    }
    return (performance.now() - start) / tokens;
  });
  // The first turn compiles what the others run.
  await inTurns(turns, 1);
  const times = await inTurns(turns, rounds);
  await started.settle();
  dispose();

  const where = {config: name, engine, adapter: description, length};
  report(where, `${name} at ${length} tokens, on ${description}`);
  for (const [i, {method}] of decoders.entries()) {
    const {median: middle, min, max} = spread(times[i]!);
    const msPerToken = {median: significant(middle), min: significant(min), max: significant(max)};
    const tokensPerSecond = significant(1000 / middle);
    report(
      {...where, method, msPerToken, tokensPerSecond},
      `  ${method === "cache" ? "with a KV cache" : "all anew"}: ${tokensPerSecond} tokens/s (${msPerToken.median} ms each, ${msPerToken.min} … ${msPerToken.max})`
    );
  }
  const [cache, full] = times;
  if (!full) return;
  const ratio = significant(median(full.map((ms, round) => ms / cache![round]!)));
  report({...where, ratio}, `  The cache makes it ${ratio} times as fast`);
}
