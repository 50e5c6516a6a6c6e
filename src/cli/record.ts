/**
 * npm run record: a whole run of a preset on the built-in text, as the book shows it where nothing is trained live:
 * checkpoints at steps that grow, the curve, and what each checkpoint writes.
 *
 *   npm run record -- [--preset toy] [--out src/data/recorded-run]
 */
import {mkdir, writeFile} from "node:fs/promises";
import {join} from "node:path";
import {parseArgs} from "node:util";
import {chooseCorpus} from "../components/corpus/chooseCorpus.js";
import {messageOf} from "../components/errorMessage.js";
import {readRecording, writeRecording} from "../components/exchange/recording.js";
import {runRecord} from "../components/exchange/runRecord.js";
import {generate} from "../components/generation/generate.js";
import type {ParameterData} from "../components/model/parameters.js";
import {readTokenizer} from "../components/text/tokenizerFile.js";
import {newRun} from "../components/training/newRun.js";
import {type PresetName, presets} from "../components/training/presets.js";
import {Trainer} from "../components/training/trainer.js";
import {trainerModel} from "../components/training/trainerModel.js";
import {deviceLimits} from "../components/webgpu/deviceLimits.js";
import {chooseNodeBackend} from "./chooseNodeBackend.js";
import {ProgressLine} from "./progressLine.js";

/** Twelve, evenly on a logarithmic scale: most is learnt early. */
const SHARES = [0, 0.005, 0.01, 0.02, 0.04, 0.07, 0.12, 0.2, 0.33, 0.5, 0.75, 1];
const SAMPLE = {options: {temperature: 0.7, topK: 0, topP: 1}, seed: 1, steps: 240};

async function main(): Promise<void> {
  const {values} = parseArgs({
    options: {
      preset: {type: "string", default: "toy"},
      out: {type: "string", default: "src/data/recorded-run"}
    }
  });
  if (!Object.hasOwn(presets, values.preset))
    throw new RangeError(
      `--preset is ${values.preset}; it must be one of ${Object.keys(presets).join(", ")}.`
    );
  const {model, train} = presets[values.preset as PresetName];
  const {corpus} = await chooseCorpus(undefined, model.blockSize);
  const tokenizer = readTokenizer(corpus.meta.tokenizer);
  const config = {...model, vocabSize: tokenizer.vocabulary.length};
  const adapter = await chooseNodeBackend();
  const trainer = new Trainer(newRun(config, train, corpus.meta, deviceLimits()), corpus, adapter);
  const wanted = new Set(SHARES.map((share) => Math.round(share * train.steps)));
  const line = new ProgressLine(train.steps);

  const checkpoints: ParameterData[] = [];
  const losses: {step: number; validationLoss: number}[] = [];
  const start = performance.now();
  for (;;) {
    if (wanted.has(trainer.step)) {
      checkpoints.push(await trainer.parameterData());
      const validationLoss = await trainer.validationLoss();
      losses.push({step: trainer.step, validationLoss});
      line.validation(trainer.step, validationLoss);
    }
    if (trainer.step >= train.steps) break;
    const {step, loss} = await trainer.trainStep();
    line.step(step, loss);
  }
  line.end();
  trainer.seconds = (performance.now() - start) / 1000;

  const bytes = writeRecording(config, checkpoints);
  const run = runRecord(await trainer.snapshot());
  trainer.dispose();
  // What is shown is what the 8-bit checkpoints say, not what they were rounded from.
  const steps = [];
  for (const [index, {step, validationLoss}] of losses.entries()) {
    const snapshot = {
      ...newRun(config, train, corpus.meta),
      parameters: readRecording(config, bytes, index)
    };
    const replay = new Trainer(snapshot, corpus, adapter);
    const ids: number[] = [];
    const newline = tokenizer.encode("\n").ids;
    for await (const {id} of generate(trainerModel(replay, tokenizer), newline, SAMPLE)) ids.push(id);
    const roundedLoss = await replay.validationLoss();
    replay.dispose();
    steps.push({step, validationLoss, roundedLoss, sample: tokenizer.decode(ids)});
  }
  const {history, ...facts} = run;
  const curve = history.filter(({step}) => step % Math.ceil(train.steps / 200) === 0);
  const recording = {...facts, sampling: SAMPLE, checkpoints: steps, history: curve};
  await mkdir(values.out, {recursive: true});
  await writeFile(join(values.out, "recording.bin"), bytes);
  await writeFile(join(values.out, "tokenizer.json"), `${JSON.stringify(corpus.meta.tokenizer)}\n`);
  await writeFile(join(values.out, "recording.json"), `${JSON.stringify(recording)}\n`);
  console.log(
    `Wrote ${steps.length} checkpoints, ${bytes.length.toLocaleString("en")} bytes, to ${values.out}.`
  );
}

try {
  await main();
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}
