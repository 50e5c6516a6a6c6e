import {execFile} from "node:child_process";
import {cp, mkdtemp, readdir, readFile, rm, writeFile} from "node:fs/promises";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {promisify} from "node:util";
import {afterAll, beforeAll, describe, expect, it} from "vitest";
import {exportTargets} from "../../src/cli/exportTargets.js";
import {readAnyRun} from "../../src/cli/readAnyRun.js";
import {readRunFrom} from "../../src/cli/runFolder.js";
import {sampleBatch} from "../../src/components/corpus/batches.js";
import {readRunFile} from "../../src/components/exchange/runFile.js";
import type {ParameterData} from "../../src/components/model/parameters.js";
import {createRandom} from "../../src/components/random.js";
import {readTokenizer} from "../../src/components/text/tokenizerFile.js";
import type {Snapshot} from "../../src/components/training/snapshot.js";
import {Trainer} from "../../src/components/training/trainer.js";
import {useBackend} from "../backends.js";
import {torchRuns} from "../fixtures/torchRuns.js";
import recorded from "../fixtures/torchRuns.json" with {type: "json"};
import {needsPytorch, runProcesses, runPython} from "../python.js";

/** Steps done here before the run leaves, and after how many of PyTorch's it is compared. */
const [BEFORE, AFTER] = [5, 8];
/** Sums in another order, three steps long: of a loss in nats; of a parameter, whose steps are up to 0.01 long. */
const [LOSS, PARAMETER] = [1e-5, 2e-5];

const names = ["gpt2", "documents"] as const;
type Name = (typeof names)[number];

let folder: string;
/** What our own trainer makes of the same steps. */
const own = {} as Record<Name, Snapshot>;
let batch: {loss: number; file: string};

beforeAll(async () => {
  await useBackend("wasm");
  folder = await mkdtemp(join(tmpdir(), "export-"));
  for (const name of names) {
    const {snapshot, corpus} = torchRuns[name]();
    const trainer = new Trainer(snapshot, corpus, "wasm");
    const train = async (until: number) => {
      while (trainer.step < until) {
        if (trainer.step % 2 === 0) await trainer.validationLoss();
        await trainer.trainStep();
      }
    };
    await train(BEFORE);
    await exportTargets.torch(join(folder, name), await trainer.snapshot(), corpus);
    if (name === "gpt2") batch = await windows(trainer, corpus.val);
    await train(AFTER);
    own[name] = await trainer.snapshot();
    trainer.dispose();
  }
  await cp(join(folder, "gpt2"), join(folder, "read"), {recursive: true});
});
afterAll(() => rm(folder, {recursive: true}));

const trainIn = (name: string) => [join(folder, name, "train.py"), "--until", `${AFTER}`, "--device", "cpu"];

/** A batch as a file, and its loss. */
async function windows(trainer: Trainer, tokens: Uint16Array) {
  const drawn = sampleBatch(tokens, {batchSize: 8, blockSize: 16}, createRandom(3));
  const file = join(folder, "batch.bin");
  await writeFile(
    file,
    Buffer.concat([drawn.inputs, drawn.targets].map(({buffer}) => new Uint8Array(buffer)))
  );
  return {loss: await trainer.meanLoss([drawn]), file};
}

function largestDifference(a: ParameterData, b: ParameterData): number {
  expect(Object.keys(a).sort()).toEqual(Object.keys(b).sort());
  return Math.max(
    ...Object.entries(a).map(([name, {data}]) =>
      data.reduce((most, value, i) => Math.max(most, Math.abs(value - b[name]!.data[i]!)), 0)
    )
  );
}

/** The run as PyTorch left it is the run as we go on with it. */
function expectSame(found: Snapshot, wanted: Snapshot): void {
  expect(found.step).toBe(AFTER);
  expect(found.random).toEqual(wanted.random);
  expect(found.adapter).toMatch(/^PyTorch .* on \d x cpu$/);
  expect(found.trainConfig).toEqual(wanted.trainConfig);
  expect(found.history).toHaveLength(wanted.history.length);
  for (const [i, point] of wanted.history.entries()) {
    const same = found.history[i]!;
    expect(same.step).toBe(point.step);
    for (const field of ["trainLoss", "validationLoss"] as const) {
      if (point[field] === null) expect(same[field]).toBeNull();
      else expect(Math.abs(same[field]! - point[field]!), `${field} at ${point.step}`).toBeLessThan(LOSS);
    }
    if (point.gradientNorm !== undefined)
      expect(same.gradientNorm! / point.gradientNorm, `norm at ${point.step}`).toBeCloseTo(1, 4);
  }
  expect(largestDifference(found.parameters, wanted.parameters)).toBeLessThan(PARAMETER);
  expect(largestDifference(found.firstMoments, wanted.firstMoments)).toBeLessThan(PARAMETER);
  expect(largestDifference(found.secondMoments, wanted.secondMoments)).toBeLessThan(PARAMETER);
}

