import {type ModelConfig, modelConfig} from "../components/model/config.js";
import type {TrainConfig} from "../components/training/config.js";

export interface Settings {
  model: Omit<ModelConfig, "vocabSize">;
  train: TrainConfig;
}

/**
 * Settings with "field=value" changes made, in order: any field of ModelConfig (but vocabSize, which the text
 * decides) and of TrainConfig. Heads of keys and values follow nHead unless they are set. Throws RangeError for a field
 * that there is not or a value of the wrong kind; whether it is in range is for `newRun` to say.
 */
export function changeSettings(settings: Settings, changes: readonly string[]): Settings {
  const model: Record<string, unknown> = {...settings.model};
  const train: Record<string, unknown> = {...settings.train};
  if (model.nKvHead === model.nHead) delete model.nKvHead;
  for (const change of changes) {
    const [field = "", ...rest] = change.split("=");
    const isModel = Object.hasOwn(settings.model, field);
    if (rest.length === 0 || !(isModel || Object.hasOwn(settings.train, field)))
      throw new RangeError(
        `--set ${change}: write FIELD=VALUE, with a field among ${[settings.model, settings.train].flatMap(Object.keys).join(", ")}.`
      );
    const before: unknown = isModel
      ? settings.model[field as keyof Settings["model"]]
      : settings.train[field as keyof TrainConfig];
    (isModel ? model : train)[field] = readValue(change, typeof before, rest.join("="));
  }
  return {
    model: modelConfig(model as unknown as ModelConfig),
    train: train as unknown as TrainConfig
  };
}

function readValue(change: string, kind: string, text: string): string | number | boolean {
  if (kind === "string") return text;
  if (kind === "boolean") {
    if (text === "true" || text === "false") return text === "true";
    throw new RangeError(`--set ${change}: the value must be true or false.`);
  }
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value))
    throw new RangeError(`--set ${change}: “${text}” is not a number.`);
  return value;
}
