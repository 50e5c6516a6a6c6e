import type {ModelConfig} from "../../model/config.js";
import {parameterCount} from "../../model/parameters.js";
import {readMergesFile} from "../../text/readMergesFile.js";
import type {Tokenizer} from "../../text/tokenizer.js";
import {readTokenizer} from "../../text/tokenizerFile.js";
import {type ConfigVersion, readModelConfig} from "../configReader.js";
import {FormatError} from "../formatError.js";
import {gpt2FromShapes} from "../huggingFace/gpt2FromShapes.js";
import {readHuggingFaceConfig} from "../huggingFace/huggingFaceConfig.js";
import {WEIGHTS_KEY} from "../huggingFace/huggingFaceFolder.js";
import {JsonReader} from "../jsonReader.js";
import {HUGGING_FACE_FILES, MODEL_FILES} from "../modelFiles.js";
import {publishedConfig} from "../publishedConfig.js";
import {type RunRecord, readRunRecord} from "../runRecord.js";
import {type GivenFile, type ImportedModel, type ImportOptions, LARGEST_MODEL} from "./importedModel.js";
import {checkWeights, readParameters} from "./readParameters.js";
import {openWeights, type Weights} from "./weightsFile.js";

/** Bytes of the largest of the small files: GPT-2's tokenizer has two million. */
const LARGEST_TEXT = 10_000_000;

/**
 * The model in the files of one folder in Hugging Face's layout. Needed are weights and a tokenizer (`tokenizer.json`, or
 * `vocab.json` and `merges.txt`); `config.json` says the model's shape, and where it is missing our own weights do, and
 * GPT-2's nearly. Rejects as `readModelFiles` does.
 */
export async function readFolderFiles(
  files: readonly GivenFile[],
  {signal, onProgress}: ImportOptions = {}
): Promise<ImportedModel> {
  const stored = weightFiles(files);
  const folder = filesBeside(stored[0]!, files);
  const remarks: string[] = [];
  const weights = await openWeights(stored, signal);
  const configFile = await readJson(folder, MODEL_FILES.config, signal);
  const config = configFile ? readHuggingFaceConfig(configFile) : configOf(weights, remarks);
  checkSize(config);
  const tokenizer = await readFolderTokenizer(folder, signal);
  checkVocabulary(tokenizer, config);
  checkWeights(config, weights);
  const run = await readRun(folder, weights, signal);
  const whole = run ? restored(config, run) : config;
  const parameters = await readParameters(whole, weights, {signal, onProgress});
  return {name: nameOf(stored[0]!), config: whole, parameters, tokenizer, run, remarks};
}

const NEEDED = {...MODEL_FILES, vocab: "vocab.json", merges: "merges.txt"} as const;

/** Where a file lies: "model/" of "model/config.json". */
const placeOf = ({name}: GivenFile): string => name.slice(0, name.lastIndexOf("/") + 1);
const baseOf = ({name}: GivenFile): string => name.slice(name.lastIndexOf("/") + 1);

/** The files that lie where the weights do, by their names; folders of others' have more models within them. */
function filesBeside(weights: GivenFile, files: readonly GivenFile[]): Map<string, Blob> {
  const folder = new Map<string, Blob>();
  for (const given of files) {
    if (placeOf(given) !== placeOf(weights)) continue;
    const base = baseOf(given);
    if (folder.has(base) && Object.values<string>(NEEDED).includes(base))
      throw new FormatError(`There are two files named ${base}: open the files of one model only.`);
    folder.set(base, given.file);
  }
  return folder;
}

/** The weights in the outermost folder that has any: the one file of the usual name, or all there are. */
function weightFiles(files: readonly GivenFile[]): GivenFile[] {
  const all = files.filter(({name}) => name.endsWith(".safetensors"));
  const depth = (file: GivenFile) => placeOf(file).split("/").length;
  const [outermost] = [...all].sort((a, b) => depth(a) - depth(b));
  if (outermost) {
    const beside = all.filter((file) => placeOf(file) === placeOf(outermost));
    const usual = beside.filter((file) => baseOf(file) === HUGGING_FACE_FILES.weights);
    return usual.length === 1 ? usual : beside;
  }
  const pickled = files.find(({name}) => /\.(bin|pt|pth|ckpt|pkl|h5|msgpack)$/.test(name));
  throw new FormatError(
    pickled
      ? `${pickled.name} holds weights as a program that would have to be run, which is not done here. Save the model with model.save_pretrained(folder, safe_serialization=True) and open model.safetensors.`
      : "There are no weights among the files: a model needs model.safetensors, and beside it config.json and tokenizer.json."
  );
}

