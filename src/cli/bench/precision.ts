import {writeFile} from "node:fs/promises";
import {chooseCorpus} from "../../components/corpus/chooseCorpus.js";
import type {PrecisionRecord, PrecisionRun} from "../../components/profiling/precisionRecord.js";
import {readTokenizer} from "../../components/text/tokenizerFile.js";
import {newRun} from "../../components/training/newRun.js";
import {Trainer} from "../../components/training/trainer.js";
import {deviceLimits} from "../../components/webgpu/deviceLimits.js";
import type {Settings} from "../settings.js";
import {configurationHelp, configurationOptions, readConfiguration} from "./configuration.js";
import {countCommands} from "./countCommands.js";
import {startEngine} from "./engine.js";
import {countOption} from "./options.js";
import {median, significant} from "./spread.js";
import type {Report, Suite} from "./suite.js";

/** The same run in float32 and in mixed precision. */
export const precision: Suite = {
  summary: "a run in float32 and in mixed precision on WebGPU: both curves, memory, time, updates left out",
  options: {
    ...configurationOptions,
    steps: {type: "string", default: "500"},
    text: {type: "string"},
    save: {type: "string"}
  },
  help: {
    ...configurationHelp,
    "steps N": "updates of each run (500)",
    "text PATH": "the text to train on, instead of the site's own",
    "save FILE": "also write both curves as one JSON file, as chapter 13 shows them"
  },
  needsAdapter: () => true,
  async run(values, report) {
    const settings = {name: String(values.config), ...readConfiguration(values)};
    const steps = countOption("steps", values.steps) ?? 500;
    const record = await comparePrecisions(settings, steps, values.text as string | undefined, report);
    if (values.save !== undefined) await writeFile(String(values.save), `${JSON.stringify(record)}\n`);
  }
};

export async function comparePrecisions(
  {name, model, train}: Settings & {name: string},
  steps: number,
  text: string | undefined,
  report: Report
): Promise<PrecisionRecord> {
  const {corpus} = await chooseCorpus(text, model.blockSize);
  const vocabSize = readTokenizer(corpus.meta.tokenizer).vocabulary.length;
  const runs: PrecisionRun[] = [];
  let adapter = "";
  for (const precision of ["float32", "mixed"] as const) {
    const engine = await startEngine({backend: "webgpu", adapter: "auto"});
    adapter = engine.description;
    const counter = countCommands();
    const settings = {...train, precision, steps: Math.max(steps, train.warmupSteps + 1)};
    const run = newRun({...model, vocabSize}, settings, corpus.meta, deviceLimits());
    const trainer = new Trainer(run, corpus, adapter);
    await trainer.prepare();
    if (trainer.unmixed) throw new Error(trainer.unmixed);
    const result = await takeSteps(trainer, steps);
    const {lossScale} = await trainer.snapshot();
    const measured = {precision, ...result, gpuBytes: counter.bytes(), lossScale: lossScale?.[0] ?? null};
    trainer.dispose();
    counter.stop();
    await engine.settle();
    runs.push(measured);
    const {losses, milliseconds, gpuBytes, skipped} = measured;
    const last = significant(mean(losses.slice(-LAST)));
    report(
      {
        config: name,
        adapter,
        steps,
        precision,
        lastLoss: last,
        msPerStep: milliseconds,
        gpuBytes,
        skipped,
        lossScale: measured.lossScale
      },
      `${name} in ${precision} on ${adapter}: mean loss of the last ${LAST} of ${steps} steps ${last}, ${milliseconds} ms a step, ` +
        `${significant(gpuBytes / 1e6)} MB on the device, ${skipped} updates left out`
    );
  }
  const [full, mixed] = runs as [PrecisionRun, PrecisionRun];
  const bytesRatio = significant(mixed.gpuBytes / full.gpuBytes);
  const speedRatio = significant(full.milliseconds / mixed.milliseconds);
  const largestDifference = significant(
    Math.max(...full.losses.map((loss, i) => Math.abs(loss - mixed.losses[i]!)))
  );
  report(
    {config: name, adapter, bytesRatio, speedRatio, largestDifference},
    `  mixed to float32: ${bytesRatio} of the memory, ${speedRatio} times as fast, losses at most ${largestDifference} apart`
  );
  return {version: 1, preset: name, corpus: corpus.meta.name, adapter, runs};
}

/** Steps whose losses are averaged for the end of a curve. */
const LAST = 20;

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

async function takeSteps(
  trainer: Trainer,
  steps: number
): Promise<Pick<PrecisionRun, "losses" | "milliseconds" | "skipped">> {
  const losses: number[] = [];
  const times: number[] = [];
  let skipped = 0;
  while (losses.length < steps) {
    const count = Math.min(trainer.inFlight, steps - losses.length);
    const start = performance.now();
    const reports = Array.from({length: count}, () => trainer.trainStep());
    trainer.flush();
    for (const {loss, gradientNorm} of await Promise.all(reports)) {
      losses.push(Number(loss.toPrecision(6)));
      if (gradientNorm === null) skipped += 1;
    }
    times.push((performance.now() - start) / count);
  }
  return {losses, milliseconds: significant(median(times)), skipped};
}