describe("a run that goes on in PyTorch", () => {
  it("is here what PyTorch once made of it, step by step", () => {
    // The numbers that make_torch_runs.py wrote, for machines without PyTorch.
    for (const name of names) {
      const points = own[name].history.filter(({trainLoss}) => trainLoss !== null);
      expect(points.map(({trainLoss}) => trainLoss!.toFixed(4))).toEqual(
        recorded[name].losses.map((loss) => loss.toFixed(4))
      );
      expect(own[name].random).toEqual(recorded[name].random);
      const sum = Object.values(own[name].parameters).reduce(
        (total, {data}) => data.reduce((sum, value) => sum + Math.abs(value), total),
        0
      );
      expect(sum / recorded[name].parameterSum).toBeCloseTo(1, 5);
    }
  });

  it("takes the steps that our trainer takes", async (context) => {
    needsPytorch(context);
    await runPython(trainIn("gpt2"));
    const {snapshot, remarks} = await readAnyRun(join(folder, "gpt2"), undefined);
    expect(remarks).toEqual([]);
    expectSame(snapshot, own.gpt2);
    // The same with its text, which the lab opens.
    const whole = readRunFile(await readFile(join(folder, "gpt2/run.safetensors")));
    expect(whole.corpus?.train).toEqual(torchRuns.gpt2().corpus.train);
    expect(whole.snapshot.parameters).toEqual(snapshot.parameters);
  });

  it("takes them as two processes, which average gradients", async (context) => {
    needsPytorch(context);
    await runProcesses(2, trainIn("documents"));
    const file = join(folder, "documents/checkpoint.safetensors");
    expectSame((await readRunFrom(file)).snapshot, own.documents);
  });

  it("is read by GPT2LMHeadModel's names, NumPy and pickle", async (context) => {
    needsPytorch(context);
    const {corpus} = torchRuns.gpt2();
    const found = JSON.parse(
      await runPython(["test/fixtures/torch_checks.py", join(folder, "read"), batch.file])
    );
    expect(Object.keys(found.losses)).toEqual(expect.arrayContaining(["own", "reader"]));
    for (const loss of Object.values<number>(found.losses))
      expect(Math.abs(loss - batch.loss)).toBeLessThan(LOSS);
    expect(Object.keys(found.differences).length).toBeGreaterThan(20);
    for (const [name, difference] of Object.entries(found.differences))
      expect(difference, name).toBeLessThan(1e-4);
    const sum = (tokens: Uint16Array) => [tokens.length, tokens.reduce((a, b) => a + b, 0)];
    expect(found.tokens).toEqual({train: sum(corpus.train), val: sum(corpus.val)});
    expect(found.vocabSize).toBe(8);
    expect(found.isInverse).toBe(true);
    expect(found.spelt).toBe(readTokenizer(corpus.meta.tokenizer).decode(corpus.val.subarray(0, 100)));
  });
});

describe("npm run export", () => {
  const command = (...args: string[]) =>
    promisify(execFile)(process.execPath, ["--import", "tsx", "src/cli/export.ts", ...args]).catch(
      (error: {code: number; stdout: string; stderr: string}) => error
    );

  it("writes a folder from a run's file, says what comes next, and refuses a folder that holds a run", async () => {
    const {snapshot, corpus} = torchRuns.gpt2();
    const run = join(folder, "run");
    await exportTargets.site(run, snapshot, corpus);
    const to = join(folder, "written");
    const [written, unknown, held] = await Promise.all([
      command("--for", "nanogpt", "--run", join(run, "run.safetensors"), "--to", to),
      command("--for", "jax", "--run", run, "--to", to),
      command("--for", "torch", "--run", run, "--to", run)
    ]);
    expect(written.stderr).toBe("");
    expect(written.stdout).toMatch(/^This model computes GELU by tanh, nanoGPT by the error function/);
    expect(written.stdout).toContain(`Wrote the run at step 0 of 20 to ${to}. Next: copy the folder`);
    expect((await readdir(to)).sort()).toEqual(["ckpt.py", "config", "data", "nanogpt.safetensors"]);
    expect(unknown.stderr.trim()).toBe("--for is jax; it must be one of torch, nanogpt, site.");
    expect(held.stderr.trim()).toBe(`${run} holds a run of 0 steps: choose another folder for --to.`);
    expect([unknown, held]).toMatchObject([{code: 1}, {code: 1}]);
  });
});
