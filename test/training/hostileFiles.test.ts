import "fake-indexeddb/auto";
import {deleteDB} from "idb";
import {afterEach, beforeEach, expect, test} from "vitest";
import {modelConfig} from "../../src/components/model/config.js";
import {createRandom} from "../../src/components/random.js";
import {presets} from "../../src/components/training/presets.js";
import type {Command} from "../../src/components/training/protocol.js";
import type {Snapshot} from "../../src/components/training/snapshot.js";
import {RunStore} from "../../src/components/training/store.js";
import {hostileKinds} from "../exchange/hostile/hostileFiles.js";
import {FakePlace} from "./place.js";

const STORES = ["hostile-files", "undisturbed"] as const;
const begin: Extract<Command, {type: "begin"}> = {
  type: "begin",
  corpus: {kind: "text", name: "test", text: ""},
  modelConfig: modelConfig({nLayer: 1, nHead: 2, nEmbd: 8, nInner: 16, blockSize: 8}),
  trainConfig: {
    ...presets.toy.train,
    batchSize: 2,
    steps: 8,
    warmupSteps: 2,
    evalInterval: 4,
    evalBatches: 1
  },
  backend: "auto"
};

let stores: RunStore[];
beforeEach(async () => {
  stores = await Promise.all(STORES.map((name) => RunStore.open(name)));
});
afterEach(async () => {
  for (const store of stores) store.close();
  for (const name of STORES) await deleteDB(name);
});

/** What cannot be harmless of a kind, as files. */
function hostile(kind: string, count: number): Blob[] {
  const {make} = hostileKinds.find(({name}) => name === kind)!;
  const found: Blob[] = [];
  for (let i = 0; found.length < count; i++) {
    const {content, mustFail} = make(createRandom(i), i);
    if (mustFail) found.push(new Blob([content as Uint8Array<ArrayBuffer>]));
  }
  return found;
}

const essence = ({step, random, history, parameters, firstMoments, secondMoments}: Snapshot) => ({
  step,
  random,
  history: history.map(({seconds: _, ...point}) => point),
  parameters,
  firstMoments,
  secondMoments
});

test("a run goes on through every bad file as if none had been there, bit for bit", {
  timeout: 120_000
}, async () => {
  const [store, other] = stores as [RunStore, RunStore];
  const [place, undisturbed] = [new FakePlace(async () => store), new FakePlace(async () => other)];
  for (const one of [place, undisturbed]) {
    one.pace = 1;
    await one.handle(begin);
    await one.handle({type: "run", steps: 3});
  }
  const {runId} = (await store.summary())!;
  const bad: Command[] = [
    ...hostile("checkpoint", 24).map((file): Command => ({type: "openFile", file, backend: "auto"})),
    ...hostile("ONNX", 12).map((file): Command => ({...begin, from: {name: "model.onnx", file}}))
  ];
  for (const [i, command] of bad.entries()) {
    await place.handle(command);
    expect(place.all("problem").length).toBe(i + 1);
    expect(place.state).toBe("paused");
    expect(await store.summary()).toMatchObject({runId, step: 3});
  }
  for (const {message, fatal} of place.all("problem")) {
    expect(fatal).toBe(false);
    expect(message).toMatch(/^\S.+[.…]$/s);
  }
  expect(await store.kept()).toEqual([]);
  await place.handle({type: "run"});
  await undisturbed.handle({type: "run"});
  expect(place.state).toBe("complete");
  expect(essence((await store.snapshot())!)).toEqual(essence((await other.snapshot())!));
});
