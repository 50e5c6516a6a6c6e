import {Blob as FileBlob, File as GivenFile} from "node:buffer";
import {afterAll, afterEach, beforeAll, beforeEach, expect, test, vi} from "vitest";
import {builtinEnvironments} from "vitest/runtime";
import {huggingFaceFolder} from "../../src/components/exchange/huggingFace/huggingFaceFolder.js";
import {fromOnnx} from "../../src/components/exchange/onnx/onnx.js";
import type {ImportedStore, KeptModel} from "../../src/components/exchange/opening/importedStore.js";
import {serveExchange} from "../../src/components/exchange/server.js";
import {writeZip} from "../../src/components/exchange/zip/zipWriter.js";
import {createRandom} from "../../src/components/random.js";
import type {StudioModel} from "../../src/components/studio/model.js";
import {attentionPanel} from "../../src/components/studio/panels/attentionPanel.js";
import {continuationPanel} from "../../src/components/studio/panels/continuationPanel.js";
import {measureNumbers} from "../../src/components/studio/panels/measurePanel.js";
import {modelPanel} from "../../src/components/studio/panels/modelPanel.js";
import {SettingsStore} from "../../src/components/studio/settings.js";
import {Studio} from "../../src/components/studio/studio.js";
import {beginning} from "../../src/components/workbench/beginning.js";
import {hostileKinds} from "../exchange/hostile/hostileFiles.js";
import {configOf, folderModel} from "../exchange/huggingFace/folders.js";
import {memoryFolder} from "../exchange/opening/memoryFolder.js";
import {fakeModel} from "../fixtures/fakeModel.js";
import {withoutCanvas} from "../views/canvasless.js";

const PATIENCE = {timeout: 20_000};
const STEPS = 4;

let store: ImportedStore;
let files: Map<string, Blob>;
let ends: (() => void)[] = [];

// What makes hostile files reads fixtures as only Node does, so the document comes after it.
let leave: () => unknown = () => {};
beforeAll(async () => {
  const {teardown} = await builtinEnvironments.jsdom.setup(globalThis, {});
  leave = () => teardown(globalThis);
});
afterAll(() => leave());

