import type {CorpusMeta} from "../corpus/meta.js";
import {sha256AtOnce} from "../corpus/streamingSha256.js";
import type {CurvePoint} from "../evaluation/curveComparison.js";
import type {ModelConfig} from "../model/config.js";
import {SITE_VERSION} from "../siteVersion.js";
import type {TokenizerFile} from "../text/tokenizer.js";
import {parseTokenizerChoice, type TokenizerChoice} from "../text/tokenizerChoice.js";
import {readTokenizer} from "../text/tokenizerFile.js";
import type {TrainConfig} from "../training/config.js";
import {thinHistory} from "../training/shelf.js";
import type {BegunFrom} from "../training/snapshot.js";
import {type ConfigVersion, readModelConfig, readTrainConfig} from "./configReader.js";
import {FormatError} from "./formatError.js";
import {JsonReader} from "./jsonReader.js";
import {type RecordedRun, readBegunFrom, readSha256, readTuning} from "./runRecord.js";

/** The name of a receipt in a run's folder, and of its download. */
export const RECEIPT_FILE = "receipt.json";
const FORMAT = "glassformer receipt";

/** The form in which receipts hold configurations. */
const CONFIG_VERSION: ConfigVersion = 3;

/** Bytes of the largest receipt that is read; one of as many points as are written is half as large. */
export const LARGEST_RECEIPT = 4_000_000;
/** Points of a curve; of a longer one as many are written, evenly spread, each as it was measured. */
const MOST_POINTS = 20_000;
const LONGEST_NAME = 300;
const MOST_KERNELS = 1000;

/**
 * A reproducibility receipt: what is needed to train a run again from its seed and to tell whether the same came out. It
 * holds neither the text nor the parameters.
 */
export interface Receipt {
  version: 1;
  /** Of the site or program that wrote it. */
  siteVersion: string;
  modelConfig: ModelConfig;
  trainConfig: TrainConfig;
  text: ReceiptText;
  /** As in `Snapshot`: such a run can only be trained again where that very model is at hand. */
  begunFrom?: BegunFrom;
  /** What computed it, for people: "WebAssembly", "webgpu (apple m2)". */
  adapter: string;
  /** As in `Snapshot`. */
  tuning?: Record<string, string>;
  /** Updates done, and the seconds they took. */
  steps: number;
  seconds: number;
  /** Losses in nats a token, with all their digits. */
  curve: CurvePoint[];
}

/** What tells a text and its tokens from others. */
export interface ReceiptText {
  name: string;
  /** SHA-256 of its UTF-8 bytes, as in `CorpusMeta`, and how many they are. */
  sha256: string;
  bytes: number;
  tokens: {train: number; val: number};
  tokenizer: TokenizerChoice;
  /** SHA-256 of the tokenizer's file, its keys sorted. */
  tokenizerSha256: string;
}

/** The receipt of a run as it stands. */
export function receiptOf(run: RecordedRun): Receipt {
  return {
    version: 1,
    siteVersion: SITE_VERSION,
    modelConfig: run.modelConfig,
    trainConfig: run.trainConfig,
    text: receiptText(run.corpus),
    ...(run.begunFrom && {begunFrom: run.begunFrom}),
    adapter: run.adapter,
    ...(run.tuning && {tuning: run.tuning}),
    steps: run.step,
    seconds: run.seconds,
    curve: thinHistory(run.history, MOST_POINTS)
      // Two losses of a step that are both unknown say nothing.
      .filter(({trainLoss, validationLoss}) => trainLoss !== null || validationLoss !== null)
      .map(({step, trainLoss, validationLoss}) => ({step, trainLoss, validationLoss}))
  };
}

/** What is said of a text in its runs' receipts. */
export function receiptText({name, sha256, counts, tokenizer}: CorpusMeta): ReceiptText {
  return {
    name,
    sha256,
    bytes: counts.bytes,
    tokens: {train: counts.train, val: counts.val},
    tokenizer: choiceOf(tokenizer),
    tokenizerSha256: sha256OfText(sorted(tokenizer))
  };
}

