import {messageOf} from "../../errorMessage.js";
import {readTokenizer} from "../../text/tokenizerFile.js";
import {FormatError} from "../formatError.js";
import {fromOnnx} from "../onnx/onnx.js";
import {openRunFile} from "../runFile.js";
import {runRecord} from "../runRecord.js";
import {isCheckpoint} from "../safetensors/safetensorsFile.js";
import {isZip, readZip} from "../zip/zipReader.js";
import type {GivenFile, ImportedModel, ImportOptions} from "./importedModel.js";
import {readFolderFiles} from "./readFolderFiles.js";

/** What a zip may hold: more files than any model's folder has, and as many bytes as a zip's sizes can tell. */
const ZIP_LIMITS = {members: 1000, bytes: 2 ** 32};
/** Bytes of the largest ONNX file that is opened, which is held whole. */
const LARGEST_ONNX = 1_500_000_000;

/**
 * The model in files that were chosen or dropped together: a zip of a folder; the files of a folder in Hugging Face's
 * layout, GPT-2's or Llama's, trained here or elsewhere; a checkpoint or a run of ours; an ONNX file of ours. Headers are
 * read and checked before any weight is, and weights one after the other. Rejects with FormatError, with a sentence for
 * people, and with the signal's reason.
 */
export async function readModelFiles(
  files: readonly GivenFile[],
  options: ImportOptions = {}
): Promise<ImportedModel> {
  try {
    return await read(files, options);
  } catch (error) {
    options.signal?.throwIfAborted();
    if (error instanceof FormatError) throw error;
    if ((error as Error).name === "NotReadableError" || (error as Error).name === "NotFoundError")
      throw new FormatError("A file changed or went away while it was read. Choose the files again.");
    throw new FormatError(`The model could not be opened: ${messageOf(error)}`);
  }
}

async function read(
  files: readonly GivenFile[],
  options: ImportOptions,
  isUnpacked = false
): Promise<ImportedModel> {
  const [only] = files;
  if (!only) throw new FormatError(isUnpacked ? "The zip holds no model." : "No file was given.");
  if (files.length === 1) {
    if (await isZip(only.file)) {
      // There are zips that hold themselves.
      if (isUnpacked) throw new FormatError("The zip holds nothing but a zip. Unpack it and open that one.");
      return readZipped(only, options);
    }
    if (await isCheckpoint(only.file)) return readRun(only, options);
    if (only.name.endsWith(".onnx")) return readOnnx(only, options);
  }
  return readFolderFiles(files, options);
}

/** Unpacks what is needed; an ONNX file beside weights would only say the same again. */
async function readZipped(
  {name, file}: GivenFile,
  {signal, onProgress}: ImportOptions
): Promise<ImportedModel> {
  const members = await readZip(file, ZIP_LIMITS);
  const hasWeights = members.some(({name}) => name.endsWith(".safetensors"));
  const wanted = members.filter(
    ({name}) =>
      !/(^|\/)(\.|__MACOSX\/)/.test(name) &&
      /\.(json|txt|safetensors|onnx)$/.test(name) &&
      !(hasWeights && name.endsWith(".onnx"))
  );
  // Each byte is read to be checked, and the weights once more.
  const checked = wanted.reduce((sum, {size}) => sum + size, 0);
  let done = 0;
  const onBytes = (count: number) => {
    done += count;
    onProgress?.(done, 2 * checked);
  };
  const files: GivenFile[] = [];
  for (const member of wanted) files.push({name: member.name, file: await member.open({signal, onBytes})});
  const unpacked: ImportOptions = {
    signal,
    onProgress: (bytes, total) => onProgress?.(checked + (bytes / total) * checked, 2 * checked)
  };
  const model = await read(files, unpacked, true);
  return {...model, name};
}

async function readRun({name, file}: GivenFile, {signal, onProgress}: ImportOptions): Promise<ImportedModel> {
  const {snapshot} = await openRunFile(file);
  signal?.throwIfAborted();
  onProgress?.(file.size, file.size);
  return {
    name,
    config: snapshot.modelConfig,
    parameters: snapshot.parameters,
    tokenizer: readTokenizer(snapshot.corpus.tokenizer),
    run: runRecord(snapshot),
    remarks: []
  };
}

async function readOnnx(
  {name, file}: GivenFile,
  {signal, onProgress}: ImportOptions
): Promise<ImportedModel> {
  if (file.size > LARGEST_ONNX)
    throw new FormatError(
      `${name} is too large to be opened here: it has ${file.size.toLocaleString("en")} bytes.`
    );
  const bytes = new Uint8Array(await file.arrayBuffer());
  signal?.throwIfAborted();
  const {config, parameters, metadata} = fromOnnx(bytes);
  onProgress?.(file.size, file.size);
  return {
    name,
    config,
    parameters,
    tokenizer: readTokenizer(metadata.tokenizer),
    run: metadata.run,
    remarks: []
  };
}
