import {readFile} from "node:fs/promises";
import {join} from "node:path";
import {fileURLToPath} from "node:url";
import {startNodeBackend} from "../cli/nodeBackends.js";
import {
  COMPARED_TRAINING,
  RECORDED_MODELS,
  type RecordedName
} from "../components/chapters/order/comparison.js";
import {type OrderPage, packTable, type ShuffleReading} from "../components/chapters/order/orderPage.js";
import type {PositionRecording} from "../components/chapters/order/recording.js";
import {shuffledBeforeLast, softmax} from "../components/chapters/order/reordering.js";
import {turned} from "../components/chapters/order/rotation.js";
import {fromOnnx, type OnnxModelFile} from "../components/exchange/onnx/onnx.js";
import {initialise} from "../components/model/initialise.js";
import {sinusoids} from "../components/model/positionTables.js";
import {TensorModel} from "../components/model/tensorModel.js";
import {createRandom} from "../components/random.js";
import {readTokenizer} from "../components/text/tokenizerFile.js";
import {shippedFile} from "./shippedModel.js";

/**
 * What the chapter “Order” shows before any model is loaded: a line as written and reordered, read by the recorded
 * models; the position table of the shipped model; a query and a key of the recorded model with RoPE.
 */
const LINE = "there was a gir";
const SHUFFLE_SEED = 3;

const folder = fileURLToPath(new URL("./order-runs", import.meta.url));
const open = async (name: RecordedName) => fromOnnx(await readFile(join(folder, `${name}.onnx`)));
const recording = JSON.parse(await readFile(join(folder, "recording.json"), "utf8")) as PositionRecording;
const files = {} as Record<RecordedName, OnnxModelFile>;
for (const name of Object.keys(RECORDED_MODELS) as RecordedName[]) files[name] = await open(name);
const tokenizer = readTokenizer(files.none.metadata.tokenizer);
const ids = tokenizer.encode(LINE).ids;
const order = shuffledBeforeLast(ids.length, createRandom(SHUFFLE_SEED));

await startNodeBackend("cpu");
const page: OrderPage = {
  recording,
  shuffle: {
    text: LINE,
    order,
    vocabulary: [...tokenizer.vocabulary],
    readings: Object.fromEntries(
      await Promise.all(Object.entries(files).map(async ([name, file]) => [name, await read(file)] as const))
    ) as Record<RecordedName, ShuffleReading>
  },
  learned: await learned(),
  rotary: await rotaryHead(files.rope),
  start: startSizes()
};
process.stdout.write(JSON.stringify(page));

async function read({config, parameters}: OnnxModelFile): Promise<ShuffleReading> {
  const model = new TensorModel(config, parameters);
  const expects = async (line: ArrayLike<number>) => {
    const {logits} = await model.inspect(line, {names: ["logits"]});
    // Nine digits: differences of rounding are shown as such.
    return softmax(logits!.data.slice(-config.vocabSize)).map((p) => Number(p.toFixed(9)));
  };
  const reading = {before: await expects(ids), after: await expects(order.map((i) => ids[i]!))};
  model.dispose();
  return reading;
}

/** The table of the shipped model, or of the recorded one where the shipped has none. */
async function learned(): Promise<OrderPage["learned"]> {
  const file = fromOnnx(await shippedFile("onnx"));
  const [model, {config, parameters}] =
    file.config.position === "learned" && "transformer.wpe.weight" in file.parameters
      ? ["the model that this site ships", file]
      : ["the recorded model with learned positions", files.learned];
  const {data} = parameters["transformer.wpe.weight"]!;
  return {model, T: config.blockSize, C: config.nEmbd, ...packTable(data)};
}

/** The head that looks most at the token before, and what it makes of the line's last two tokens. */
async function rotaryHead({config, parameters}: OnnxModelFile): Promise<OrderPage["rotary"]> {
  const model = new TensorModel(config, parameters);
  const T = ids.length;
  const [H, D] = [config.nHead, config.nEmbd / config.nHead];
  let best = {layer: 0, head: 0, previous: -1};
  for (let layer = 0; layer < config.nLayer; layer++) {
    const name = `transformer.h.${layer}.attn.weights`;
    const weights = (await model.inspect(ids, {names: [name]}))[name]!.data; // [1, H, T, T]
    for (let head = 0; head < H; head++) {
      let previous = 0;
      for (let t = 1; t < T; t++) previous += weights[(head * T + t) * T + t - 1]! / (T - 1);
      if (previous > best.previous) best = {layer, head, previous};
    }
  }
  const [q, k] = ["q", "k"].map((part) => `transformer.h.${best.layer}.attn.${part}`) as [string, string];
  const inside = await model.inspect(ids, {names: [q, k]}); // [1, H, T, D], turned by their positions
  model.dispose();
  const vector = (name: string, t: number) => {
    const first = (best.head * T + t) * D;
    return turned(inside[name]!.data.slice(first, first + D), -t).map((x) => Number(x.toFixed(5)));
  };
  return {
    ...best,
    query: {token: tokenizer.vocabulary[ids[T - 1]!]!, vector: vector(q, T - 1)},
    key: {token: tokenizer.vocabulary[ids[T - 2]!]!, vector: vector(k, T - 2)}
  };
}

/** How large what is added is beside what it is added to, before the first step of the sinusoidal model. */
function startSizes(): OrderPage["start"] {
  const {config} = files.sinusoidal;
  const C = config.nEmbd;
  const size = (values: Float32Array) => Math.sqrt(values.reduce((sum, x) => sum + x * x, 0) / values.length);
  const tokens = initialise(config, createRandom(COMPARED_TRAINING.seed))["transformer.wte.weight"]!.data;
  return {tokens: Math.sqrt(C) * size(tokens), waves: size(sinusoids(config.blockSize, C))};
}