/** The choice that a tokenizer was learnt by. */
function choiceOf(file: TokenizerFile): TokenizerChoice {
  const {kind, vocabulary, paddingId} = readTokenizer(file);
  const padding = paddingId === undefined ? {} : {padding: true};
  if (kind === "character") return {kind, ...padding};
  return {kind, vocabularySize: vocabulary.length - (paddingId === undefined ? 0 : 1), ...padding};
}

const sha256OfText = (text: string): string => sha256AtOnce(new TextEncoder().encode(text));

/** JSON whose objects have their keys in order, so that equal values are equal texts. */
const sorted = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner
  );

/** The receipt as the text of a file, with a line for each point of the curve. */
export function writeReceipt(receipt: Receipt): string {
  const {text, modelConfig, trainConfig, curve} = receipt;
  const {padding, ...choice} = text.tokenizer;
  const head = {
    format: FORMAT,
    version: receipt.version,
    siteVersion: receipt.siteVersion,
    seed: trainConfig.seed,
    configVersion: CONFIG_VERSION,
    modelConfig,
    trainConfig,
    text: {...text, tokenizer: tokenizerWord(choice as TokenizerChoice), padding: padding === true},
    ...(receipt.begunFrom && {begunFrom: receipt.begunFrom}),
    adapter: receipt.adapter,
    ...(receipt.tuning && {tuning: receipt.tuning}),
    steps: receipt.steps,
    seconds: receipt.seconds,
    curveColumns: COLUMNS
  };
  const rows = curve.map(({step, trainLoss, validationLoss}) =>
    JSON.stringify([step, trainLoss, validationLoss])
  );
  return `${JSON.stringify(head, null, 2).slice(0, -2)},\n  "curve": [\n    ${rows.join(",\n    ")}\n  ]\n}\n`;
}

const COLUMNS = ["step", "trainLoss", "validationLoss"];

const tokenizerWord = (choice: TokenizerChoice): string =>
  choice.kind === "character" ? choice.kind : `${choice.kind}:${choice.vocabularySize}`;

/** Reads what `writeReceipt` wrote. Throws FormatError, with a sentence for people, for anything else. */
export function readReceipt(text: string): Receipt {
  if (text.length > LARGEST_RECEIPT) throw tooLarge(text.length);
  const json = JsonReader.parse(text, "The receipt");
  json.get("format").expect(FORMAT, "for it to be a reproducibility receipt");
  const version = json.get("version").integer();
  if (version !== 1) return json.get("version").fail("1; a newer version of this site wrote the file");
  json.get("configVersion").expect(CONFIG_VERSION, "the form that this version of the site reads");
  const trainConfig = readTrainConfig(json.get("trainConfig"), CONFIG_VERSION);
  json.get("seed").expect(trainConfig.seed, "as in trainConfig");
  const steps = json.get("steps").integer(0, trainConfig.steps);
  return {
    version,
    siteVersion: json.get("siteVersion").string(LONGEST_NAME),
    modelConfig: readModelConfig(json.get("modelConfig"), CONFIG_VERSION),
    trainConfig,
    text: readReceiptText(json.get("text")),
    ...readBegunFrom(json),
    adapter: json.get("adapter").string(LONGEST_NAME),
    ...readKernels(json),
    steps,
    seconds: json.get("seconds").number(),
    curve: readCurve(json.get("curve"), steps)
  };
}

/** The same from a file or its like, which is refused by its size before it is read. */
export async function openReceipt(file: Blob): Promise<Receipt> {
  if (file.size > LARGEST_RECEIPT) throw tooLarge(file.size);
  return readReceipt(await file.text());
}

