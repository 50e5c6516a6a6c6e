import {type PresetName, presets} from "../../components/training/presets.js";
import {changeSettings, type Settings} from "../settings.js";
import {choiceOption, countOption} from "./options.js";

export {type RandomRun as BenchRun, randomRun as benchRun} from "../../components/profiling/randomRun.js";

export const configurationOptions = {
  config: {type: "string", default: "nanogpt-cpu"},
  batch: {type: "string"},
  set: {type: "string", multiple: true}
} as const;

export const configurationHelp = {
  [`config ${Object.keys(presets).join("|")}`]:
    "the preset whose shapes are measured (nanogpt-cpu), vocabulary 65",
  "batch N": "windows in a batch, instead of the preset's",
  "set FIELD=VALUE": "any field of ModelConfig or TrainConfig"
};

/** The settings that the options ask for. Throws RangeError where there are none such. */
export function readConfiguration(values: Record<string, unknown>): Settings {
  const name = choiceOption("config", values.config, Object.keys(presets) as PresetName[]);
  const batch = countOption("batch", values.batch);
  const {model, train} = presets[name];
  return changeSettings(
    {model, train: {...train, batchSize: batch ?? train.batchSize}},
    (values.set as string[]) ?? []
  );
}
