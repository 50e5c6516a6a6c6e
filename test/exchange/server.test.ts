import {expect, test} from "vitest";
import {importModel, storeModel, zipModel} from "../../src/components/exchange/client.js";
import {FormatError} from "../../src/components/exchange/formatError.js";
import {fromOnnx, readOnnxHeader} from "../../src/components/exchange/onnx/onnx.js";
import type {KeptModel} from "../../src/components/exchange/opening/importedStore.js";
import {readModelFiles} from "../../src/components/exchange/opening/readModelFiles.js";
import {serveExchange} from "../../src/components/exchange/server.js";
import type {WorkerLike} from "../../src/components/inference/workerQueue.js";
import {configOf, filesOf, folderModel, foreignFiles} from "./huggingFace/folders.js";

/** A worker in this very thread. */
function worker(
  write: (...asked: unknown[]) => Promise<KeptModel> = async (facts, parts) =>
    ({facts, file: new Blob(parts as BlobPart[])}) as KeptModel
) {
  const made: WorkerLike & {ended: boolean} = {
    ended: false,
    onmessage: null,
    postMessage: (message) => void handle(message as never),
    terminate() {
      made.ended = true;
    }
  };
  const handle = serveExchange(
    {
      postMessage: (message) =>
        setTimeout(() => made.ended || made.onmessage?.({data: message} as MessageEvent))
    },
    {write: write as never}
  );
  return made;
}

test("a model from files becomes an ONNX file of ours, with what is known of it", async () => {
  const model = folderModel(configOf());
  const labels = new Set<string>();
  const imported = await importModel(filesOf(model), {
    createWorker: worker,
    onProgress: ({label}) => labels.add(label)
  });
  expect(imported.problem).toBeNull();
  expect(imported.facts).toMatchObject({
    name: "model",
    config: model.config,
    corpus: {name: "none"},
    bytes: imported.file.size
  });
  const back = fromOnnx(new Uint8Array(await imported.file.arrayBuffer()));
  expect(back.parameters).toEqual(model.parameters);
  expect(back.metadata.run).toEqual(model.run);
  expect([...labels]).toEqual(["Reading the model", "Keeping the model"]);
});

test("a file's weights are written anew in another format, and the rest of it stays", async () => {
  const {onnx} = folderModel(configOf());
  const small = await storeModel(new Blob([onnx as Uint8Array<ArrayBuffer>]), "int8", {createWorker: worker});
  expect(small.size).toBeLessThan(onnx.length);
  const [before, after] = [readOnnxHeader(onnx), readOnnxHeader(new Uint8Array(await small.arrayBuffer()))];
  expect(after).toEqual({...before, graph: {...before.graph, weights: "int8"}});
});

test("one that was not trained here has no run, and goes out and in again", async () => {
  const {facts, file} = await importModel(foreignFiles("llama in bfloat16"), {createWorker: worker});
  expect(facts.corpus).toBeNull();
  const zip = await zipModel(file, {createWorker: worker});
  const back = await readModelFiles([{name: "again.zip", file: zip}]);
  expect(back).toMatchObject({config: facts.config, run: null});
  const first = await readModelFiles(foreignFiles("llama in bfloat16"));
  expect(back.parameters).toEqual(first.parameters);
});

test("where the browser keeps nothing, the model is there all the same", async () => {
  const refusing = () => worker(() => Promise.reject(new Error("no")));
  const {file, problem} = await importModel(filesOf(folderModel(configOf())), {createWorker: refusing});
  expect(problem).toContain("(no), so it is here until you leave the page");
  expect(fromOnnx(new Uint8Array(await file.arrayBuffer())).config).toEqual(configOf());
});

test("bad files are a FormatError, and a signal ends the worker", async () => {
  const bad = importModel([{name: "x.zip", file: new Blob(["PK\x03\x04"])}], {createWorker: worker});
  await expect(bad).rejects.toThrow(FormatError);
  const ending = new AbortController();
  const made = worker();
  const reading = importModel(filesOf(folderModel(configOf())), {
    createWorker: () => made,
    signal: ending.signal
  });
  ending.abort(new Error("enough"));
  await expect(reading).rejects.toThrow("enough");
  expect(made.ended).toBe(true);
});
