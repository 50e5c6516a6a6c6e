import {expect, test} from "vitest";
import {
  type ImportedFacts,
  ImportedStore,
  notKept
} from "../../../src/components/exchange/opening/importedStore.js";
import {tokenizer} from "../../fixtures/model.js";
import {configOf} from "../huggingFace/folders.js";
import {memoryFolder} from "./memoryFolder.js";

const facts: ImportedFacts = {
  version: 1,
  name: "mine.zip",
  config: configOf(),
  tokenizer: tokenizer.toJSON(),
  corpus: {name: "tales", sha256: "0".repeat(64)},
  remarks: ["assumed"],
  bytes: 5
};

const parts = (text: string) => [...text].map((character) => new TextEncoder().encode(character));

test("what is written is read by another page, and the next takes its place", async () => {
  const {files, store} = memoryFolder();
  expect(await store.read()).toBeNull();
  await store.write(facts, parts("12345"));
  const kept = await store.read();
  expect(kept!.facts).toEqual(facts);
  expect(await kept!.file.text()).toBe("12345");
  const other = await store.write({...facts, name: "other", corpus: null, bytes: 2}, parts("ab"));
  expect([other.facts.name, await other.file.text()]).toEqual(["other", "ab"]);
  expect((await store.read())!.facts).toEqual(other.facts);
  expect(files.size).toBe(2);
  await store.remove();
  expect(await store.read()).toBeNull();
  expect(files.size).toBe(0);
});

test("where there is no room, what was there stays, whole", async () => {
  const {files, store} = memoryFolder(5000);
  await store.write(facts, parts("12345"));
  const before = [...files.keys()];
  const refused = store.write({...facts, bytes: 6000}, [new Uint8Array(6000)]);
  await expect(refused).rejects.toThrow("full");
  expect(notKept(await refused.catch((error) => error))).toContain("There is no room for the model");
  expect([...files.keys()]).toEqual(before);
  expect(await (await store.read())!.file.text()).toBe("12345");
});

test.each<[string, (files: Map<string, Blob>) => void]>([
  ["its file is gone", (files) => files.delete([...files.keys()].find((name) => name.endsWith(".onnx"))!)],
  [
    "its file is cut short",
    (files) => files.set([...files.keys()].find((name) => name.endsWith(".onnx"))!, new Blob(["1"]))
  ],
  ["what is known of it is damaged", (files) => files.set("model.json", new Blob(["{"]))],
  ["a newer version wrote it", (files) => files.set("model.json", new Blob(['{"version": 2}']))]
])("there is none where %s", async (_, damage) => {
  const {files, store} = memoryFolder();
  await store.write(facts, parts("12345"));
  damage(files);
  expect(await store.read()).toBeNull();
});

test("there is none where the browser has no place for files", async () => {
  const store = new ImportedStore(() => Promise.reject(new DOMException("no", "SecurityError")));
  expect(await store.read()).toBeNull();
  const refused = await store.write(facts, []).catch((error) => error);
  expect(notKept(refused)).toBe(
    "The browser does not keep the model (no), so it is here until you leave the page."
  );
});
