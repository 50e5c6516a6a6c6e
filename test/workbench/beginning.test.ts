// @vitest-environment jsdom
import {expect, it, vi} from "vitest";
import type {KeptModel} from "../../src/components/exchange/opening/importedStore.js";
import {presets} from "../../src/components/training/presets.js";
import {beginning} from "../../src/components/workbench/beginning.js";
import {tinyCorpus} from "../training/corpus.js";

const kept: KeptModel = {
  facts: {
    version: 1,
    name: "<b>gpt2",
    config: {...presets.toy.model, vocabSize: 8},
    tokenizer: tinyCorpus().meta.tokenizer,
    corpus: null,
    remarks: [],
    bytes: 5
  },
  file: new Blob(["model"])
};

it("offers the opened model, and hands over its file and name when it is chosen", async () => {
  const node = beginning({read: async () => kept});
  const [random, opened] = node.querySelectorAll<HTMLInputElement>("input[type=radio]");
  expect(node.value).toBeNull();
  expect(node.opened).toBeNull();
  await vi.waitFor(() => expect(node.textContent).toContain("The model from <b>gpt2: "));
  // It may be asked for, as for a replay, without a run beginning at it.
  expect(node.opened).toEqual({name: "<b>gpt2", file: kept.file});
  expect(node.value).toBeNull();
  opened!.click();
  expect(node.value).toEqual({name: "<b>gpt2", file: kept.file});
  random!.click();
  expect(node.value).toBeNull();
});

it("shows where a model's files are opened", () => {
  const node = beginning({read: async () => null});
  const files = node.querySelector("details")!;
  expect(files.open).toBe(false);
  node.showFiles();
  expect(files.open).toBe(true);
});
