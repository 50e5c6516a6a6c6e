import * as tf from "@tensorflow/tfjs-core";
import {beforeAll, describe, expect, it} from "vitest";
import {buildCorpus} from "../../src/components/corpus/buildCorpus.js";
import {type ModelConfig, modelConfig} from "../../src/components/model/config.js";
import {parameterCount, parameterShapes} from "../../src/components/model/parameters.js";
import {
  type ComparedStep,
  comparedRun,
  largestDifference
} from "../../src/components/parallel/comparedRun.js";
import type {TimedTurn} from "../../src/components/parallel/memberStep.js";
import {turnsOf} from "../../src/components/parallel/pipelineSchedule.js";
import type {Role, TeamPlan} from "../../src/components/parallel/protocol.js";
import {ringTraffic} from "../../src/components/parallel/ring.js";
import {replicas, stages} from "../../src/components/parallel/team.js";
import type {TrainConfig} from "../../src/components/training/config.js";
import {newRun} from "../../src/components/training/newRun.js";
import {presets} from "../../src/components/training/presets.js";
import {Trainer} from "../../src/components/training/trainer.js";
import {useBackend} from "../backends.js";
import {tinyCorpus} from "../training/corpus.js";
import {ThreadlessWorker} from "./team.js";

beforeAll(() => useBackend("wasm"));

const model = modelConfig({nLayer: 3, nHead: 2, nEmbd: 16, nInner: 32, blockSize: 12});
const config = {...model, vocabSize: 8};
const train: TrainConfig = {
  ...presets.toy.train,
  batchSize: 12,
  steps: 6,
  learningRate: 3e-3,
  warmupSteps: 1,
  clipNorm: 0.5
};
const corpus = {kind: "text", name: "test", text: ""} as const;
const plan: TeamPlan = {corpus, model, train};

async function run(
  roles: readonly Role[],
  changes: {
    model?: Partial<ModelConfig>;
    train?: Partial<TrainConfig>;
    text?: string;
    onStep?: () => void;
    /** A worker looks at its clock. */
    onNow?: () => void;
  } = {}
): Promise<ComparedStep[]> {
  const steps: ComparedStep[] = [];
  const own =
    changes.text === undefined
      ? undefined
      : await buildCorpus(changes.text, {
          name: "test",
          source: "test",
          license: "none",
          blockSize: model.blockSize,
          tokenizer: {kind: "character", padding: true}
        });
  await comparedRun(
    {corpus, model: {...model, ...changes.model}, train: {...train, ...changes.train}},
    roles,
    {
      signal: new AbortController().signal,
      onStep(step) {
        steps.push(step);
        changes.onStep?.();
      },
      createWorker: () => new ThreadlessWorker(own, changes.onNow)
    }
  );
  return steps;
}

/** Lines of 3 to 16 characters, so that rows of documents differ in how much there is to predict. */
const unevenLines = Array.from({length: 90}, (_, i) => "abc deed cab bad ".slice(0, 3 + (i % 14))).join(
  "\n\n"
);

