import * as tf from "@tensorflow/tfjs-core";
import {tune} from "../../components/webgpu/autotune.js";
import type {Settings} from "../settings.js";
import {benchRun, configurationHelp, configurationOptions, readConfiguration} from "./configuration.js";
import {type Engine, type Ground, groundHelp, groundOptions, readGround, startEngine} from "./engine.js";
import {type KernelCase, kernelCases, type Work} from "./kernelCases.js";
import {countOption} from "./options.js";
import {inTurns} from "./rounds.js";
import {median, significant} from "./spread.js";
import type {Report, Suite, Value} from "./suite.js";

/** Runs are repeated until they take this long: browsers and devices round time, and waiting has a price of its own. */
const SHORTEST_MS = 20;
const MOST_RUNS = 2000;

/** Each operation of ours beside plain TensorFlow.js's composition of it. */
export const kernels: Suite = {
  summary: "each operation of a training step, forward and backward, beside plain TensorFlow.js's, in turns",
  options: {
    ...configurationOptions,
    ...groundOptions,
    op: {type: "string", multiple: true},
    rounds: {type: "string", default: "5"}
  },
  help: {
    ...configurationHelp,
    ...groundHelp,
    "op NAME": "only operations whose names contain this; may be repeated",
    "rounds N": "turns of each (5)"
  },
  needsAdapter: ({backend, adapter}) => backend === "webgpu" && adapter !== "null",
  async run(values, report) {
    const settings = {name: String(values.config), ...readConfiguration(values)};
    const rounds = countOption("rounds", values.rounds) ?? 5;
    await measureKernels(settings, readGround(values), {rounds, only: (values.op as string[]) ?? []}, report);
  }
};

export async function measureKernels(
  settings: Settings & {name: string},
  ground: Ground,
  {rounds, only = []}: {rounds: number; only?: readonly string[]},
  report: Report
): Promise<void> {
  const engine = await startEngine(ground);
  const run = await benchRun(settings);
  const all = kernelCases(run);
  const cases = only.length === 0 ? all : all.filter(({op}) => only.some((part) => op.includes(part)));
  if (cases.length === 0)
    throw new RangeError(
      `--op is ${only.join(", ")}; the operations are ${[...new Set(all.map(({op}) => op))].join(", ")}.`
    );
  const where = {config: settings.name, batch: run.train.batchSize, adapter: engine.description};
  for (const one of cases) {
    const {op, pass, shapes, work} = one;
    const refuse = (note: string) => report({...where, op, pass, note}, `  ${note}`);
    const [ours, stock] = await measure(one, engine, {
      rounds,
      async choose() {
        // The null adapter computes nothing to choose by.
        if (ground.backend !== "webgpu" || ground.adapter === "null") return;
        for (const sentence of await tune()) refuse(sentence);
      }
    });
    const msMedian = {ours: significant(median(ours)), stock: significant(median(stock))};
    const ratio = significant(median(stock.map((ms, round) => ms / ours[round]!)));
    const rate = ground.adapter === "null" ? null : rateOf(work);
    const rates: Record<string, Value> = rate
      ? {[rate.unit]: {ours: rate.of(msMedian.ours), stock: rate.of(msMedian.stock)}}
      : {};
    report(
      {...where, op, pass, shapes, msMedian, ratio, ...work, ...rates},
      `  ${op} ${pass} ${shapes}: ${msMedian.ours} ms, stock ${msMedian.stock} ms, ${ratio} times as fast` +
        (rate ? `; ${rate.of(msMedian.ours)} ${rate.name}, stock ${rate.of(msMedian.stock)}` : "")
    );
  }
}

/** Milliseconds a run in each turn, ours and stock's. `choose` settles how kernels work that have run once. */
async function measure(
  one: KernelCase,
  engine: Engine,
  {rounds, choose}: {rounds: number; choose(): Promise<void>}
): Promise<[number[], number[]]> {
  const open = one.open();
  const contestants = [];
  for (const work of [open.ours, open.stock]) {
    // The first compiles and tells what is to be chosen, the next compiles that; the last is only to be guessed from.
    await timeRuns(work, 1, engine);
    await choose();
    await timeRuns(work, 1, engine);
    const guess = await timeRuns(work, 1, engine);
    contestants.push({work, runs: await enoughRuns(work, guess, engine)});
  }
  const turns = await inTurns(
    contestants.map(
      ({work, runs}) =>
        () =>
          timeRuns(work, runs, engine)
    ),
    rounds
  );
  open.dispose();
  return turns as [number[], number[]];
}

/** How many runs take long enough to be timed. */
async function enoughRuns(work: () => tf.TensorContainer, guess: number, engine: Engine): Promise<number> {
  let runs = 1;
  let total = guess;
  while (total < SHORTEST_MS && runs < MOST_RUNS) {
    runs = Math.min(MOST_RUNS, Math.ceil(runs * Math.min(10, Math.max(1.5, (1.2 * SHORTEST_MS) / total))));
    total = runs * (await timeRuns(work, runs, engine));
  }
  return runs;
}

/** Milliseconds a run, the device's work included. */
async function timeRuns(work: () => tf.TensorContainer, runs: number, engine: Engine): Promise<number> {
  const start = performance.now();
  for (let i = 0; i < runs; i++) tf.dispose(tf.tidy(work));
  await engine.settle();
  return (performance.now() - start) / runs;
}

function rateOf(work: Work) {
  const [unit, name, amount] =
    "flops" in work
      ? (["gflopPerSecond", "GFLOP/s", work.flops] as const)
      : (["gigabytesPerSecond", "GB/s", work.bytes] as const);
  return {unit, name, of: (ms: number) => significant(amount / ms / 1e6)};
}
