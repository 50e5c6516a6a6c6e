import type {CorpusMeta} from "../corpus/meta.js";
import type {ModelConfig} from "../model/config.js";
import type {TrainConfig} from "../training/config.js";
import {NOTES_LIMIT, tidyNotes} from "../training/notes.js";
import {thinHistory} from "../training/shelf.js";
import type {BegunFrom, HistoryPoint, Snapshot} from "../training/snapshot.js";
import {readModelConfig, readTrainConfig} from "./configReader.js";
import {JsonReader} from "./jsonReader.js";
import {MODEL_FILES} from "./modelFiles.js";

/**
 * How a model came to be, as it travels with the model (`run.json`). It holds no date and no path, so that
 * the same run writes the same file, but for the seconds that it took.
 */
export interface RunRecord {
  version: 3;
  seed: number;
  config: ModelConfig;
  trainConfig: TrainConfig;
  /** The text it learnt from; `floor` in nats a token, as in `CorpusMeta`. */
  corpus: Pick<CorpusMeta, "name" | "source" | "license" | "sha256" | "floor">;
  /** As in `Snapshot`. */
  begunFrom?: BegunFrom;
  /** What computed it, for people. */
  adapter: string;
  /** As in `Snapshot`. */
  tuning?: Record<string, string>;
  /** Steps done, and the seconds they took. */
  steps: number;
  seconds: number;
  /** The last measured validation loss, in nats a token; null when none was. */
  validationLoss: number | null;
  history: HistoryPoint[];
  /** What the reader has written about the run. */
  notes?: string;
}

/** What a record is made from. */
export type RecordedRun = Pick<
  Snapshot,
  | "modelConfig"
  | "trainConfig"
  | "corpus"
  | "begunFrom"
  | "adapter"
  | "tuning"
  | "step"
  | "seconds"
  | "history"
  | "notes"
>;

/** The record of a run as it stands; of a long curve at most `points`, among them as many measured ones as there is room for. */
export function runRecord(snapshot: RecordedRun, points = CURVE_POINTS): RunRecord {
  const {name, source, license, sha256, floor} = snapshot.corpus;
  const measured = snapshot.history.findLast((point) => point.validationLoss !== null);
  return {
    version: 3,
    seed: snapshot.trainConfig.seed,
    config: snapshot.modelConfig,
    trainConfig: snapshot.trainConfig,
    corpus: {name, source, license, sha256, floor},
    ...(snapshot.begunFrom && {begunFrom: snapshot.begunFrom}),
    adapter: snapshot.adapter,
    ...(snapshot.tuning && {tuning: snapshot.tuning}),
    steps: snapshot.step,
    seconds: snapshot.seconds,
    validationLoss: measured?.validationLoss ?? null,
    history: thinHistory(snapshot.history, points).map(({step, trainLoss, validationLoss, ...more}) => ({
      step,
      trainLoss: rounded(trainLoss),
      validationLoss: rounded(validationLoss),
      ...(more.gradientNorm === undefined ? {} : {gradientNorm: rounded(more.gradientNorm)!}),
      ...(more.seconds === undefined ? {} : {seconds: Math.round(more.seconds * 1000) / 1000})
    })),
    ...(snapshot.notes && {notes: snapshot.notes})
  };
}

/** A curve of this many points is drawn as a longer one would be, and a model's file stays a model's. */
const CURVE_POINTS = 600;

/** Six digits: more than float32 knows of a loss, and a shorter file. */
const rounded = (loss: number | null): number | null => (loss === null ? null : Number(loss.toPrecision(6)));

/** Reads the text of a `run.json`. Throws FormatError, with a sentence for people, when it is something else. */
export const parseRunRecord = (text: string): RunRecord =>
  readRunRecord(JsonReader.parse(text, MODEL_FILES.run));

/** A record of this or an older version. Throws FormatError naming the first field that is not as it should be. */
export function readRunRecord(json: JsonReader): RunRecord {
  const version = json.get("version").integer();
  if (version !== 1 && version !== 2 && version !== 3)
    return json.get("version").fail("1, 2 or 3; a newer version of this site wrote the file");
  return {
    version: 3,
    seed: json.get("seed").number(),
    config: readModelConfig(json.get("config"), version),
    trainConfig: readTrainConfig(json.get("trainConfig"), version),
    corpus: readCorpusFacts(json.get("corpus")),
    ...readBegunFrom(json),
    adapter: json.get("adapter").string(),
    ...readTuning(json),
    steps: json.get("steps").integer(),
    seconds: json.get("seconds").number(),
    validationLoss: json.get("validationLoss").nullable((loss) => loss.number()),
    history: readHistory(json.get("history")),
    ...readNotes(json)
  };
}

export function readHistory(json: JsonReader): HistoryPoint[] {
  return json.map((point) => ({
    step: point.get("step").integer(),
    trainLoss: point.get("trainLoss").nullable((loss) => loss.number()),
    validationLoss: point.get("validationLoss").nullable((loss) => loss.number()),
    ...optional(point, "gradientNorm"),
    ...optional(point, "seconds")
  }));
}

/** The choices of kernels, which files of other engines do not have. */
export function readTuning(json: JsonReader): {tuning?: Record<string, string>} {
  if (!json.keys().includes("tuning")) return {};
  const tuning = json.get("tuning");
  return {tuning: Object.fromEntries(tuning.keys().map((key) => [key, tuning.get(key).string()]))};
}

/** The model that the run began at, which most files do not have. */
export function readBegunFrom(json: JsonReader): {begunFrom?: BegunFrom} {
  if (!json.keys().includes("begunFrom")) return {};
  const model = json.get("begunFrom");
  return {begunFrom: {name: model.get("name").string(), sha256: readSha256(model.get("sha256"))}};
}

/** What is written about a run, which files from before there were notes do not have. */
export function readNotes(json: JsonReader): {notes?: string} {
  if (!json.keys().includes("notes")) return {};
  const text = json.get("notes").string();
  if (text.length > NOTES_LIMIT) return json.get("notes").fail(`text of at most ${NOTES_LIMIT} characters`);
  const notes = tidyNotes(text);
  return notes === "" ? {} : {notes};
}

export function readSha256(json: JsonReader): string {
  const text = json.string();
  return /^[0-9a-f]{64}$/.test(text) ? text : json.fail("64 hexadecimal digits");
}

/** A number that older files, and some points, do not have. */
function optional<Field extends "gradientNorm" | "seconds">(point: JsonReader, field: Field) {
  return (point.keys().includes(field) ? {[field]: point.get(field).number()} : {}) as {
    [Name in Field]?: number;
  };
}

export function readCorpusFacts(json: JsonReader): RunRecord["corpus"] {
  return {
    name: json.get("name").string(),
    source: json.get("source").string(),
    license: json.get("license").string(),
    sha256: readSha256(json.get("sha256")),
    floor: json.get("floor").nullable((floor) => ({
      train: floor.get("train").number(),
      val: floor.get("val").number()
    }))
  };
}
