// @vitest-environment jsdom
import {expect, test, vi} from "vitest";
import type {KeptModel} from "../../src/components/exchange/opening/importedStore.js";
import {modelConfig} from "../../src/components/model/config.js";
import {characterTokenizer} from "../../src/components/text/characterTokenizer.js";
import {beginning} from "../../src/components/workbench/beginning.js";
import {huggingFacePanel} from "../../src/components/workbench/huggingFacePanel.js";

const tokenizer = characterTokenizer(["a", "b"]);
const config = modelConfig({nLayer: 2, nHead: 2, nEmbd: 8, nInner: 20, blockSize: 12, vocabSize: 11});
const model = {onnx: async () => new Blob(["abc"]), step: 7};
const said = (node: HTMLElement) => node.textContent!.replace(/\s+/g, " ");

test("says which class opens the folder, or before the download what has no counterpart", () => {
  expect(said(huggingFacePanel(model, config))).toContain("opens unchanged as GPT2LMHeadModel in Python");
  const own = huggingFacePanel(model, {...config, position: "alibi", norm: "none"});
  expect(said(own)).toMatch(
    /Take care\. Hugging Face's GPT-2, .* no counterpart for ALiBi positions and blocks without norms\. The zip has the model in this site’s own form/
  );
  expect(own.querySelector("button")!.textContent).toBe("Download glassformer-step-7.zip");
});

test("a run begins from random parameters unless an opened model is chosen", async () => {
  const kept: KeptModel = {
    facts: {
      version: 1,
      name: "mine.zip",
      config,
      tokenizer: tokenizer.toJSON(),
      corpus: null,
      remarks: [],
      bytes: 1
    },
    file: new Blob(["x"])
  };
  const node = beginning({read: async () => kept});
  const [random, opened] = node.querySelectorAll<HTMLInputElement>("input[type=radio]");
  await vi.waitFor(() =>
    expect(said(node)).toContain("The model from mine.zip: 2 layers, width 8, 11 tokens")
  );
  // Offered, not chosen: it may be of another day.
  expect([random!.checked, node.value]).toEqual([true, null]);
  opened!.checked = true;
  opened!.dispatchEvent(new Event("change"));
  expect(node.value).toEqual({name: "mine.zip", file: kept.file});
  expect(node.querySelector<HTMLElement>(".figure-note")!.hidden).toBe(false);
  const none = beginning({read: async () => null});
  expect(none.querySelectorAll<HTMLElement>("label")[1]!.hidden).toBe(true);
});
