/**
 * Records the runs that the chapter “Training” compares: optimisers at many rates, schedules, clipping, batch sizes,
 * overfitting and underfitting, one batch. All are short runs of small models by the site's own trainer.
 *
 *   npx tsx src/cli/recordTraining.ts [--out src/data/training-runs.json] [--backend wasm] [--only batches]
 *
 * `--only` records one group anew and keeps the others of the file.
 */
import {readFile, writeFile} from "node:fs/promises";
import {parseArgs} from "node:util";
import type {TrialRecording, TrialResult} from "../components/chapters/training/recordedTrials.js";
import {
  BATCH_RATES,
  BATCH_SIZES,
  batchTrial,
  CLIP_NORMS,
  CLIP_RATES,
  clippingTrial,
  FITTINGS,
  fittingTrials,
  ONE_BATCH,
  OPTIMISERS,
  optimiserTrial,
  RATES,
  SCHEDULE_RATES,
  SCHEDULES,
  scheduleTrial,
  type Trial
} from "../components/chapters/training/trials.js";
import {chooseCorpus} from "../components/corpus/chooseCorpus.js";
import type {Corpus} from "../components/corpus/meta.js";
import {messageOf} from "../components/errorMessage.js";
import {readTokenizer} from "../components/text/tokenizerFile.js";
import {type NodeBackendName, startNodeBackend} from "./nodeBackends.js";
import {runExperiment} from "./nodeExperiments.js";

/** Neighbouring training losses that are kept as their mean. */
const GROUP = 10;

type Groups = Pick<
  TrialRecording,
  "optimisers" | "schedules" | "clipping" | "batches" | "fitting" | "oneBatch"
>;

async function main(): Promise<void> {
  const {values} = parseArgs({
    options: {
      out: {type: "string", default: "src/data/training-runs.json"},
      backend: {type: "string", default: "wasm"},
      only: {type: "string"}
    }
  });
  const {corpus} = await chooseCorpus(undefined, 128);
  const engine = await startNodeBackend(values.backend as NodeBackendName);
  const train = (name: string, trial: Trial) => run(name, trial, corpus, engine);
  const each = async <Of>(of: readonly Of[], make: (one: Of) => Promise<TrialResult>) => {
    const results = [];
    for (const one of of) results.push(await make(one));
    return results;
  };
  const grid = async <Row, Column>(
    rows: readonly Row[],
    columns: readonly Column[],
    make: (row: Row, column: Column) => Promise<TrialResult>
  ) => {
    const results = [];
    for (const row of rows) results.push(await each(columns, (column) => make(row, column)));
    return results;
  };
  const groups: {[Name in keyof Groups]: () => Promise<Groups[Name]>} = {
    optimisers: () =>
      grid(OPTIMISERS, RATES, (rule, rate) => train(`${rule} at ${rate}`, optimiserTrial(rule, rate))),
    schedules: () =>
      grid(SCHEDULE_RATES, SCHEDULES, (rate, one) =>
        train(`${one.name} at ${rate}`, scheduleTrial(one, rate))
      ),
    clipping: () =>
      grid(CLIP_RATES, CLIP_NORMS, (rate, limit) =>
        train(`clipped at ${limit}, rate ${rate}`, clippingTrial(limit, rate))
      ),
    batches: () =>
      grid(BATCH_SIZES, BATCH_RATES, (size, rate) =>
        train(`batches of ${size} at ${rate}`, batchTrial(size, rate))
      ),
    fitting: async () => {
      const results = await each(FITTINGS, (name) => train(name, fittingTrials[name]));
      return Object.fromEntries(FITTINGS.map((name, i) => [name, results[i]!])) as Groups["fitting"];
    },
    oneBatch: () => train("one batch", ONE_BATCH)
  };
  if (values.only !== undefined && !Object.hasOwn(groups, values.only))
    throw new RangeError(`--only is ${values.only}; it must be one of ${Object.keys(groups).join(", ")}.`);
  const before =
    values.only === undefined ? null : (JSON.parse(await readFile(values.out, "utf8")) as TrialRecording);

  const {name, sha256, floor} = corpus.meta;
  if (before && (before.corpus.sha256 !== sha256 || before.engine !== engine))
    throw new Error(`${values.out} is of another text or engine: record all groups anew, without --only.`);
  const began = performance.now();
  const recorded: Record<string, unknown> = {
    ...before,
    version: 1,
    corpus: {
      name,
      sha256,
      floor: floor?.val ?? null,
      vocabSize: readTokenizer(corpus.meta.tokenizer).vocabulary.length
    },
    engine
  };
  for (const [name, make] of Object.entries(groups))
    if (values.only === undefined || values.only === name) recorded[name] = await make();
  recorded.seconds = Math.round((performance.now() - began) / 1000 + (before?.seconds ?? 0));
  await writeFile(values.out, `${JSON.stringify(recorded)}\n`);
}

/** Trains one model and keeps what the trial asks for. */
async function run(
  name: string,
  {model, train, textLength, keepsNorms, keepsLosses}: Trial,
  corpus: Corpus,
  engine: string
): Promise<TrialResult> {
  const curve: TrialResult["curve"] = [];
  const losses: number[] = [];
  const norms: number[] = [];
  let isDiverged = false;
  const began = performance.now();
  const shortened = {...corpus, train: corpus.train.subarray(0, textLength)};
  await runExperiment(
    shortened,
    {model, train},
    {
      startBackend: async () => engine,
      onReport(report) {
        if (report.type === "step") {
          losses.push(report.loss);
          norms.push(report.gradientNorm ?? Number.NaN);
        } else if (report.type === "evaluated") curve.push([report.step, round(report.validationLoss)]);
      },
      onDiverged() {
        isDiverged = true;
      }
    }
  );
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(
    `${name}: ${isDiverged ? "diverged" : curve.at(-1)?.[1]} after ${losses.length} steps, ${seconds} s`
  );
  return {
    curve,
    isDiverged,
    ...(keepsLosses && {losses: {group: GROUP, values: means(losses)}}),
    ...(keepsNorms && {norms: norms.map((norm) => Number(norm.toPrecision(3)))})
  };
}

function means(values: readonly number[]): number[] {
  return Array.from({length: Math.floor(values.length / GROUP)}, (_, i) =>
    round(values.slice(i * GROUP, (i + 1) * GROUP).reduce((sum, value) => sum + value, 0) / GROUP)
  );
}

const round = (loss: number): number => Number(loss.toFixed(3));

try {
  await main();
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}
