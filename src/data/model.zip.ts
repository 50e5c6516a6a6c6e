import {readFile} from "node:fs/promises";
import {basename, resolve} from "node:path";
import {zipSync} from "fflate";
import {MODEL_FILES} from "../components/exchange/modelFiles.js";
import {readModelFolder} from "../components/exchange/modelFolder.js";

/**
 * The trained model that the site ships, packed at build time: the folder in MODEL, else the one beside this
 * file. Writes a zip with flat names: model.onnx, tokenizer.json, config.json and run.json.
 */
const SHIPPED = "src/data/shipped-model";

try {
  const folder = resolve(process.env.MODEL || SHIPPED);
  const files = Object.fromEntries(
    await Promise.all(
      Object.values(MODEL_FILES).map(async (name) => [name, await read(folder, name)] as const)
    )
  );
  const {config, run} = readModelFolder(files);
  console.error(
    `Model: ${config.nLayer} layers, width ${config.nEmbd}, trained ${run.steps} steps on ${run.corpus.name}`
  );
  const flat = Object.fromEntries(Object.entries(files).map(([name, bytes]) => [basename(name), bytes]));
  // Weights do not compress; a stored zip unpacks at once.
  process.stdout.write(zipSync(flat, {level: 0}));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}

async function read(folder: string, name: string): Promise<Uint8Array> {
  try {
    return await readFile(resolve(folder, name));
  } catch (error) {
    const remedy = process.env.MODEL
      ? "MODEL must name a folder that npm run train wrote"
      : `make it with: npm run train -- --out ${SHIPPED}`;
    throw new Error(
      `The model's file ${resolve(folder, name)} cannot be read (${(error as Error).message}); ${remedy}.`
    );
  }
}
