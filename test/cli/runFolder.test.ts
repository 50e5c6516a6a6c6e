import {mkdtemp, readdir, readFile, rm, writeFile} from "node:fs/promises";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterEach, beforeEach, describe, expect, it} from "vitest";
import {heldRun, readRun, writeModel, writeRun} from "../../src/cli/runFolder.js";
import {CHECKPOINT_FILE} from "../../src/components/exchange/checkpoint.js";
import {MODEL_FILES} from "../../src/components/exchange/modelFiles.js";
import {readModelFolder} from "../../src/components/exchange/modelFolder.js";
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
