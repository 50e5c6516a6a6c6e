import {expect, it} from "vitest";
import {modelConfig} from "../../src/components/model/config.js";
import {newRun} from "../../src/components/training/newRun.js";
import {presets} from "../../src/components/training/presets.js";
import {readSnapshot, storeSnapshot} from "../../src/components/training/storedSnapshot.js";
import {tinyCorpus} from "./corpus.js";

const model = modelConfig({nLayer: 1, nHead: 1, nEmbd: 4, nInner: 8, blockSize: 8, vocabSize: 8});
const snapshot = newRun(model, presets.toy.train, tinyCorpus().meta);

it("stores a small snapshot as it is and a large one as a file, and reads both", async () => {
  expect(await storeSnapshot(snapshot)).toBe(snapshot);
  const file = await storeSnapshot(snapshot, 1000);
  expect(file).toBeInstanceOf(Blob);
  expect(await readSnapshot(file)).toEqual(snapshot);
  expect(await readSnapshot(snapshot)).toBe(snapshot);
});
