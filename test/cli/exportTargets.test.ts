import {mkdtemp, readFile, rename, rm, writeFile} from "node:fs/promises";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterAll, beforeAll, expect, it, test} from "vitest";
import {exportTargets} from "../../src/cli/exportTargets.js";
import {readAnyRun} from "../../src/cli/readAnyRun.js";
import {heldRun, readRun, writeModel} from "../../src/cli/runFolder.js";
import type {Batch} from "../../src/components/corpus/batches.js";
import type {Corpus} from "../../src/components/corpus/meta.js";
import {storyCorpus} from "../../src/components/corpus/storyCorpus.js";
import {readRunFile} from "../../src/components/exchange/runFile.js";
import {readTokenizer} from "../../src/components/text/tokenizerFile.js";
import {newRun} from "../../src/components/training/newRun.js";
import type {Snapshot} from "../../src/components/training/snapshot.js";
import {Trainer} from "../../src/components/training/trainer.js";
import {useBackend} from "../backends.js";
import {torchRuns} from "../fixtures/torchRuns.js";
import {needsPytorch, runPython} from "../python.js";

let folder: string;
let snapshot: Snapshot;
let corpus: Corpus;
/** The loss of the first four windows of the text, before and after one update at rate 1e-3. */
let wanted: {loss: number; after: Snapshot};

beforeAll(async () => {
  await useBackend("wasm");
  folder = await mkdtemp(join(tmpdir(), "nanogpt-"));
  const begun = torchRuns.gpt2();
  corpus = begun.corpus;
  const steady = {clipNorm: 1e6, accumulationSteps: 1, schedule: "constant", warmupSteps: 0} as const;
  const run: Snapshot = {
    ...begun.snapshot,
    modelConfig: {...begun.snapshot.modelConfig, activation: "geluExact"},
    trainConfig: {...begun.snapshot.trainConfig, ...steady, learningRate: 1e-3, minLearningRate: 1e-3}
  };
  const trainer = new Trainer(run, corpus, "wasm");
  for (let i = 0; i < 3; i++) await trainer.trainStep();
  await trainer.validationLoss();
  snapshot = await trainer.snapshot();
  const {loss, norm} = trainer.update(firstWindows(corpus.train, 4, 16));
  wanted = {loss: (await loss.data())[0]!, after: await trainer.snapshot()};
  loss.dispose();
  norm.dispose();
  trainer.dispose();
});
afterAll(() => rm(folder, {recursive: true}));

function firstWindows(tokens: Uint16Array, count: number, T: number): Batch {
  const rows = (shift: number) =>
    Int32Array.from({length: count * T}, (_, i) => tokens[Math.floor(i / T) + (i % T) + shift]!);
  return {inputs: rows(0), targets: rows(1)};
}

it("nanoGPT goes on with a run, optimiser and all, and it comes back", async (context) => {
  needsPytorch(context);
  const place = join(folder, "nanogpt");
  const {differences} = await exportTargets.nanogpt(place, snapshot, corpus);
  expect(differences).toEqual([expect.stringContaining("a random state of its own")]);
  const found = JSON.parse(await runPython(["test/fixtures/nanogpt_checks.py", place]));
  expect(found).toMatchObject({
    keys: ["best_val_loss", "config", "iter_num", "model", "model_args", "optimizer"],
    iterations: 3,
    settings: {init_from: "resume", batch_size: 4, decay_lr: false, n_layer: 2},
    spelt: readTokenizer(corpus.meta.tokenizer).decode(corpus.train.subarray(0, 50))
  });
  expect(found.best).toBeCloseTo(snapshot.history.at(-1)!.validationLoss!, 5);
  expect(Math.abs(found.loss - wanted.loss)).toBeLessThan(1e-5);

  await rename(join(place, "back.safetensors"), join(place, "nanogpt.safetensors"));
  const back = await readAnyRun(place, undefined);
  expect(back.snapshot.step).toBe(4);
  for (const kind of ["parameters", "firstMoments", "secondMoments"] as const)
    for (const [name, {data}] of Object.entries(wanted.after[kind])) {
      const most = data.reduce(
        (m, x, i) => Math.max(m, Math.abs(x - back.snapshot[kind][name]!.data[i]!)),
        0
      );
      expect(most, `${kind} ${name}`).toBeLessThan(1e-6);
    }
  const site = join(folder, "site");
  await exportTargets.site(site, back.snapshot, back.corpus);
  expect(await heldRun(site)).toBe("a run of 4 steps");
  const held = await readRun(site);
  expect(held.corpus.train).toEqual(corpus.train);
  const file = readRunFile(await readFile(join(site, "run.safetensors")));
  expect(file.snapshot.parameters).toEqual(held.snapshot.parameters);
  expect(file.corpus?.val).toEqual(corpus.val);
});

test("a model's folder goes on where its text is at hand", async () => {
  const {corpus: stories} = await storyCorpus();
  const vocabSize = readTokenizer(stories.meta.tokenizer).vocabulary.length;
  const begun = newRun({...snapshot.modelConfig, vocabSize}, snapshot.trainConfig, stories.meta);
  const place = join(folder, "model");
  await writeModel(place, {...begun, step: 9}, 1.5);
  const {snapshot: found, corpus: read, remarks} = await readAnyRun(place, undefined);
  expect(found.step).toBe(9);
  expect(found.parameters).toEqual(begun.parameters);
  expect(read.val).toEqual(stories.val);
  expect(remarks[0]).toContain("both begin anew");
  const other = join(folder, "other.txt");
  await writeFile(other, "Quite another text. ".repeat(300));
  await expect(readAnyRun(place, other)).rejects.toThrow(
    /trained on “story grammar”, and .*other\.txt is another text/
  );
});

test("what cannot be exported is said before anything is written", async () => {
  await expect(readAnyRun(join(folder, "nowhere"), undefined)).rejects.toThrow(
    /nowhere holds no run: there is neither checkpoint\.safetensors nor/
  );
  const rope = {...snapshot, modelConfig: {...snapshot.modelConfig, position: "rope" as const}};
  await expect(exportTargets.nanogpt(join(folder, "no"), rope, corpus)).rejects.toThrow(
    /no counterpart .* position rope/
  );
  const mlp = {...snapshot, modelConfig: {...snapshot.modelConfig, architecture: "mlp" as const}};
  await expect(exportTargets.torch(join(folder, "no"), mlp, corpus)).rejects.toThrow(
    /only transformers are exported/
  );
  await expect(readFile(join(folder, "no"))).rejects.toThrow("ENOENT");
});
