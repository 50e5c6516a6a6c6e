import {readFile} from "node:fs/promises";
import {join, resolve} from "node:path";
import {fileURLToPath} from "node:url";
import {MODEL_FILES} from "../components/exchange/modelFiles.js";
import {type ModelFolder, readModelFolder} from "../components/exchange/modelFolder.js";
import {parseRunRecord, type RunRecord} from "../components/exchange/runRecord.js";

/** The model that the site ships, checked, with the bytes of its files by their names in the folder. */
export interface ShippedModel extends ModelFolder {
  files: Record<string, Uint8Array>;
  /** The file that holds its parameters. */
  onnx: Uint8Array;
}

/**
 * Reads the model in the folder MODEL, else the one beside this file. Rejects with Error, saying what to do, where a file
 * is not there, and with FormatError where they do not belong together.
 */
export async function shippedModel(): Promise<ShippedModel> {
  const names = Object.keys(MODEL_FILES) as (keyof typeof MODEL_FILES)[];
  const files = Object.fromEntries(
    await Promise.all(names.map(async (name) => [MODEL_FILES[name], await shippedFile(name)] as const))
  );
  return {...readModelFolder(files), files, onnx: files[MODEL_FILES.onnx]!};
}

/** How that model was trained, and its configuration. */
export async function shippedRun(): Promise<RunRecord> {
  return parseRunRecord(new TextDecoder().decode(await shippedFile("run")));
}

/** One of its files alone, unchecked. */
export async function shippedFile(name: keyof typeof MODEL_FILES): Promise<Uint8Array> {
  const folder = process.env.MODEL || fileURLToPath(new URL("./shipped-model", import.meta.url));
  const path = resolve(join(folder, MODEL_FILES[name]));
  try {
    return await readFile(path);
  } catch (error) {
    const remedy = process.env.MODEL
      ? "MODEL must name a folder that npm run train wrote"
      : "make it with: npm run train -- --out src/data/shipped-model";
    throw new Error(
      `The model's file ${path} cannot be read (${error instanceof Error ? error.message : error}); ${remedy}.`
    );
  }
}
