import type {Settings} from "../settings.js";
import {benchRun, configurationHelp, configurationOptions, readConfiguration} from "./configuration.js";
import {type CommandCounts, countCommands} from "./countCommands.js";
import {type Engine, type Ground, groundHelp, groundOptions, readGround, startEngine} from "./engine.js";
import {choiceOption, countOption} from "./options.js";
import {type Contestant, inTurns, type StepTime, stepsOfTurn, timeSteps} from "./rounds.js";
import {median, significant, spread} from "./spread.js";
import {stepVariants} from "./stepVariants.js";
import type {Report, Suite} from "./suite.js";

/** Steps before the measured ones: the first compiles, the second captures, in the third all is as it will be. */
const WARM_UP = 3;

/** A training step of ours beside the same one in plain TensorFlow.js. */
export const step: Suite = {
  summary: "a training step, in plain TensorFlow.js and in ours, in turns; what it asks of WebGPU",
  options: {
    ...configurationOptions,
    ...groundOptions,
    variant: {type: "string", multiple: true},
    rounds: {type: "string", default: "5"}
  },
  help: {
    ...configurationHelp,
    ...groundHelp,
    "variant NAME":
      "only these: stock, kernels, captured, mixed (on wasm and cpu stock, ours); ratios are to the first",
    "rounds N": "turns of each variant (5)"
  },
  needsAdapter: ({backend, adapter}) => backend === "webgpu" && adapter !== "null",
  async run(values, report) {
    const settings = {name: String(values.config), ...readConfiguration(values)};
    const rounds = countOption("rounds", values.rounds) ?? 5;
    await measureSteps(settings, readGround(values), {rounds, only: values.variant as string[]}, report);
  }
};

/** What a variant was seen to do in one step, alone on its device. */
interface Counted extends CommandCounts {
  gpuBytes: number;
}

/** The same, and how long its start took, with everything still to be compiled. */
interface Alone {
  counts: Counted;
  firstStepMs: number;
}

export async function measureSteps(
  settings: Settings & {name: string},
  ground: Ground,
  {rounds, only}: {rounds: number; only?: readonly string[] | undefined},
  report: Report
): Promise<void> {
  const engine = await startEngine(ground);
  const run = await benchRun(settings);
  const all = stepVariants(run, ground);
  const names = all.map(({variant}) => variant);
  for (const name of only ?? []) choiceOption("variant", name, names);
  const variants = all.filter(({variant}) => !only || only.includes(variant));
  const {model, train} = run;
  const tokens = train.batchSize * model.blockSize;
  const where = {
    config: settings.name,
    batch: train.batchSize,
    backend: ground.backend,
    adapter: engine.description
  };
  report(
    {...where, tokensPerStep: tokens},
    `${settings.name}, batch ${train.batchSize}: ${tokens} tokens a step, on ${engine.description}`
  );

  const seen: (Alone | null)[] = [];
  for (const variant of variants)
    seen.push(ground.backend === "webgpu" ? await countStep(variant, ground) : null);

  const {firstStepMs, notes, times} = await (ground.adapter === "null" ? alone : together)(
    variants,
    ground,
    rounds
  );
  for (const [i, {variant}] of variants.entries()) {
    const msPerStep = spreadOf(times[i]!.map(({ms}) => ms));
    const cpuMsPerStep = spreadOf(times[i]!.map(({cpuMs}) => cpuMs));
    const counts = seen[i]?.counts;
    const measured = {
      variant,
      msPerStep,
      cpuMsPerStep,
      ...counts,
      ...(ground.adapter === "auto" && {
        tokensPerSecond: significant((1000 * tokens) / msPerStep.median),
        firstStepMs: significant(seen[i]?.firstStepMs ?? firstStepMs[i]!)
      }),
      ...(notes[i] && {note: notes[i]})
    };
    report(
      {...where, ...measured},
      `  ${variant}: ${msPerStep.median} ms a step (${msPerStep.min} … ${msPerStep.max}), ${cpuMsPerStep.median} of them the CPU's` +
        (counts ? `; ${inWords(counts)}` : "") +
        ("tokensPerSecond" in measured
          ? `; ${measured.tokensPerSecond} tokens/s; first step after ${measured.firstStepMs} ms`
          : "") +
        (notes[i] ? `; not what it should be: ${notes[i]}` : "")
    );
  }
  if (variants.length < 2) return;
  const ratios = ratiosToFirst(variants, times, ({ms}) => ms);
  const cpuRatios = ratiosToFirst(variants, times, ({cpuMs}) => cpuMs);
  const listed = (of: Record<string, number>) =>
    Object.entries(of)
      .map(([variant, ratio]) => `${variant} ${ratio}`)
      .join(", ");
  report(
    {...where, ratios, cpuRatios},
    `  Times as fast as ${variants[0]!.variant}: ${listed(ratios)}; by the CPU's time: ${listed(cpuRatios)}`
  );
}

