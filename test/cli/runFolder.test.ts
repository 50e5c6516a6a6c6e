import {mkdtemp, readdir, readFile, rm, writeFile} from "node:fs/promises";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterEach, beforeEach, describe, expect, it} from "vitest";
import {
  BEST_FILE,
  checkpointFile,
  heldRun,
  readRun,
  readRunFrom,
  writeCheckpointFile,
  writeLogs,
  writeModel,
  writeRun
} from "../../src/cli/runFolder.js";
import {CHECKPOINT_FILE} from "../../src/components/exchange/checkpoint.js";
import {MODEL_FILES} from "../../src/components/exchange/modelFiles.js";
import {readModelFolder} from "../../src/components/exchange/modelFolder.js";
import {writeRunFile} from "../../src/components/exchange/runFile.js";
import {modelConfig} from "../../src/components/model/config.js";
import {newRun} from "../../src/components/training/newRun.js";
import {presets} from "../../src/components/training/presets.js";
import {tinyCorpus} from "../training/corpus.js";

const corpus = tinyCorpus();
const model = modelConfig({nLayer: 1, nHead: 2, nEmbd: 8, nInner: 16, blockSize: 8, vocabSize: 8});
const snapshot = {
  ...newRun(model, presets.toy.train, corpus.meta),
  step: 30,
  adapter: "wasm",
  seconds: 1.5,
  history: [{step: 30, trainLoss: 2, validationLoss: 2.25}]
};
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "run-"));
});
afterEach(() => rm(folder, {recursive: true}));

const filesIn = async (path: string) =>
  (await readdir(path, {recursive: true, withFileTypes: true}))
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name)
    .sort();

describe("a run's folder", () => {
  it("gives back the run and its text as they were, and leaves no part of a file", async () => {
    await writeRun(folder, snapshot, corpus);
    expect(await filesIn(folder)).toEqual([CHECKPOINT_FILE, "meta.json", "train.bin", "val.bin"].sort());
    const read = await readRun(folder);
    expect(read.snapshot).toEqual(snapshot);
    expect(read.corpus).toEqual({
      meta: corpus.meta,
      train: corpus.train.slice(),
      val: corpus.val.slice()
    });
  });

  it("takes a later state without the text being written again", async () => {
    await writeRun(folder, snapshot, corpus);
    await writeRun(folder, {...snapshot, step: 60});
    expect((await readRun(folder)).snapshot.step).toBe(60);
  });

  it("tells what run it holds, and that it holds none", async () => {
    expect(await heldRun(join(folder, "nowhere"))).toBe(null);
    expect(await heldRun(folder)).toBe(null);
    await writeModel(folder, snapshot, 1.75);
    expect(await heldRun(folder)).toBe(null); // a model alone is nothing to continue
    await writeRun(folder, snapshot, corpus);
    expect(await heldRun(folder)).toBe("a run of 30 steps");
    await writeRun(folder, {...snapshot, step: 1});
    expect(await heldRun(folder)).toBe("a run of 1 step");
    await writeFile(join(folder, CHECKPOINT_FILE), "garbage");
    expect(await heldRun(folder)).toBe("a run whose checkpoint is damaged");
  });

  it("holds the model as the site ships it", async () => {
    const written = await writeModel(folder, snapshot, 1.75);
    expect(written.sort()).toEqual(Object.values(MODEL_FILES).sort());
    const files = Object.fromEntries(
      await Promise.all(
        written.map(async (name) => [name, new Uint8Array(await readFile(join(folder, name)))])
      )
    );
    const {config, run, tokenizer} = readModelFolder(files);
    expect(config).toEqual(model);
    expect(tokenizer.vocabulary).toHaveLength(8);
    // The loss over the whole validation text, not the last estimate from some windows.
    expect(run).toMatchObject({steps: 30, validationLoss: 1.75, adapter: "wasm"});
  });
});

describe("a run in one file", () => {
  const text = {meta: corpus.meta, train: corpus.train.slice(), val: corpus.val.slice()};

  it("is read with the text in it, wherever it lies", async () => {
    const file = join(folder, "downloaded.safetensors");
    await writeFile(file, new Uint8Array(await writeRunFile(snapshot, corpus).arrayBuffer()));
    expect(await readRunFrom(file)).toEqual({snapshot, corpus: text});
  });

  it("is read with the text of the folder that it lies in", async () => {
    await writeRun(folder, snapshot, corpus);
    for (const name of [BEST_FILE, checkpointFile(20)]) {
      const earlier = {...snapshot, step: 20};
      await writeCheckpointFile(folder, name, earlier);
      expect(await readRunFrom(join(folder, name))).toEqual({snapshot: earlier, corpus: text});
    }
    expect([checkpointFile(900), checkpointFile(1000)].sort()[0]).toBe(
      "checkpoints/step-0000900.safetensors"
    );
  });

  it("is refused where there is no text, or another one", async () => {
    await writeCheckpointFile(folder, "alone.safetensors", snapshot);
    await expect(readRunFrom(join(folder, "alone.safetensors"))).rejects.toThrow(
      /not its text, and there is none/
    );
    await writeRun(folder, snapshot, {...corpus, meta: {...corpus.meta, sha256: "1".repeat(64)}});
    await expect(readRunFrom(join(folder, "alone.safetensors"))).rejects.toThrow(/trained on another text/);
    await writeFile(join(folder, "poem.txt"), "no run at all");
    await expect(readRunFrom(join(folder, "poem.txt"))).rejects.toThrow(/not a whole safetensors file/);
  });
});

it("the curve lies beside the model, for spreadsheets and for TensorBoard", async () => {
  const names = await writeLogs(folder, snapshot);
  expect(names).toEqual(["log.csv", expect.stringMatching(/^events\.out\.tfevents\.\d{10}\.glassformer$/)]);
  expect(await readFile(join(folder, "log.csv"), "utf8")).toMatch(/\r\n30,[\d.]+,2,2\.25,/);
  expect((await readFile(join(folder, names[1]!))).length).toBeGreaterThan(100);
});

describe("a folder that is no run's", () => {
  it("is refused with the name of what is missing", async () => {
    await expect(readRun(join(folder, "nowhere"))).rejects.toThrow(
      /nowhere.* cannot be read: --resume needs the folder of an earlier run/
    );
  });

  it("is refused when its text is another one", async () => {
    await writeRun(folder, snapshot, {...corpus, meta: {...corpus.meta, sha256: "1".repeat(64)}});
    await expect(readRun(folder)).rejects.toThrow(/trained on another text/);
  });

  it.each([
    ["corpus/meta.json", "{", /meta\.json/],
    ["corpus/meta.json", "{}", /meta\.json has version/],
    ["corpus/train.bin", "short", /train\.bin has 5 bytes/],
    [CHECKPOINT_FILE, "garbage", /checkpoint|safetensors/]
  ])("is refused when %s is damaged (%j)", async (name, content, message) => {
    await writeRun(folder, snapshot, corpus);
    await writeFile(join(folder, name), content);
    await expect(readRun(folder)).rejects.toThrow(message);
  });
});
