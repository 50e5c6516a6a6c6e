import {checkModelConfig, type ModelConfig} from "../model/config.js";
import {checkTrainConfig, type TrainConfig} from "../training/config.js";
import {withSteps} from "../training/withSteps.js";

/** The settings of a run, but for the vocabulary, which the text decides. */
export interface SweptSettings {
  model: Omit<ModelConfig, "vocabSize">;
  train: TrainConfig;
}
export type SweptField = keyof SweptSettings["model"] | keyof TrainConfig;
export type SweptValue = string | number | boolean;

/** A field and the values that it takes in a sweep. */
export interface Variation {
  field: SweptField;
  values: readonly SweptValue[];
}

/** A point of a sweep's grid: what is varied, in the grid's order of fields, and the settings that this makes. */
export interface GridPoint {
  values: Partial<Record<SweptField, SweptValue>>;
  settings: SweptSettings;
}

/** Runs of a sweep: more would take longer than anybody waits for a table. */
export const LARGEST_SWEEP = 64;

/**
 * Every combination of the variations, the last field changing fastest. Throws RangeError, with a sentence that names
 * the field, the value and the limit, where the grid is too large or empty, or where any of its runs is impossible: nothing
 * of a sweep begins that cannot end.
 */
export function sweepGrid(base: SweptSettings, variations: readonly Variation[]): GridPoint[] {
  const fields = variations.map(({field}) => field);
  const twice = fields.find((field, i) => fields.indexOf(field) !== i);
  if (twice) throw new RangeError(`${twice} is varied twice: write all of its values together.`);
  for (const {field, values} of variations)
    if (values.length === 0) throw new RangeError(`${field} is varied, but there is no value for it.`);
  const size = variations.reduce((product, {values}) => product * new Set(values).size, 1);
  if (size > LARGEST_SWEEP)
    throw new RangeError(
      `This sweep has ${size.toLocaleString("en-GB")} runs (${variations
        .map(({field, values}) => `${values.length} of ${field}`)
        .join(" × ")}); it may have at most ${LARGEST_SWEEP}: take fewer values.`
    );
  let points: GridPoint["values"][] = [{}];
  for (const {field, values} of variations)
    points = points.flatMap((point) => [...new Set(values)].map((value) => ({...point, [field]: value})));
  return points.map((values) => ({values, settings: checked(vary(base, values), values)}));
}

/**
 * Settings with some fields changed. What follows from a changed field follows it here too, as it does in the form: the
 * least learning rate keeps its share of the peak, a short run's warm-up its tenth, the feed-forward layer its multiple of
 * the width, and queries their own keys.
 */
export function vary(base: SweptSettings, values: GridPoint["values"]): SweptSettings {
  const model: Record<string, unknown> = {...base.model};
  let train: TrainConfig = base.train;
  const {nEmbd, nHead, steps, learningRate} = values;
  if (typeof nEmbd === "number")
    model.nInner = Math.max(1, Math.round((base.model.nInner / base.model.nEmbd) * nEmbd));
  if (typeof nHead === "number" && base.model.nKvHead === base.model.nHead) model.nKvHead = nHead;
  if (typeof steps === "number") train = withSteps(train, steps);
  if (typeof learningRate === "number")
    train = {...train, minLearningRate: (train.minLearningRate / train.learningRate) * learningRate};
  const changedTrain: Record<string, unknown> = {...train};
  for (const [field, value] of Object.entries(values)) {
    const part = Object.hasOwn(base.model, field) ? model : changedTrain;
    part[field] = value;
  }
  return {
    model: model as unknown as SweptSettings["model"],
    train: changedTrain as unknown as TrainConfig
  };
}

function checked(settings: SweptSettings, values: GridPoint["values"]): SweptSettings {
  try {
    // Any vocabulary: which it is, the text decides.
    checkModelConfig({...settings.model, vocabSize: 65536});
    checkTrainConfig(settings.train);
    return settings;
  } catch (error) {
    const point = Object.entries(values).map(([field, value]) => `${field} ${value}`);
    throw new RangeError(`With ${point.join(", ")}: ${(error as Error).message}`, {cause: error});
  }
}

/**
 * "field=value,value" → a variation, each value of the kind that the field has in `base`. Throws RangeError for a field that
 * there is not or a value of the wrong kind.
 */
export function readVariation(base: SweptSettings, text: string): Variation {
  const [name = "", ...rest] = text.split("=");
  const field = name.trim();
  const known: Record<string, unknown> = {...base.model, ...base.train};
  if (rest.length === 0 || !Object.hasOwn(known, field))
    throw new RangeError(
      `“${text}” does not say what to vary: write FIELD=VALUE,VALUE, with a field among ${Object.keys(known).join(", ")}.`
    );
  const parts = rest
    .join("=")
    .split(/[,;\s]+/)
    .filter((part) => part !== "");
  return {field: field as SweptField, values: parts.map((part) => readValue(field, part, known[field]))};
}

function readValue(field: string, text: string, before: unknown): SweptValue {
  if (typeof before === "string") return text;
  if (typeof before === "boolean") {
    if (text === "true" || text === "false") return text === "true";
    throw new RangeError(`${field} is varied over “${text}”; its values are true and false.`);
  }
  const value = Number(text);
  if (!Number.isFinite(value))
    throw new RangeError(`${field} is varied over “${text}”, which is not a number.`);
  return value;
}