/** The same run, to rounding: the first step's gradient within 1e-5 of its largest element, every loss within 1e-4. */
function expectSame(steps: readonly ComparedStep[]): void {
  expect(steps.map(({step}) => step)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(steps[0]!.gradientDifference).toBeLessThanOrEqual(1e-5);
  for (const {loss, aloneLoss} of steps) expect(Math.abs(loss - aloneLoss)).toBeLessThan(1e-4);
  expect(steps.at(-1)!.loss).toBeLessThan(steps[0]!.loss - 0.02); // it learns
}

describe.each([1, 2, 3, 4, 6])("%i replicas", (size) => {
  it("equal one worker with the large batch, and stay the same bit for bit", async () => {
    const before = tf.memory().numTensors;
    const steps = await run(replicas(size));
    expectSame(steps);
    expect(steps.every(({areAlike}) => areAlike)).toBe(true);
    for (const {sent} of steps) expect(sent).toEqual({gradients: ringTraffic(parameterCount(config), size)});
    expect(tf.memory().numTensors).toBe(before);
  });
});

it("a team of one is the site's trainer, bit for bit", async () => {
  const steps = await run(replicas(1));
  const texts = tinyCorpus();
  const trainer = new Trainer(newRun(config, train, texts.meta), texts, "wasm");
  for (const {loss} of steps) expect((await trainer.trainStep()).loss).toBe(loss);
  trainer.dispose();
});

describe("replicas whose rows are not alike", () => {
  it("weigh rows of documents by their targets", async () => {
    const steps = await run(replicas(4), {train: {batching: "documents"}, text: unevenLines});
    expectSame(steps);
  });

  it.each<[string, Partial<TrainConfig>]>([
    [
      "drop the same elements as one worker",
      {embeddingDropout: 0.1, attentionDropout: 0.2, residualDropout: 0.1}
    ],
    ["take their rows in pieces", {accumulationSteps: 6}],
    ["go by Muon", {optimiser: "muon"}],
    ["smooth labels and compute blocks again", {labelSmoothing: 0.1, gradientCheckpointing: true}]
  ])("%s", async (_, changes) => {
    const steps = await run(replicas(3), {train: changes});
    expectSame(steps);
    expect(steps.every(({areAlike}) => areAlike)).toBe(true);
  });
});

/** Steps and micro-batches of two workers that share layers: [cut, m]. Of 12 rows, 5 and 8 pieces are not alike. */
describe.each([
  [0, 1],
  [1, 1],
  [2, 1],
  [3, 1],
  [1, 2],
  [2, 3],
  [1, 5],
  [2, 8],
  [1, 12]
])("layers on two workers, cut after %i blocks, the batch into %i", (cut, pieces) => {
  it("give the losses and gradients of one worker with the whole batch, and keep nothing", async () => {
    const before = tf.memory().numTensors;
    const kept: number[] = [];
    const steps = await run(stages(cut, pieces), {onStep: () => kept.push(tf.memory().numTensors)});
    expectSame(steps);
    expect(kept).toEqual(steps.map(() => kept[0]));
    expect(tf.memory().numTensors).toBe(before);
    // The tied table's two copies stay the same.
    expect(steps.every(({areAlike}) => areAlike)).toBe(true);
    const activations = train.batchSize * model.blockSize * model.nEmbd * 4;
    const table = config.vocabSize * model.nEmbd * 4;
    for (const {sent} of steps)
      expect(sent).toEqual({
        activations: {messages: 2 * pieces, bytes: 2 * activations},
        table: {messages: 2, bytes: 2 * table},
        norm: {messages: 2, bytes: 8}
      });
  });
});

describe("a pipeline", () => {
  it("has the next micro-batch in the front before the back is done with one", async () => {
    const [, step] = await run(stages(1, 4));
    const [front, back] = step!.workers.map(({turns}) => turns!) as [TimedTurn[], TimedTurn[]];
    const order = (turns: TimedTurn[]) => turns.map(({pass, piece}) => ({pass, piece}));
    expect(order(front)).toEqual(turnsOf(0, 2, 4));
    expect(order(back)).toEqual(turnsOf(1, 2, 4));
    const at = (turns: TimedTurn[], pass: string, piece: number) =>
      turns.find((turn) => turn.pass === pass && turn.piece === piece)!;
    expect(at(front, "forward", 1).start).toBeLessThan(at(back, "backward", 0).end);
    for (const turns of [front, back])
      for (const [i, {start, end}] of turns.entries()) {
        expect(end).toBeGreaterThanOrEqual(start);
        expect(start).toBeGreaterThanOrEqual(turns[i - 1]?.end ?? 0);
      }
  });

  it("counts as computing what its turns took, and as waiting what is left of the step", async () => {
    for (const {workers, seconds} of await run(stages(2, 3)))
      for (const {computing, exchanging, turns} of workers) {
        const worked = turns!.reduce((sum, {start, end}) => sum + end - start, 0) / 1000;
        expect(computing).toBeGreaterThanOrEqual(worked - 1e-6);
        expect(computing + exchanging).toBeLessThanOrEqual(seconds + 1e-9);
      }
  });

  it("holds between two passes no tensor of a micro-batch but sums of gradients", async () => {
    const held: number[] = [];
    await run(stages(1, 12), {train: {steps: 1}, onNow: () => held.push(tf.memory().numTensors)});
    const parameters = Object.keys(parameterShapes(config)).length + 1; // the table is there twice
    expect(held.length).toBeGreaterThan(50);
    expect(Math.max(...held) - held[0]!).toBeLessThan(2 * parameters + 20);
  });
});

describe("layers on two workers", () => {
  it("share no table where the head has its own", async () => {
    const steps = await run(stages(1, 2), {model: {tiedHead: false}});
    expectSame(steps);
    expect(steps.map(({areAlike}) => areAlike)).toEqual(steps.map(() => null));
    expect(steps[0]!.sent.table).toBeUndefined();
  });

  it.each<[string, Partial<ModelConfig>, Partial<TrainConfig>]>([
    [
      "Post-LN, RMSNorm, rotary positions and SwiGLU",
      {normPlacement: "post", norm: "rmsNorm", position: "rope", activation: "swiGlu"},
      {}
    ],
    [
      "dropout, label smoothing and checkpointing",
      {},
      {residualDropout: 0.1, embeddingDropout: 0.1, labelSmoothing: 0.1, gradientCheckpointing: true}
    ]
  ])("with %s", async (_, model, train) => {
    expectSame(await run(stages(2, 5), {model, train}));
  });

  it.each([1, 5])(
    "keep padding out of sight on both sides, and weigh %i micro-batches by their targets",
    async (pieces) => {
      expectSame(await run(stages(1, pieces), {train: {batching: "documents"}, text: unevenLines}));
    }
  );
});

describe("what cannot be is refused before a worker starts", () => {
  it.each<[readonly Role[], Partial<TrainConfig>, Partial<ModelConfig>, string]>([
    [
      replicas(5),
      {},
      {},
      "workers is 5, which does not divide batchSize, 12: each computes as many rows of the batch."
    ],
    [
      replicas(8),
      {batchSize: 4},
      {},
      "workers is 8; it must be at most batchSize, 4, so that each has a row of the batch."
    ],
    [replicas(9), {batchSize: 9}, {}, "workers is 9; it must be a whole number from 1 to 8."],
    [
      replicas(2),
      {},
      {architecture: "bigram"},
      "architecture is bigram, which counts: it has no gradient that workers could average."
    ],
    [stages(4, 1), {}, {}, "cut is 4; it must be a whole number from 0 to nLayer, 3."],
    [stages(0.5, 1), {}, {}, "cut is 0.5; it must be a whole number from 0 to nLayer, 3."],
    [
      stages(0, 1),
      {},
      {architecture: "mlp"},
      "architecture is mlp; only a transformer has blocks that two workers could share."
    ],
    [
      stages(1, 1),
      {accumulationSteps: 2},
      {},
      "accumulationSteps is 2; it must be 1 where layers are shared, since micro-batches are what a batch is cut into there."
    ],
    [stages(1, 13), {}, {}, "microBatches is 13; it must be a whole number from 1 to batchSize, 12."],
    [stages(1, 0), {}, {}, "microBatches is 0; it must be a whole number from 1 to batchSize, 12."],
    [stages(1, 1.5), {}, {}, "microBatches is 1.5; it must be a whole number from 1 to batchSize, 12."]
  ])("%#", async (roles, trainChanges, modelChanges, sentence) => {
    const run = comparedRun(
      {corpus, model: {...model, ...modelChanges}, train: {...train, ...trainChanges}},
      roles,
      {
        signal: new AbortController().signal,
        onStep: () => {},
        createWorker: () => {
          throw new Error("A worker was started.");
        }
      }
    );
    await expect(run).rejects.toThrow(new RangeError(sentence));
  });
});

describe("a run that does not go well", () => {
  const start = (
    workers: ThreadlessWorker[],
    options: {signal?: AbortSignal; changes?: Partial<TrainConfig>; onStep?: () => void} = {}
  ) =>
    comparedRun({...plan, train: {...train, ...options.changes}}, replicas(3), {
      signal: options.signal ?? new AbortController().signal,
      onStep: options.onStep ?? (() => {}),
      createWorker: () => {
        workers.push(new ThreadlessWorker());
        return workers.at(-1)!;
      }
    });

  it("ends all workers and says which one stopped", async () => {
    const workers: ThreadlessWorker[] = [];
    const run = start(workers, {
      onStep: () => workers[1]!.onerror?.({message: "out of memory", preventDefault() {}} as ErrorEvent)
    });
    await expect(run).rejects.toThrow(
      "Worker 2 of 3 stopped (out of memory). Run again with fewer workers, or reload the page."
    );
    expect(workers.map(({isOver}) => isOver)).toEqual([true, true, true, true]);
  });

  it("says what a worker refuses", async () => {
    await expect(start([], {changes: {learningRate: 11}})).rejects.toThrow(
      "learningRate is 11; it must be a number from 1e-8 to 10."
    );
  });

  it("stops when asked, in the middle of a step", async () => {
    const workers: ThreadlessWorker[] = [];
    const stopping = new AbortController();
    const run = start(workers, {
      signal: stopping.signal,
      onStep: () => setTimeout(() => stopping.abort(), 1),
      changes: {steps: 1000}
    });
    await expect(run).rejects.toMatchObject({name: "AbortError"});
    expect(workers.every(({isOver}) => isOver)).toBe(true);
  });

  it("stops with a sentence where the loss is no number", async () => {
    await expect(
      start([], {
        changes: {
          // Past steps add up, so that weights overflow whatever the order of sums.
          optimiser: "momentum",
          momentum: 0.99,
          learningRate: 10,
          clipNorm: 1e6,
          warmupSteps: 0,
          steps: 200,
          minLearningRate: 10
        }
      })
    ).rejects.toThrow(/^The loss is not a finite number at step/);
  });
});

it("compares gradients by the largest element, and refuses those of another model", () => {
  const of = (...numbers: number[]) => ({w: {shape: [numbers.length], data: Float32Array.from(numbers)}});
  expect(largestDifference(of(1, 2), of(1, 4))).toBe(0.5);
  expect(() => largestDifference(of(1), of(1, 2))).toThrow("There is no such gradient of w.");
  expect(() => largestDifference({}, of(1))).toThrow("Gradients of different models cannot be compared.");
});
