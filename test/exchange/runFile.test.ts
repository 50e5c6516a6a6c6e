import {expect, test} from "vitest";
import {readCheckpoint, writeCheckpoint} from "../../src/components/exchange/checkpoint.js";
import {FormatError} from "../../src/components/exchange/formatError.js";
import {
  LARGEST_RUN_FILE,
  modelInstead,
  openRunFile,
  readRunFile,
  writeRunFile
} from "../../src/components/exchange/runFile.js";
import {readSafetensors, writeSafetensors} from "../../src/components/exchange/safetensors/safetensors.js";
import {writeZip} from "../../src/components/exchange/zip/zipWriter.js";
import {modelConfig} from "../../src/components/model/config.js";
import {newRun} from "../../src/components/training/newRun.js";
import {presets} from "../../src/components/training/presets.js";
import {tinyCorpus} from "../training/corpus.js";

const corpus = tinyCorpus();
const model = modelConfig({nLayer: 1, nHead: 1, nEmbd: 4, nInner: 8, blockSize: 8, vocabSize: 8});
const snapshot = {...newRun(model, presets.toy.train, corpus.meta), step: 5};
const file = writeRunFile(snapshot, corpus);
const bytes = new Uint8Array(await file.arrayBuffer());

/** The file with something changed, and no sum to tell. */
function edited(edit: (file: ReturnType<typeof readSafetensors>) => void): Uint8Array {
  const content = readSafetensors(bytes);
  delete content.metadata["glassformer.crc32c"];
  edit(content);
  return writeSafetensors(content);
}

test("a run and its text come back from one file as they were", async () => {
  const back = await openRunFile(file);
  expect(back.snapshot).toEqual(snapshot);
  expect(back.corpus).toEqual({meta: corpus.meta, train: corpus.train.slice(), val: corpus.val.slice()});
  // Other readers of checkpoints need not know of tokens.
  expect(readCheckpoint(bytes)).toEqual(snapshot);
});

test("a run's notes are in its file, and are refused where they are no text", async () => {
  const noted = {...snapshot, notes: "tried 3e-3\nthen less"};
  const back = await openRunFile(writeRunFile(noted, corpus));
  expect(back.snapshot.notes).toBe(noted.notes);
  const spoilt = edited(({metadata}) => {
    const rest = JSON.parse(metadata["glassformer.snapshot"]!);
    metadata["glassformer.snapshot"] = JSON.stringify({...rest, notes: ["a list"]});
  });
  expect(() => readRunFile(spoilt)).toThrow("notes");
});

test("a checkpoint without a text is read as one", () => {
  expect(readRunFile(writeCheckpoint(snapshot))).toEqual({snapshot, corpus: null});
});

test("a model that was chosen as a run is told from a damaged run, and where it is opened", async () => {
  const zip = writeZip([{name: "config.json", content: "{}"}]);
  await expect(openRunFile(zip)).rejects.toThrow(
    /^This is a zip, and a run is one safetensors file\. A model is opened above, under “A new run”/
  );
  const weights = new Blob([writeSafetensors({...readSafetensors(bytes), metadata: {format: "pt"}})]);
  await expect(openRunFile(weights)).rejects.toThrow(
    /^These are a model’s weights without a run: .*tokenizer\.json/
  );
  expect(await modelInstead(file)).toBeNull();
  expect(await modelInstead(new Blob([writeCheckpoint(snapshot)]))).toBeNull();
  // What is neither is left to whoever reads it.
  expect(await modelInstead(new Blob(["nothing of the kind"]))).toBeNull();
  expect(await modelInstead(new Blob([]))).toBeNull();
});

test("a changed bit is found wherever it is among the numbers", () => {
  const start = 8 + Number(new DataView(bytes.buffer).getBigUint64(0, true));
  for (const at of [start, start + 1001, bytes.length - 900, bytes.length - 2]) {
    const damaged = bytes.slice();
    damaged[at]! ^= 1;
    expect(() => readRunFile(damaged)).toThrow(/is damaged: its numbers are not those that were written/);
  }
  expect(() => readRunFile(bytes.subarray(0, -2))).toThrow(FormatError);
});

test("what does not belong together, is too new or too large is refused with a sentence", async () => {
  const refused: [Uint8Array, RegExp][] = [
    [edited(({metadata}) => Object.assign(metadata, {"glassformer.tokens": "f".repeat(64)})), /another text/],
    [edited(({lists}) => lists.delete("corpus.val")), /lacks a part of its text/],
    [edited(({lists}) => lists.set("corpus.val", Uint16Array.of(1, 2))), /val\.bin has 4 bytes/],
    [edited(({lists}) => lists.get("corpus.train")!.fill(9, 3, 4)), /token 3 of train\.bin is 9/],
    [
      edited(({metadata}) => {
        const json = JSON.parse(metadata["glassformer.snapshot"]!);
        metadata["glassformer.snapshot"] = JSON.stringify({...json, version: 9});
      }),
      /version 9; this program reads versions 1 to 3.*newer one/
    ],
    [new TextEncoder().encode("not a file of ours at all"), /not a whole safetensors file/]
  ];
  for (const [damaged, sentence] of refused) {
    expect(() => readRunFile(damaged)).toThrow(FormatError);
    expect(() => readRunFile(damaged)).toThrow(sentence);
  }
  let isRead = false;
  const huge = {
    size: LARGEST_RUN_FILE + 1,
    slice: (start: number, end: number) => file.slice(start, end),
    arrayBuffer: async () => {
      isRead = true;
      return new ArrayBuffer(0);
    }
  } as Blob;
  await expect(openRunFile(huge)).rejects.toThrow(/has 1,000 MB; at most 1,000 MB can be opened here/);
  expect(isRead).toBe(false);
});
