/**
 * npm run train: the site's own trainer, in Node.
 *
 *   npm run train -- --preset toy --steps 1000 --corpus text.txt --out DIR
 *   npm run train -- --resume DIR
 *
 * DIR receives what the site ships (onnx/model.onnx, tokenizer.json, config.json, run.json) and what a later
 * --resume needs (checkpoint.safetensors, corpus/). Interrupting with Ctrl-C saves first.
 */
import {parseArgs} from "node:util";
import {chooseCorpus} from "../components/corpus/chooseCorpus.js";
import type {Corpus} from "../components/corpus/meta.js";
import {generate} from "../components/generation/generate.js";
import {gpt2, type ModelConfig} from "../components/model/config.js";
import {parameterCount} from "../components/model/parameters.js";
import {parseTokenizerChoice} from "../components/text/tokenizerChoice.js";
import {readTokenizer} from "../components/text/tokenizerFile.js";
import type {TrainConfig} from "../components/training/config.js";
import {trainingLoop} from "../components/training/loop.js";
import {newRun} from "../components/training/newRun.js";
import {type PresetName, presets} from "../components/training/presets.js";
import type {Snapshot} from "../components/training/snapshot.js";
import {Trainer} from "../components/training/trainer.js";
import {trainerModel} from "../components/training/trainerModel.js";
import {wholeTextLoss} from "../components/training/validation.js";
import {withSteps} from "../components/training/withSteps.js";
import {deviceLimits} from "../components/webgpu/deviceLimits.js";
import {chooseNodeBackend} from "./chooseNodeBackend.js";
import {type NodeBackendName, startNodeBackend} from "./nodeBackends.js";
import {ProgressLine} from "./progressLine.js";
import {heldRun, readRun, writeModel, writeRun} from "./runFolder.js";
import {changeSettings} from "./settings.js";

const SAVE_INTERVAL = 60_000;
const SAMPLE_CHARACTERS = 600;

const options = {
  preset: {type: "string"},
  corpus: {type: "string"},
  out: {type: "string"},
  resume: {type: "string"},
  backend: {type: "string", default: "auto"},
  steps: {type: "string"},
  seed: {type: "string"},
  "batch-size": {type: "string"},
  "learning-rate": {type: "string"},
  "block-size": {type: "string"},
  layers: {type: "string"},
  heads: {type: "string"},
  width: {type: "string"},
  tokenizer: {type: "string"},
  set: {type: "string", multiple: true},
  help: {type: "boolean", default: false}
} as const;

type Arguments = ReturnType<typeof parseArgs<{options: typeof options}>>["values"];

const backends = ["auto", "webgpu", "wasm", "cpu"] as const satisfies ("auto" | NodeBackendName)[];

const usage = `npm run train -- [options]
  --preset ${Object.keys(presets).join("|")}   size and defaults (toy)
  --corpus PATH|URL      UTF-8 text; the built-in story grammar when absent
  --out DIR              where to write (runs/PRESET)
  --resume DIR           continue the run in DIR
  --backend ${backends.join("|")}
  --tokenizer character|byte-pair:SIZE|word-piece:SIZE   how the text is cut (character)
  --steps --seed --batch-size --learning-rate --block-size --layers --heads --width   override the preset
  --set FIELD=VALUE      any other field of ModelConfig or TrainConfig, as often as wanted:
                         --set position=rope --set norm=rmsNorm --set residualDropout=0.1`;

async function main(): Promise<void> {
  const {values: args} = parseArgs({options});
  if (args.help) return console.log(usage);
  const backend = backends.find((name) => name === args.backend);
  if (!backend)
    throw new RangeError(`--backend is ${args.backend}; it must be one of ${backends.join(", ")}.`);
  const preset = args.preset ?? "toy";
  const out = args.resume ?? args.out ?? `runs/${preset}`;
  if (!args.resume) await refuseHeldFolder(out);
  const run = args.resume ? await resumeRun(args.resume, args) : await planRun(preset, args);

  const adapter = backend === "auto" ? await chooseNodeBackend() : await startNodeBackend(backend);
  const {corpus} = run;
  const snapshot =
    "snapshot" in run ? run.snapshot : newRun(run.model, run.train, corpus.meta, deviceLimits());
  const {modelConfig: m, trainConfig: t} = snapshot;
  console.log(
    `${describeModel(m)}, context ${m.blockSize}, vocabulary ${m.vocabSize}: ` +
      `${parameterCount(m).toLocaleString("en")} parameters on ${adapter}`
  );
  console.log(
    `${corpus.meta.name}: ${corpus.train.length.toLocaleString("en")} training tokens, ${corpus.val.length.toLocaleString("en")} validation tokens` +
      (corpus.meta.floor ? `; no model can do better than ${corpus.meta.floor.val.toFixed(4)} on them` : "")
  );

  const trainer = new Trainer(snapshot, corpus, adapter);
  const interruption = new AbortController();
  const interrupt = () => interruption.abort();
  process.once("SIGINT", interrupt);
  const line = new ProgressLine(t.steps);
  await writeRun(out, await trainer.snapshot(), corpus);
  const end = await trainingLoop(trainer, {
    signal: interruption.signal,
    onStep: ({step, loss}) => line.step(step, loss),
    onEvaluation: (step, loss) => line.validation(step, loss),
    save: async () => writeRun(out, await trainer.snapshot()),
    saveInterval: SAVE_INTERVAL,
    yieldToOthers: () => new Promise((resolve) => setImmediate(resolve)),
    now: () => performance.now()
  });
  line.end();
  // All is saved: from here on Ctrl-C ends the process as it does any other.
  process.off("SIGINT", interrupt);
  if (end === "paused" || interruption.signal.aborted)
    return console.log(`Stopped at step ${trainer.step}. Continue with: npm run train -- --resume ${out}`);

  console.log("Measuring the loss over the whole validation text …");
  const validationLoss = await wholeTextLoss(trainer, corpus.val);
  const files = await writeModel(out, await trainer.snapshot(), validationLoss);
  console.log(
    `Validation loss ${validationLoss.toFixed(4)} nats a token over the whole validation text, ${trainer.seconds.toFixed(0)} s of training.`
  );
  console.log(`Wrote ${files.join(", ")} to ${out}.\n`);
  console.log(await sample(trainer, corpus));
  trainer.dispose();
}

