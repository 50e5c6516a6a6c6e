/**
 * npm run sweep: short runs over a grid of settings, or a learning-rate range test, with the site's own trainer.
 *
 *   npm run sweep -- --preset toy --vary learningRate=1e-3,3e-3 --vary nEmbd=32,64 --steps 200 --out results.csv
 *   npm run sweep -- --preset toy --range-test
 *
 * Ctrl-C ends the run in hand and keeps the rows before it.
 */
import {writeFile} from "node:fs/promises";
import {parseArgs} from "node:util";
import {sweepCsv} from "../components/sweep/csv.js";
import {readVariation, type SweptSettings, sweepGrid} from "../components/sweep/grid.js";
import {ranked} from "../components/sweep/order.js";
import {runRangeTest} from "../components/sweep/rangeRun.js";
import {RANGE_STEPS, rangeInWords, testedRates} from "../components/sweep/rangeTest.js";
import {isOver, newSweep, Sweep, type SweepRecord, type SweepState} from "../components/sweep/sweep.js";
import {resultOf, type Trial} from "../components/sweep/trial.js";
import {formatDuration} from "../components/views/format.js";
import {
  experimentBackend,
  experimentCorpus,
  experimentOptions,
  experimentSettings,
  experimentUsage
} from "./experimentOptions.js";
import {CHOSEN, nodeExperiments} from "./nodeExperiments.js";

const options = {
  ...experimentOptions,
  vary: {type: "string", multiple: true},
  "range-test": {type: "boolean", default: false},
  from: {type: "string"},
  to: {type: "string"},
  out: {type: "string"}
} as const;
/** Updates of each run of a sweep where nobody says. */
const STEPS = 200;

const usage = `npm run sweep -- [options]
  --vary FIELD=VALUE,VALUE   a field of ModelConfig or TrainConfig and its values, as often as wanted: all combinations run
  --range-test           raises the learning rate through a run instead and says which to use
  --from RATE --to RATE  where a range test begins and ends
  --out FILE.csv         where the table goes
${experimentUsage}`;

async function main(): Promise<void> {
  const {values: args} = parseArgs({options});
  if (args.help) return console.log(usage);
  const variations = args.vary ?? [];
  if (args["range-test"] === variations.length > 0)
    throw new RangeError("Say what to do: --vary FIELD=VALUE,VALUE for a sweep, or --range-test.");
  const settings = experimentSettings(args, args["range-test"] ? RANGE_STEPS : STEPS);
  const source = {corpus: CHOSEN, backend: experimentBackend(args)};
  const experiments = nodeExperiments((blockSize) => experimentCorpus(args, blockSize));
  if (args["range-test"]) return rangeTest(args, settings, source, experiments);

  const varied = variations.map((text) => readVariation(settings, text));
  const sweep = newSweep(varied, sweepGrid(settings, varied));
  const end = await run(sweep, source, experiments);
  console.log(table(end));
  if (args.out) {
    await writeFile(args.out, sweepCsv(end));
    console.log(`Wrote ${args.out}.`);
  }
}

type Source = ConstructorParameters<typeof Sweep>[1];
type NodeExperiments = ReturnType<typeof nodeExperiments>;

/** The sweep at its end, or where Ctrl-C ended it. */
function run(sweep: SweepRecord, source: Source, experiments: NodeExperiments): Promise<SweepRecord> {
  return new Promise((resolve) => {
    const told = new Set<number>();
    const running = new Sweep(sweep, source, {
      experiments,
      now: () => performance.now(),
      onState(state) {
        tell(state, told);
        if (state.isRunning) return;
        process.off("SIGINT", interrupt);
        resolve(state.sweep);
      }
    });
    const interrupt = () => running.stop();
    process.once("SIGINT", interrupt);
    running.start();
  });
}

/** A line for each run that is over. */
function tell({sweep: {trials}, secondsLeft}: SweepState, told: Set<number>): void {
  for (const [i, trial] of trials.entries()) {
    if (!isOver(trial) || told.has(i)) continue;
    told.add(i);
    const left = secondsLeft === null ? "" : `, ${formatDuration(secondsLeft)} left`;
    console.log(`${i + 1} of ${trials.length}: ${nameOf(trial)}: ${outcome(trial)}${left}`);
  }
}

const nameOf = ({values}: Trial): string =>
  Object.entries(values)
    .map(([field, value]) => `${field} ${value}`)
    .join(", ");

function outcome(trial: Trial): string {
  if (trial.status === "failed") return trial.message ?? "failed";
  if (trial.status === "diverged") return `diverged by step ${trial.step}`;
  const {trainLoss, validationLoss} = resultOf(trial);
  return `training loss ${number(trainLoss)}, validation loss ${number(validationLoss)} after ${trial.step} steps`;
}

/** The results as text, the best first. */
function table(sweep: SweepRecord): string {
  const fields = sweep.variations.map(({field}) => field);
  const head = [...fields, "steps", "epochs", "train", "validation", "best", "seconds", "tokens/s", "status"];
  const rows = ranked(sweep.trials).map((trial) => {
    const {trainLoss, validationLoss, best} = resultOf(trial);
    return [
      ...fields.map((field) => String(trial.values[field])),
      String(trial.step),
      number(trial.epochs, 2),
      number(trainLoss),
      number(validationLoss),
      number(best?.loss ?? null),
      number(trial.seconds, 1),
      number(trial.tokensPerSecond, 0),
      trial.status
    ];
  });
  const widths = head.map((name, i) => Math.max(name.length, ...rows.map((row) => row[i]!.length)));
  return [head, ...rows].map((row) => row.map((text, i) => text.padEnd(widths[i]!)).join("  ")).join("\n");
}

const number = (x: number | null, decimals = 4): string => (x === null ? "–" : x.toFixed(decimals));

async function rangeTest(
  {from, to}: {from?: string | undefined; to?: string | undefined},
  {model, train}: SweptSettings,
  source: Source,
  experiments: NodeExperiments
): Promise<void> {
  const usual = testedRates[train.optimiser];
  const range = {
    from: rate("from", from) ?? usual.from,
    to: rate("to", to) ?? usual.to,
    steps: train.steps
  };
  const {points} = await runRangeTest(experiments, {...source, model, train}, range);
  for (const {rate, loss} of points) console.log(`${rate.toExponential(2)}  ${loss.toFixed(4)}`);
  console.log(rangeInWords(points, range));
}

function rate(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!(value > 0)) throw new RangeError(`--${option} is “${text}”, which is not a number above 0.`);
  return value;
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