/** How many times as long as each other variant the first takes, by turns side by side: the machine did the same in both. */
function ratiosToFirst(
  [, ...others]: readonly Contestant[],
  [first, ...rest]: StepTime[][],
  of: (time: StepTime) => number
): Record<string, number> {
  return Object.fromEntries(
    others.map(({variant}, i) => {
      const ratios = first!.map((time, round) => of(time) / of(rest[i]![round]!));
      return [variant, significant(median(ratios))];
    })
  );
}

function spreadOf(values: number[]): {median: number; min: number; max: number} {
  const {median, min, max} = spread(values);
  return {median: significant(median), min: significant(min), max: significant(max)};
}

/** One step of a variant that is alone on a device of its own, after warming up. */
async function countStep(variant: Contestant, ground: Ground): Promise<Alone> {
  const engine = await startEngine(ground);
  const counter = countCommands();
  try {
    const {running, firstStepMs} = await warmUp(variant, engine);
    counter.reset();
    await timeSteps(running, 1);
    await engine.settle();
    const counts = {...counter.counts(), gpuBytes: counter.bytes()};
    running.dispose();
    return {counts, firstStepMs};
  } finally {
    counter.stop();
  }
}

interface Times {
  /** From the start of each variant until its first loss is back; one may find compiled what another compiled. */
  firstStepMs: number[];
  /** What each had to say. */
  notes: (string | null)[];
  /** Of each turn of each variant. */
  times: StepTime[][];
}

/** All variants on one device, in turns. */
async function together(variants: readonly Contestant[], ground: Ground, rounds: number): Promise<Times> {
  const engine = await startEngine(ground);
  const warm = [];
  for (const variant of variants) warm.push(await warmUp(variant, engine));
  const times = await inTurns(
    warm.map(({running, steps}) => async () => {
      const time = await timeSteps(running, steps);
      await engine.settle();
      return time;
    }),
    rounds
  );
  for (const {running} of warm) running.dispose();
  return {
    firstStepMs: warm.map(({firstStepMs}) => firstStepMs),
    notes: warm.map(({running}) => running.note ?? null),
    times
  };
}

/** Each turn on a fresh device, whose memory the variant has for itself: the null adapter has little. */
async function alone(variants: readonly Contestant[], ground: Ground, rounds: number): Promise<Times> {
  const results = await inTurns(
    variants.map((variant) => async () => {
      const engine = await startEngine(ground);
      const {running, steps, firstStepMs} = await warmUp(variant, engine);
      const time = await timeSteps(running, steps);
      await engine.settle();
      running.dispose();
      return {firstStepMs, note: running.note ?? null, time};
    }),
    rounds
  );
  return {
    firstStepMs: results.map((turns) => median(turns.map(({firstStepMs}) => firstStepMs))),
    notes: results.map((turns) => turns.find(({note}) => note)?.note ?? null),
    times: results.map((turns) => turns.map(({time}) => time))
  };
}

/** Starts a variant; `steps` is how many make up a turn. */
async function warmUp({start}: Contestant, engine: Engine) {
  const begin = performance.now();
  const running = await start();
  await timeSteps(running, 1);
  const firstStepMs = performance.now() - begin;
  for (let i = 1; i < WARM_UP; i++) await timeSteps(running, 1);
  const steps = stepsOfTurn((await timeSteps(running, 1)).ms);
  await engine.settle();
  return {running, firstStepMs, steps};
}

const inWords = ({dispatches, submits, gpuBytes}: Counted): string =>
  `${dispatches} dispatches, ${submits} submits, ${significant(gpuBytes / 1e6)} MB on the device`;