/** The worker that reads models, in this thread; it keeps them where the page finds them. */
class ThreadWorker {
  onmessage: ((event: MessageEvent) => void) | null = null;
  #isEnded = false;
  readonly #handle = serveExchange(
    {postMessage: (data) => setTimeout(() => this.#isEnded || this.onmessage?.({data} as MessageEvent))},
    store
  );
  postMessage(message: unknown): void {
    void this.#handle(message as never);
  }
  terminate(): void {
    this.#isEnded = true;
  }
}

beforeEach(() => {
  withoutCanvas();
  // The document's own lack what is read here.
  vi.stubGlobal("Blob", FileBlob);
  vi.stubGlobal("File", GivenFile);
  vi.stubGlobal("Worker", ThreadWorker);
  const memory = memoryFolder();
  ({store, files} = memory);
  const storage = {getDirectory: async () => ({getDirectoryHandle: async () => memory.folder})};
  Object.defineProperty(navigator, "storage", {value: storage, configurable: true});
});
afterEach(() => {
  for (const end of ends.splice(0)) end();
  vi.unstubAllGlobals();
  Reflect.deleteProperty(navigator, "storage");
  ends = [];
});

/** What cannot be harmless, of every kind that is one file: as many of each as are asked for. */
async function hostileFiles(count: number): Promise<File[]> {
  const names: Record<string, string> = {ONNX: "model.onnx", zip: "model.zip", checkpoint: "run.safetensors"};
  return hostileKinds.flatMap((kind) => {
    const found: File[] = [];
    const name = names[kind.name];
    for (let i = 0; name && found.length < count; i++) {
      const {content, mustFail} = kind.make(createRandom(i), i);
      if (mustFail) found.push(new File([content as Uint8Array<ArrayBuffer>], name));
    }
    return found;
  });
}

function goodZip(): File {
  const zip = writeZip(huggingFaceFolder(folderModel(configOf())));
  return new File([zip], "mine.zip");
}

/** Gives a panel a file, as a reader chooses one, and waits for what is said of it. */
async function open(node: HTMLElement, file: File): Promise<string> {
  const input = node.querySelector<HTMLInputElement>(".model-files input[type=file]")!;
  Object.defineProperty(input, "files", {value: [file], configurable: true});
  Object.defineProperty(input, "value", {value: "", writable: true, configurable: true});
  input.dispatchEvent(new Event("change"));
  expect(input.disabled).toBe(true);
  const said = (selector: string) => node.querySelector(`.model-files ${selector}`)!.textContent ?? "";
  await vi.waitFor(() => {
    expect(input.disabled).toBe(false);
    expect(said(".drop-said") + said(".drop-problem")).not.toBe("");
  }, PATIENCE);
  return said(".drop-said") + said(".drop-problem");
}

/** A page with what Attend, Sample and Measure show, on a model that ships and on those from files. */
async function page() {
  const answering = (label: string): StudioModel => {
    const inner = fakeModel({vocabSize: 7});
    const trace: typeof inner.trace = async (ids, options) => {
      const traced = await inner.trace(ids, options);
      return options?.attention ? {...traced, attention: new Float32Array(ids.length ** 2)} : traced;
    };
    return {model: {...inner, trace, label}, own: false, mismatch: null, opening: "abc"};
  };
  const settings = new SettingsStore(null, new EventTarget());
  settings.set({prompt: "abc", passage: "abcabc"});
  const studio = new Studio({
    site: {model: "", modelBytes: 1, tokenizer: "", run: "", corpusMeta: "", validation: ""},
    views: {steps: STEPS, attention: true, passage: true},
    settings,
    frame: (callback) => callback(),
    openers: {
      findOwnRun: async () => ({run: null, problem: null}),
      openOwnModel: async () => answering("own"),
      openShippedModel: async () => answering("shipped"),
      findOpenedModel: () => store.read(),
      // What is kept is a whole model, or this rejects.
      openOpenedModel: async (_, {facts, file}: KeptModel) => {
        fromOnnx(new Uint8Array(await file.arrayBuffer()));
        return {...answering(facts.name), opened: true as const};
      }
    }
  });
  ends.push(() => studio.dispose());
  const panels = [modelPanel(studio), continuationPanel(studio), measureNumbers(), attentionPanel()];
  const node = document.createElement("main");
  node.append(...panels);
  studio.subscribe((state) => {
    for (const panel of panels) panel.update(state);
  });
  await studio.start();
  const settled = () =>
    vi.waitFor(() => {
      const {writing, measurement, attention} = studio.state;
      expect(writing?.tokens.length).toBe(STEPS);
      expect(measurement?.tempered && !measurement.progress).toBeTruthy();
      expect(attention?.trace && !attention.stale).toBeTruthy();
    }, PATIENCE);
  return {node, studio, settled};
}

test("Attend, Sample and Measure: the model in use, and the one that is kept, stay through every bad file", async () => {
  const {node, studio, settled} = await page();
  expect(await open(node, goodZip())).toMatch(/^Opened mine\.zip: 2 layers/);
  await vi.waitFor(() => expect(studio.state.model?.model.label).toBe("mine.zip"), PATIENCE);
  await settled();
  const {model, writing} = studio.state;
  const before = {tokens: writing!.tokens, kept: [...files.keys()], facts: (await store.read())!.facts};

  const bad = await hostileFiles(12);
  expect(bad.length).toBe(36);
  for (const file of bad) {
    const said = await open(node, file);
    expect(said).toMatch(/^\S.+\. The model in use stays\.$/s);
    expect(studio.state.model).toBe(model);
    expect([...files.keys()]).toEqual(before.kept);
  }
  expect((await store.read())!.facts).toEqual(before.facts);
  expect(studio.state.loading).toEqual({phase: "ready"});
  expect(node.querySelector(".model-line")!.textContent).toContain("mine.zip");

  // It does not only stand there: it answers, the same as before and to something new.
  expect(studio.state.writing!.tokens).toEqual(before.tokens);
  studio.set({prompt: "cba", passage: "gfedcba"});
  await vi.waitFor(() => expect(studio.state.writing!.prompt).toEqual([2, 1, 0]), PATIENCE);
  await settled();
  expect(studio.state.model).toBe(model);
  expect(await open(node, goodZip())).toMatch(/^Opened mine\.zip/);
});

test("Train: the model that a run is to begin at stays through every bad file", async () => {
  const node = beginning();
  expect(node.value).toBeNull();
  await open(node, goodZip());
  const chosen = node.value!;
  expect(chosen).not.toBeNull();
  for (const file of await hostileFiles(4)) {
    expect(await open(node, file)).toMatch(/The model in use stays\.$/);
    expect(node.value).toEqual(chosen);
  }
  const [random, opened] = node.querySelectorAll<HTMLInputElement>("input[type=radio]");
  expect([random!.checked, opened!.checked]).toEqual([false, true]);
});
