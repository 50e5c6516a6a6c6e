/**
 * npm run train: the site's own trainer, in Node.
 *
 *   npm run train -- --preset toy --steps 1000 --corpus text.txt --out DIR
 *   npm run train -- --resume DIR
 *   npm run train -- --resume FILE --out DIR
 *   npm run train -- --receipt FILE --corpus text.txt
 *   npm run train -- --receipt FILE --corpus text.txt --from DIR
 *
 * DIR receives what the site ships (onnx/model.onnx, tokenizer.json, config.json, run.json), what a later --resume
 * needs (checkpoint.safetensors, corpus/), the checkpoint of the lowest validation loss (best.safetensors), others in
 * checkpoints/ where checkpointInterval is set, and the curve as log.csv and for TensorBoard. Interrupting with Ctrl-C
 * saves first. FILE is a run that was downloaded from the site, or a checkpoint of one of these folders. With --receipt
 * it is a receipt (receipt.json of such a folder, or the site's): its run is trained again, the curves are compared and
 * nothing is written.
 */
import {stat} from "node:fs/promises";
import {parseArgs} from "node:util";
import type {Corpus} from "../components/corpus/meta.js";
import {generate} from "../components/generation/generate.js";
import {gpt2, type ModelConfig} from "../components/model/config.js";
import {parameterCount} from "../components/model/parameters.js";
import {readTokenizer} from "../components/text/tokenizerFile.js";
import {bestLoss} from "../components/training/earlyStopping.js";
import {epochsInWords} from "../components/training/epochs.js";
import {newRun} from "../components/training/newRun.js";
import {presets} from "../components/training/presets.js";
import {Trainer} from "../components/training/trainer.js";
import {trainerModel} from "../components/training/trainerModel.js";
import {wholeTextLoss} from "../components/training/validation.js";
import {deviceLimits} from "../components/webgpu/deviceLimits.js";
import {chooseNodeBackend} from "./chooseNodeBackend.js";
import {type NodeBackendName, startNodeBackend} from "./nodeBackends.js";
import {ProgressLine} from "./progressLine.js";
import {
  BEST_FILE,
  checkpointFile,
  heldRun,
  readRun,
  readRunFrom,
  writeCheckpointFile,
  writeLogs,
  writeModel,
  writeReceiptFile,
  writeRun
} from "./runFolder.js";
import {trainInTerminal} from "./trainInTerminal.js";
import {type Arguments, options, planRun} from "./trainPlan.js";

const SAVE_INTERVAL = 60_000;
const SAMPLE_CHARACTERS = 600;

const backends = ["auto", "webgpu", "wasm", "cpu"] as const satisfies ("auto" | NodeBackendName)[];

const usage = `npm run train -- [options]
  --preset ${Object.keys(presets).join("|")}   size and defaults (toy)
  --corpus PATH|URL      UTF-8 text; the built-in story grammar when absent
  --out DIR              where to write (runs/PRESET)
  --resume DIR|FILE      continue the run in DIR, or the one in FILE in a folder of its own
  --receipt FILE         train the run of a receipt again and compare the curves; takes --corpus and --backend
  --from DIR|FILE        with --receipt: the model that its run began at, where it began at one
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
  if (args.receipt !== undefined) return replay(args.receipt, backend, args);
  if (args.from !== undefined)
    throw new RangeError(
      "--from names the model that a receipt’s run began at: give --receipt FILE with it."
    );
  const preset = args.preset ?? "toy";
  const file = args.resume !== undefined && (await isFile(args.resume)) ? args.resume : null;
  const out = file
    ? (args.out ?? file.replace(/(\.safetensors)?$/, "-run"))
    : (args.resume ?? args.out ?? `runs/${preset}`);
  if (file || !args.resume) await refuseHeldFolder(out);
  const run = args.resume ? await resumeRun(args.resume, file !== null, args) : await planRun(preset, args);

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
  await trainer.prepare();
  if (trainer.uncaptured) console.log(`steps are issued operation by operation: ${trainer.uncaptured}`);
  if (trainer.unmixed) console.log(`precision: ${trainer.unmixed}`);
  const interruption = new AbortController();
  const interrupt = () => interruption.abort();
  process.once("SIGINT", interrupt);
  const reader = {modelConfig: m, trainConfig: t, corpus: corpus.meta};
  await writeRun(out, await trainer.snapshot(), corpus);
  const end = await trainInTerminal(trainer, {
    line: new ProgressLine(t.steps, process.stdout, (step) => epochsInWords(step, reader)),
    signal: interruption.signal,
    onEvaluation: async (step) => {
      if (step > 0 && bestLoss(trainer.history)?.step === step)
        await writeCheckpointFile(out, BEST_FILE, await trainer.snapshot());
    },
    checkpoint: async () => writeCheckpointFile(out, checkpointFile(trainer.step), await trainer.snapshot()),
    save: async () => {
      const snapshot = await trainer.snapshot();
      await writeRun(out, snapshot);
      await writeLogs(out, snapshot);
    },
    saveInterval: SAVE_INTERVAL
  });
  // All is saved: from here on Ctrl-C ends the process as it does any other.
  process.off("SIGINT", interrupt);
  if (end === "paused" || interruption.signal.aborted)
    return console.log(`Stopped at step ${trainer.step}. Continue with: npm run train -- --resume ${out}`);

  const best = bestLoss(trainer.history);
  if (trainer.hasStoppedEarly && best)
    console.log(
      `Stopped early at step ${trainer.step}: in ${best.estimatesSince} estimates the validation loss has not fallen below ${best.validationLoss.toFixed(4)}, measured at step ${best.step}.`
    );
  console.log("Measuring the loss over the whole validation text …");
  const validationLoss = await wholeTextLoss(trainer, corpus.val);
  const last = await trainer.snapshot();
  const files = [
    ...(await writeModel(out, last, validationLoss)),
    ...(await writeLogs(out, last)),
    await writeReceiptFile(out, last)
  ];
  console.log(
    `Validation loss ${validationLoss.toFixed(4)} nats a token over the whole validation text, ${trainer.seconds.toFixed(0)} s of training.`
  );
  if (best && best.step > 0)
    console.log(
      `The lowest estimate of it was ${best.validationLoss.toFixed(4)}, at step ${best.step}: that state is ${BEST_FILE}.`
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

/** Exit code 2 says that another curve came out. */
async function replay(file: string, backend: (typeof backends)[number], args: Arguments): Promise<void> {
  const {backend: _backend, help: _help, receipt: _receipt, corpus, from, ...settings} = args;
  const [given] = Object.keys(settings);
  if (given) throw new RangeError(`--receipt replays with the settings in ${file}: leave out --${given}.`);
  const {replayReceipt} = await import("./replay.js");
  const {verdict} = await replayReceipt(file, {corpus, backend, from});
  if (verdict === "different") process.exitCode = 2;
}

async function resumeRun(
  path: string,
  isFile: boolean,
  args: Arguments
): Promise<Awaited<ReturnType<typeof readRun>>> {
  const {backend: _backend, help: _help, resume: _resume, out, ...settings} = args;
  const [given] = Object.keys(isFile ? settings : {...(out !== undefined && {out}), ...settings});
  if (given)
    throw new RangeError(`--resume goes on with the settings of the run in ${path}: leave out --${given}.`);
  return isFile ? readRunFrom(path) : readRun(path);
}

const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isFile(),
    () => false
  );

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
