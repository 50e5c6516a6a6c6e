import {messageOf} from "../../errorMessage.js";
import type {ModelConfig} from "../../model/config.js";
import type {TokenizerFile} from "../../text/tokenizer.js";
import {readModelConfig} from "../configReader.js";
import {JsonReader} from "../jsonReader.js";

/** What is known of a model that was opened from files, without reading its weights. */
export interface ImportedFacts {
  version: 1;
  /** Of the file or folder that it came from, for people. */
  name: string;
  config: ModelConfig;
  /** As stored: whoever uses it reads it with `readTokenizer`, which takes its time. */
  tokenizer: TokenizerFile;
  /** The text that it learnt from; null where its files do not say. */
  corpus: {name: string; sha256: string} | null;
  /** What its files left open, in sentences. */
  remarks: string[];
  /** Of its ONNX file. */
  bytes: number;
}

/** An opened model: what is known of it, and the model as an ONNX file of ours. */
export interface KeptModel {
  facts: ImportedFacts;
  file: Blob;
}

/** The part of the browser's file system that is used; a test has its own. */
export type Folder = Pick<FileSystemDirectoryHandle, "getFileHandle" | "removeEntry"> & {
  keys(): AsyncIterable<string>;
};

const FOLDER = "opened-model";
const FACTS = "model.json";

/**
 * The one model that a reader has opened from files, in the browser's own file system, because other storage does not take
 * files of this size. Another one takes its place only when it is written whole.
 */
export class ImportedStore {
  constructor(private readonly folder: (create: boolean) => Promise<Folder> = openFolder) {}

  /** Null where there is none, none that this version can read, and where the browser refuses. */
  async read(): Promise<KeptModel | null> {
    try {
      const folder = await this.folder(false);
      const text = await (await (await folder.getFileHandle(FACTS)).getFile()).text();
      const json = JsonReader.parse(text, FACTS);
      const facts = readFacts(json);
      const handle = await folder.getFileHandle(json.get("file").string());
      const file = await handle.getFile();
      return file.size === facts.bytes ? {facts, file} : null;
    } catch {
      return null;
    }
  }

  /** Rejects, with what there was before left as it is, where the browser has no room. */
  async write(facts: ImportedFacts, parts: readonly Uint8Array<ArrayBuffer>[]): Promise<KeptModel> {
    const folder = await this.folder(true);
    const name = `model-${crypto.randomUUID()}.onnx`;
    try {
      await writeFile(folder, name, parts);
      const facted = JSON.stringify({...facts, file: name});
      await writeFile(folder, FACTS, [new TextEncoder().encode(facted)]);
    } catch (error) {
      await folder.removeEntry(name).catch(() => {});
      throw error;
    }
    await removeOthers(folder, [name, FACTS]);
    const handle = await folder.getFileHandle(name);
    return {facts, file: await handle.getFile()};
  }

  async remove(): Promise<void> {
    await removeOthers(await this.folder(true), []);
  }
}

async function openFolder(create: boolean): Promise<Folder> {
  if (!navigator.storage?.getDirectory) throw new Error("this browser has no file system for sites");
  const root = await navigator.storage.getDirectory();
  return (await root.getDirectoryHandle(FOLDER, {create})) as unknown as Folder;
}

function readFacts(json: JsonReader): ImportedFacts {
  json.get("version").expect(1, "the version that is read here");
  return {
    version: 1,
    name: json.get("name").string(),
    config: readModelConfig(json.get("config"), 3),
    tokenizer: json.get("tokenizer").as((file) => file as TokenizerFile),
    corpus: json.get("corpus").nullable((corpus) => ({
      name: corpus.get("name").string(),
      sha256: corpus.get("sha256").string()
    })),
    remarks: json
      .get("remarks")
      .array()
      .map((remark) => remark.string()),
    bytes: json.get("bytes").integer()
  };
}

/** Whole or not at all: the browser puts the bytes in their place when the writer is closed. */
async function writeFile(
  folder: Folder,
  name: string,
  parts: readonly Uint8Array<ArrayBuffer>[]
): Promise<void> {
  const handle = await folder.getFileHandle(name, {create: true});
  const writer = await handle.createWritable();
  try {
    for (const part of parts) await writer.write(part);
    await writer.close();
  } catch (error) {
    await writer.abort().catch(() => {});
    throw error;
  }
}

async function removeOthers(folder: Folder, kept: readonly string[]): Promise<void> {
  const names: string[] = [];
  for await (const name of folder.keys()) names.push(name);
  // One that another tab reads at this moment stays until the next time.
  for (const name of names) if (!kept.includes(name)) await folder.removeEntry(name).catch(() => {});
}

/** Why a model is not kept, and what that means, in a sentence. */
export const notKept = (error: unknown): string =>
  (error as Error).name === "QuotaExceededError"
    ? "There is no room for the model in this browser's storage for the site, so it is here until you leave the page: free some space and open it again to keep it."
    : `The browser does not keep the model (${messageOf(error)}), so it is here until you leave the page.`;