const tooLarge = (size: number): FormatError =>
  new FormatError(
    `The file has ${(size / 1e6).toFixed(1)} MB; a receipt has at most ${LARGEST_RECEIPT / 1e6} MB: it is another kind of file.`
  );

function readReceiptText(json: JsonReader): ReceiptText {
  const padding = json.get("padding").boolean() ? {padding: true} : {};
  return {
    name: json.get("name").string(LONGEST_NAME),
    sha256: readSha256(json.get("sha256")),
    bytes: json.get("bytes").integer(),
    tokens: {train: json.get("tokens").get("train").integer(), val: json.get("tokens").get("val").integer()},
    tokenizer: {
      ...json.get("tokenizer").as(() => parseTokenizerChoice(json.get("tokenizer").string(LONGEST_NAME))),
      ...padding
    },
    tokenizerSha256: readSha256(json.get("tokenizerSha256"))
  };
}

function readKernels(json: JsonReader): {tuning?: Record<string, string>} {
  const read = readTuning(json);
  if (Object.keys(read.tuning ?? {}).length > MOST_KERNELS)
    json.get("tuning").fail(`an object of at most ${MOST_KERNELS} entries`);
  return read;
}

/** Points in the order of steps, none beyond the run. */
function readCurve(json: JsonReader, steps: number): CurvePoint[] {
  let least = 0;
  return json.map((row) => {
    const [step, trainLoss, validationLoss, ...more] = row.array();
    if (!step || !trainLoss || !validationLoss || more.length > 0)
      return row.fail("a list of a step, a training loss and a validation loss");
    const point = {
      step: step.integer(least, steps),
      trainLoss: trainLoss.nullable((loss) => loss.number()),
      validationLoss: validationLoss.nullable((loss) => loss.number())
    };
    least = point.step + 1;
    return point;
  }, MOST_POINTS);
}

/**
 * Why the text at hand cannot be the one that a receipt is of, in a sentence, and which text is needed; null where it is
 * that very text, cut into the same tokens.
 */
export function textMismatch(needed: ReceiptText, atHand: CorpusMeta): string | null {
  if (needed.sha256 !== atHand.sha256)
    return `The text at hand, “${atHand.name}”, is not the one that the receipt’s run learnt from: its SHA-256 begins with ${atHand.sha256.slice(0, 12)}. ${neededText(needed)}`;
  const {tokens, tokenizerSha256} = receiptText(atHand);
  if (tokenizerSha256 !== needed.tokenizerSha256)
    return "The text is the receipt’s, but it is cut into other tokens here than there: the tokenizer has another hash. Another version of the site may learn it otherwise.";
  if (tokens.train !== needed.tokens.train || tokens.val !== needed.tokens.val)
    return "The text is the receipt’s, but it is divided into training and validation text otherwise here.";
  return null;
}

/**
 * Why a run cannot begin at the model at hand as a receipt's began at its own, in a sentence that says which model is
 * needed; null where it can, being that very model, or where neither began at one.
 */
export function modelMismatch(needed: BegunFrom | undefined, atHand: BegunFrom | null): string | null {
  if (needed?.sha256 === atHand?.sha256) return null;
  if (!needed) return "The receipt’s run began at random parameters, not at a model.";
  const said = `The receipt’s run did not begin at random parameters but at the model “${needed.name}”, whose weights have a SHA-256 that begins with ${needed.sha256.slice(0, 12)}`;
  return atHand
    ? `${said}; “${atHand.name}” is another model: its SHA-256 begins with ${atHand.sha256.slice(0, 12)}.`
    : `${said}. A receipt does not hold a model, and that one is not at hand.`;
}

/** "Needed is “story grammar”, 1,115,394 bytes, whose SHA-256 begins with 3f2a…" */
export const neededText = ({name, bytes, sha256}: ReceiptText): string =>
  `Needed is “${name}”, ${bytes.toLocaleString("en-GB")} bytes, whose SHA-256 begins with ${sha256.slice(0, 12)}.`;
