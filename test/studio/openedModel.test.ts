import {expect, test, vi} from "vitest";
import type {KeptModel} from "../../src/components/exchange/opening/importedStore.js";
import {modelConfig} from "../../src/components/model/config.js";
import type {StudioModel} from "../../src/components/studio/model.js";
import {ModelLoader, type Openers} from "../../src/components/studio/modelLoader.js";
import type {StudioSettings} from "../../src/components/studio/settings.js";
import {readSettings} from "../../src/components/studio/settings.js";
import {fakeModel} from "../fixtures/fakeModel.js";
import {tokenizer} from "../fixtures/model.js";

const config = modelConfig({nLayer: 1, nHead: 1, nEmbd: 4, nInner: 16, blockSize: 8, vocabSize: 11});
const kept = (name: string): KeptModel => ({
  facts: {version: 1, name, config, tokenizer: tokenizer.toJSON(), corpus: null, remarks: [], bytes: 1},
  file: new Blob(["x"])
});
const answering = (label: string): StudioModel => ({
  model: {...fakeModel(), label},
  own: false,
  mismatch: null,
  opening: ""
});

function loader(preferred: StudioSettings["model"], openers: Partial<Openers> = {}) {
  const made = {
    findOwnRun: async () => ({run: null, problem: null}),
    openOwnModel: async () => answering("own"),
    openShippedModel: vi.fn(async () => answering("shipped")),
    findOpenedModel: vi.fn(async () => kept("stored.zip") as KeptModel | null),
    openOpenedModel: vi.fn(async (_: unknown, {facts}: KeptModel) => ({
      ...answering(facts.name),
      opened: true as const
    })),
    ...openers
  } satisfies Openers;
  const site = {model: "", modelBytes: 1, tokenizer: "", run: "", corpusMeta: "", validation: ""};
  const wish = {model: preferred};
  return {
    made,
    wish,
    loader: new ModelLoader({site, preferred: () => wish.model, changed: () => {}, openers: made})
  };
}

test("the kept model answers where it is preferred, and is offered where it is not", async () => {
  const wanted = loader("opened");
  await wanted.loader.start();
  expect(wanted.loader.state).toMatchObject({
    model: {opened: true, model: {label: "stored.zip"}},
    remark: null
  });
  const other = loader("shipped");
  await other.loader.start();
  expect(other.loader.state).toMatchObject({
    model: {model: {label: "shipped"}},
    opened: {facts: {name: "stored.zip"}}
  });
});

test("where none is kept, the site's answers", async () => {
  const {loader: loading} = loader("opened", {findOpenedModel: async () => null});
  await loading.start();
  expect(loading.state).toMatchObject({model: {model: {label: "shipped"}}, opened: null, remark: null});
});

test("one opened on this page comes before the kept one; one opened in another tab is found", async () => {
  const findOpenedModel = vi.fn(async (): Promise<KeptModel | null> => null);
  const {loader: loading, wish} = loader("shipped", {findOpenedModel});
  await loading.start();
  wish.model = "opened";
  findOpenedModel.mockResolvedValue(kept("other-tab.zip"));
  await loading.load();
  expect(loading.state.model!.model.label).toBe("other-tab.zip");
  loading.take(kept("mine.zip"));
  await loading.load();
  expect(loading.state.model!.model.label).toBe("mine.zip");
});

test("one that cannot be opened leaves the model in use; at first the site's answers, with the reason", async () => {
  const openOpenedModel = () => Promise.reject(new Error("No memory."));
  const first = loader("opened", {openOpenedModel});
  await first.loader.start();
  expect(first.loader.state).toMatchObject({
    model: {model: {label: "shipped"}},
    remark: "The model from your files could not be opened: No memory. The site's model answers instead."
  });
  const {loader: loading, wish} = loader("shipped", {openOpenedModel});
  await loading.start();
  const inUse = loading.state.model;
  wish.model = "opened";
  await loading.load();
  expect(loading.state).toMatchObject({loading: {phase: "failed", message: "No memory."}});
  expect(loading.state.model).toBe(inUse);
});

test("the choice is remembered", () => {
  expect(readSettings('{"model": "opened"}').model).toBe("opened");
  expect(readSettings('{"model": "nonsense"}').model).toBe("own");
});
