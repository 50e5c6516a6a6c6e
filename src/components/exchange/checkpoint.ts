import {readCorpusMeta} from "../corpus/readCorpus.js";
import {type ParameterData, parameterShapes} from "../model/parameters.js";
import {MOST_LOSS_SCALE} from "../ops/lossScaleState.js";
import type {RandomState} from "../random.js";
import {momentNames} from "../training/moments.js";
import type {Snapshot} from "../training/snapshot.js";
import {readModelConfig, readTrainConfig} from "./configReader.js";
import {FormatError} from "./formatError.js";
import {JsonReader} from "./jsonReader.js";
import {checkShapes} from "./parameterCheck.js";
import {readBegunFrom, readHistory, readNotes, readTuning} from "./runRecord.js";
import {crc32c} from "./safetensors/crc32c.js";
import {
  readSafetensors,
  type Safetensors,
  safetensorsParts,
  type Tensor,
  toBytes,
  writeSafetensors
} from "./safetensors/safetensors.js";

/** The name of a checkpoint in a run's folder. */
export const CHECKPOINT_FILE = "checkpoint.safetensors";
/** The key in the file's metadata under which everything but the arrays stands, as JSON. */
export const SNAPSHOT_KEY = "glassformer.snapshot";
/** CRC-32C of that JSON and all arrays, in hexadecimal. */
const CHECKSUM = "glassformer.crc32c";
/** In that JSON: a curve of millions of steps. */
const MOST_VALUES = 20_000_000;
const MOMENTS = {firstMoments: "first_moment.", secondMoments: "second_moment."} as const;

/** What a checkpoint's file may hold beside the run. */
export type Attachment = Partial<Pick<Safetensors, "lists" | "metadata">>;

/**
 * A run at rest as one safetensors file: parameters under their own names (so that other tools read the file
 * as a model), the optimiser's moments under the same names with a prefix, and the rest as JSON in the metadata.
 */
export const writeCheckpoint = (snapshot: Snapshot, attachment?: Attachment): Uint8Array<ArrayBuffer> =>
  writeSafetensors(content(snapshot, attachment));

/** The same file in pieces, of which only the first is new memory. */
export const checkpointParts = (snapshot: Snapshot, attachment?: Attachment): Uint8Array<ArrayBuffer>[] =>
  safetensorsParts(content(snapshot, attachment));

function content(snapshot: Snapshot, {lists = new Map(), metadata = {}}: Attachment = {}): Safetensors {
  const {parameters, firstMoments, secondMoments, ...rest} = snapshot;
  const tensors = new Map<string, Tensor>(Object.entries(parameters));
  for (const [name, tensor] of Object.entries(firstMoments)) tensors.set(MOMENTS.firstMoments + name, tensor);
  for (const [name, tensor] of Object.entries(secondMoments))
    tensors.set(MOMENTS.secondMoments + name, tensor);
  const json = JSON.stringify(rest);
  const sum = checksum(json, {tensors, lists});
  return {tensors, lists, metadata: {format: "pt", ...metadata, [SNAPSHOT_KEY]: json, [CHECKSUM]: sum}};
}

function checksum(json: string, {tensors, lists}: Pick<Safetensors, "tensors" | "lists">): string {
  let sum = crc32c(new TextEncoder().encode(json));
  for (const {data} of tensors.values()) sum = crc32c(toBytes(data), sum);
  for (const list of lists.values()) sum = crc32c(toBytes(list), sum);
  return sum.toString(16).padStart(8, "0");
}

/** Reads what `writeCheckpoint`, this one or an older one, wrote. Throws FormatError, with a sentence for people, for anything else. */
export const readCheckpoint = (bytes: Uint8Array): Snapshot => readCheckpointFile(bytes).snapshot;

/** The same with what the file holds beside the run. */
export function readCheckpointFile(bytes: Uint8Array): {snapshot: Snapshot} & Required<Attachment> {
  const {tensors, lists, metadata} = readSafetensors(bytes);
  const text = metadata[SNAPSHOT_KEY];
  if (text === undefined)
    throw new FormatError("This safetensors file is no checkpoint of ours: it may hold a model, but no run.");
  const json = JsonReader.parse(text, "The checkpoint", MOST_VALUES);
  const version = json.get("version").integer();
  if (version !== 1 && version !== 2 && version !== 3)
    throw new FormatError(
      `The checkpoint is of version ${version}; this program reads versions 1 to 3. Use the program that wrote it, or a newer one.`
    );
  const modelConfig = readModelConfig(json.get("modelConfig"), version);
  const trainConfig = readTrainConfig(json.get("trainConfig"), version);
  const shapes = parameterShapes(modelConfig);
  const pick = (prefix: string, names: readonly string[]): ParameterData => {
    const picked: ParameterData = {};
    for (const name of names) {
      const tensor = tensors.get(prefix + name);
      if (!tensor) throw new FormatError(`The checkpoint lacks ${prefix}${name}: it is damaged.`);
      picked[name] = tensor;
    }
    const wanted = Object.fromEntries(names.map((name) => [name, shapes[name]!]));
    json.get("modelConfig").as(() => checkShapes(wanted, picked));
    return picked;
  };
  const moments = momentNames(trainConfig.optimiser, shapes);
  const snapshot: Snapshot = {
    version: 3,
    runId: json.get("runId").string(),
    modelConfig,
    trainConfig,
    corpus: json.get("corpus").as(readCorpusMeta),
    ...readBegunFrom(json),
    step: json.get("step").integer(),
    random: readRandomState(json.get("random")),
    history: readHistory(json.get("history")),
    adapter: json.get("adapter").string(),
    ...readTuning(json),
    ...readLossScale(json),
    seconds: json.get("seconds").number(),
    ...readNotes(json),
    parameters: pick("", Object.keys(shapes)),
    firstMoments: pick(MOMENTS.firstMoments, moments.first),
    secondMoments: pick(MOMENTS.secondMoments, moments.second)
  };
  // Older files have no sum.
  if (Object.hasOwn(metadata, CHECKSUM) && metadata[CHECKSUM] !== checksum(text, {tensors, lists}))
    throw new FormatError(
      "The checkpoint is damaged: its numbers are not those that were written. Use another copy of the file."
    );
  return {snapshot, lists, metadata};
}

function readLossScale(json: JsonReader): Pick<Snapshot, "lossScale"> {
  if (!json.keys().includes("lossScale")) return {};
  const [scale, updates, ...more] = json.get("lossScale").array();
  if (!scale || !updates || more.length > 0) return json.get("lossScale").fail("two numbers");
  return {lossScale: [scale.integer(1, MOST_LOSS_SCALE), updates.integer()]};
}

function readRandomState(json: JsonReader): RandomState {
  const [a, b, c, counter, ...more] = json.array().map((word) => word.integer(-(2 ** 31), 2 ** 31 - 1));
  if (a === undefined || b === undefined || c === undefined || counter === undefined || more.length > 0)
    return json.fail("four whole numbers");
  return [a, b, c, counter];
}