function configOf(weights: Weights, remarks: string[]): ModelConfig {
  const text = weights.metadata[WEIGHTS_KEY.config];
  if (text !== undefined) {
    const json = JsonReader.parse(text, "The configuration in the weights");
    return readModelConfig(json, json.get("version").integer(2, 3) as ConfigVersion);
  }
  const config = gpt2FromShapes(weights.shapes);
  remarks.push(
    `There is no config.json, and weights do not tell how many heads they are of: ${config.nHead} were assumed, each 64 numbers wide, as in every GPT-2.`
  );
  return config;
}

function checkSize(config: ModelConfig): void {
  const count = parameterCount(config);
  if (count > LARGEST_MODEL)
    throw new FormatError(
      `The model has ${count.toLocaleString("en")} parameters; at most ${LARGEST_MODEL.toLocaleString("en")} can be opened here.`
    );
}

function checkVocabulary({vocabulary}: Tokenizer, {vocabSize}: ModelConfig): void {
  if (vocabulary.length !== vocabSize)
    throw new FormatError(
      `The tokenizer has ${vocabulary.length.toLocaleString("en")} tokens, but the model ${vocabSize.toLocaleString("en")}: they do not belong together.`
    );
}

async function readFolderTokenizer(
  folder: ReadonlyMap<string, Blob>,
  signal: AbortSignal | undefined
): Promise<Tokenizer> {
  const whole = await readJson(folder, MODEL_FILES.tokenizer, signal);
  if (whole) return whole.as(readTokenizer);
  const vocab = await readJson(folder, NEEDED.vocab, signal);
  const merges = await readText(folder, NEEDED.merges, signal);
  if (!vocab || merges === null)
    throw new FormatError(
      "There is no tokenizer among the files: open tokenizer.json, or vocab.json and merges.txt, together with the weights."
    );
  return vocab.as((tokens) => readMergesFile(tokens, merges));
}

/** The record beside the weights, or in them. */
async function readRun(
  folder: ReadonlyMap<string, Blob>,
  {metadata}: Weights,
  signal: AbortSignal | undefined
): Promise<RunRecord | null> {
  const file = await readJson(folder, MODEL_FILES.run, signal);
  if (file) return readRunRecord(file);
  const text = metadata[WEIGHTS_KEY.run];
  return text === undefined ? null : readRunRecord(JsonReader.parse(text, "The run in the weights"));
}

/** Our configuration of the same model, which knows fields that Hugging Face's form does not. */
function restored(config: ModelConfig, {config: own}: RunRecord): ModelConfig {
  if (JSON.stringify(publishedConfig(own)) !== JSON.stringify(publishedConfig(config)))
    throw new FormatError(
      `${MODEL_FILES.run} is of another model than ${MODEL_FILES.config}: open the files of one folder.`
    );
  return own;
}

async function readJson(
  folder: ReadonlyMap<string, Blob>,
  name: string,
  signal: AbortSignal | undefined
): Promise<JsonReader | null> {
  const text = await readText(folder, name, signal);
  return text === null ? null : JsonReader.parse(text, name);
}

async function readText(
  folder: ReadonlyMap<string, Blob>,
  name: string,
  signal: AbortSignal | undefined
): Promise<string | null> {
  const file = folder.get(name);
  if (!file) return null;
  if (file.size > LARGEST_TEXT)
    throw new FormatError(
      `${name} has ${file.size.toLocaleString("en")} bytes, far more than such a file ever needs.`
    );
  const text = await file.text();
  signal?.throwIfAborted();
  return text;
}

/** The folder's name where there is one, else the weights'. */
const nameOf = (weights: GivenFile): string => weights.name.split("/").at(-2) ?? weights.name;
