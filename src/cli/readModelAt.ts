import {openAsBlob} from "node:fs";
import {readdir, stat} from "node:fs/promises";
import {basename, join, resolve} from "node:path";
import {HUGGING_FACE_FILES, MODEL_FILES} from "../components/exchange/modelFiles.js";
import type {GivenFile} from "../components/exchange/opening/importedModel.js";
import {readModelFiles} from "../components/exchange/opening/readModelFiles.js";
import {type GivenModel, givenModel} from "../components/training/givenModel.js";

/**
 * The model at a path: a file that the site opens as a model, a folder in Hugging Face's layout, or one of `npm run
 * train`. Throws FormatError, with a sentence for people, and Error where nothing is there.
 */
export async function readModelAt(path: string): Promise<GivenModel> {
  const found = await stat(path).catch(() => null);
  if (!found) throw new Error(`${path} cannot be read: --from needs a model’s folder or file.`);
  const files = found.isFile() ? [await given(path)] : await filesIn(path);
  return givenModel(basename(resolve(path)), await readModelFiles(files));
}

/** Of a folder of `npm run train` its model alone: the checkpoints beside it are models too. */
async function filesIn(folder: string): Promise<GivenFile[]> {
  const names = (await readdir(folder, {withFileTypes: true}))
    .filter((entry) => entry.isFile())
    .map(({name}) => name);
  const onnx = join(folder, MODEL_FILES.onnx);
  const hasOnnx = await stat(onnx).then(
    (found) => found.isFile(),
    () => false
  );
  if (hasOnnx && !names.includes(HUGGING_FACE_FILES.weights)) return [await given(onnx)];
  return Promise.all(names.map((name) => given(join(folder, name))));
}

const given = async (path: string): Promise<GivenFile> => ({name: path, file: await openAsBlob(path)});