/** A new run never overwrites another: half of each would be left. */
async function refuseHeldFolder(folder: string): Promise<void> {
  const held = await heldRun(folder);
  if (held !== null)
    throw new Error(`${folder} holds ${held}: continue it with --resume ${folder}, or choose another --out.`);
}

/** The sizes in words, and whatever is not GPT-2's. */
function describeModel(model: ModelConfig): string {
  const {nLayer, nHead, nEmbd, architecture} = model;
  const others = Object.entries(gpt2)
    .filter(([field, value]) => model[field as keyof ModelConfig] !== value && field !== "architecture")
    .map(([field]) => `, ${field} ${model[field as keyof ModelConfig]}`);
  const size =
    architecture === "transformer"
      ? `${nLayer} layers, ${nHead} heads, width ${nEmbd}`
      : `${architecture}, width ${nEmbd}`;
  return size + others.join("");
}

function resumeRun(
  folder: string,
  {backend, help, resume, ...settings}: Arguments
): Promise<{snapshot: Snapshot; corpus: Corpus}> {
  const [given] = Object.keys(settings);
  if (given)
    throw new RangeError(`--resume goes on with the settings of the run in ${folder}: leave out --${given}.`);
  return readRun(folder);
}

interface Plan {
  model: ModelConfig;
  train: TrainConfig;
  corpus: Corpus;
}

/** The settings of a new run, and its text; nothing is allocated for the model yet. */
async function planRun(name: string, args: Arguments): Promise<Plan> {
  if (!Object.hasOwn(presets, name))
    throw new RangeError(`--preset is ${name}; it must be one of ${Object.keys(presets).join(", ")}.`);
  const preset = presets[name as PresetName];
  const numeric = (option: NumericOption) => readNumber(args, option);
  const width = numeric("width") ?? preset.model.nEmbd;
  const nHead = numeric("heads") ?? preset.model.nHead;
  const learningRate = numeric("learning-rate") ?? preset.train.learningRate;
  const {model, train} = changeSettings(
    {
      model: {
        ...preset.model,
        nLayer: numeric("layers") ?? preset.model.nLayer,
        nHead,
        nKvHead: nHead,
        nEmbd: width,
        nInner: args.width ? 4 * width : preset.model.nInner,
        blockSize: numeric("block-size") ?? preset.model.blockSize
      },
      train: {
        ...withSteps(preset.train, numeric("steps") ?? preset.train.steps),
        seed: numeric("seed") ?? preset.train.seed,
        batchSize: numeric("batch-size") ?? preset.train.batchSize,
        learningRate,
        minLearningRate: (preset.train.minLearningRate / preset.train.learningRate) * learningRate
      }
    },
    args.set ?? []
  );
  const tokenizer = args.tokenizer === undefined ? undefined : parseTokenizerChoice(args.tokenizer);
  const {corpus} = await chooseCorpus(args.corpus, model.blockSize, tokenizer && {tokenizer});
  const vocabSize = readTokenizer(corpus.meta.tokenizer).vocabulary.length;
  return {model: {...model, vocabSize}, train, corpus};
}

type NumericOption =
  | "steps"
  | "seed"
  | "batch-size"
  | "learning-rate"
  | "block-size"
  | "layers"
  | "heads"
  | "width";

function readNumber(args: Arguments, name: NumericOption): number | undefined {
  const text = args[name];
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value))
    throw new RangeError(`--${name} is “${text}”, which is not a number.`);
  return value;
}

async function sample(trainer: Trainer, corpus: Corpus): Promise<string> {
  const tokenizer = readTokenizer(corpus.meta.tokenizer);
  const prompt = corpus.val.subarray(0, 1);
  const ids = [...prompt];
  const tokens = generate(trainerModel(trainer, tokenizer), prompt, {
    options: {temperature: 0.8, topK: 0, topP: 1},
    seed: trainer.trainConfig.seed,
    steps: SAMPLE_CHARACTERS
  });
  for await (const {id} of tokens) ids.push(id);
  return tokenizer.decode(ids);
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
