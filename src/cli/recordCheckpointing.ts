/**
 * Records what gradient checkpointing saves and costs, for the chapter “Scale”: the memory of a captured WebGPU step with
 * every activation kept and with blocks computed again, each alone on its device, and the time of both in turns.
 *
 *   npx tsx src/cli/recordCheckpointing.ts [--out src/data/scale-checkpointing.json]
 */
import {writeFile} from "node:fs/promises";
import {parseArgs} from "node:util";
import type {
  CheckpointingRecord,
  CheckpointingRun,
  StepCost
} from "../components/chapters/scale/checkpointingRecord.js";
import {messageOf} from "../components/errorMessage.js";
import {presets} from "../components/training/presets.js";
import {Trainer} from "../components/training/trainer.js";
import {benchRun} from "./bench/configuration.js";
import {countCommands} from "./bench/countCommands.js";
import {type Engine, startEngine} from "./bench/engine.js";
import {timeSteps} from "./bench/rounds.js";
import {median, significant} from "./bench/spread.js";

const GROUND = {backend: "webgpu", adapter: "auto"} as const;
/** The preset “toy” in three depths. */
const DEPTHS = [2, 5, 10];
/** Steps before any is timed or counted: the second is captured; from the third on all is as it will be. */
const WARM_UP = 3;
const TURNS = 5;
const STEPS = 2;

async function main(): Promise<void> {
  const {values} = parseArgs({
    options: {out: {type: "string", default: "src/data/scale-checkpointing.json"}}
  });
  const runs: CheckpointingRun[] = [];
  let adapter = "";
  for (const nLayer of DEPTHS) {
    const bytes = [await alone(nLayer, false), await alone(nLayer, true)];
    const engine = await startEngine(GROUND);
    adapter = engine.description;
    const trainers = [await warm(nLayer, false, engine), await warm(nLayer, true, engine)];
    const times: number[][] = [[], []];
    for (let turn = 0; turn < TURNS; turn++)
      for (const [i, trainer] of trainers.entries()) times[i]!.push(await timed(trainer, engine, STEPS));
    const [kept, recomputed] = times.map(
      (own, i): StepCost => ({gpuBytes: bytes[i]!, milliseconds: significant(median(own))})
    ) as [StepCost, StepCost];
    const {nHead, nEmbd, nInner, blockSize, vocabSize} = trainers[0]!.config;
    const {batchSize} = trainers[0]!.trainConfig;
    for (const trainer of trainers) trainer.dispose();
    await engine.settle();
    runs.push({nLayer, nHead, nEmbd, nInner, blockSize, vocabSize, batchSize, kept, recomputed});
    console.log(`${nLayer} layers: ${JSON.stringify({kept, recomputed})}`);
  }
  const record: CheckpointingRecord = {
    version: 1,
    command: "npx tsx src/cli/recordCheckpointing.ts",
    adapter,
    steps: TURNS * STEPS,
    runs
  };
  await writeFile(values.out, `${JSON.stringify(record)}\n`);
}

/** Bytes on a device that nothing else is on. */
async function alone(nLayer: number, gradientCheckpointing: boolean): Promise<number> {
  const engine = await startEngine(GROUND);
  const counter = countCommands();
  const trainer = await warm(nLayer, gradientCheckpointing, engine);
  const bytes = counter.bytes();
  trainer.dispose();
  counter.stop();
  await engine.settle();
  return bytes;
}

async function warm(nLayer: number, gradientCheckpointing: boolean, engine: Engine): Promise<Trainer> {
  const {model, train} = presets.toy;
  const {snapshot, corpus} = await benchRun({
    model: {...model, nLayer},
    train: {...train, gradientCheckpointing}
  });
  const trainer = new Trainer(snapshot, corpus, engine.description);
  await trainer.prepare();
  if (trainer.uncaptured) throw new Error(trainer.uncaptured);
  for (let n = 0; n < WARM_UP; n++) await timed(trainer, engine, 1);
  return trainer;
}

/** Milliseconds a step, with losses read back and all done on the device. */
async function timed(trainer: Trainer, engine: Engine, steps: number): Promise<number> {
  const {ms} = await timeSteps(
    {
      step: async () => void (await trainer.trainStep()),
      flush: () => trainer.flush(),
      dispose: () => trainer.dispose()
    },
    steps
  );
  await engine.settle();
  return ms;
}

try {
  await main();
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}
