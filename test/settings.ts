import * as fc from "fast-check";
import {checkModelConfig, choices, type ModelConfig} from "../src/components/model/config.js";
import {checkTrainConfig, type TrainConfig, trainChoices} from "../src/components/training/config.js";
import {type PresetName, presets} from "../src/components/training/presets.js";

const presetName = fc.constantFrom(...(Object.keys(presets) as PresetName[]));

/** Of a field, something else than a preset's value now and then. */
function around(value: unknown, allowed: readonly string[] | undefined): fc.Arbitrary<unknown> {
  if (allowed) return fc.constantFrom(...allowed);
  if (typeof value === "boolean") return fc.boolean();
  const number = value as number;
  if (!Number.isInteger(number)) return fc.double({min: number / 2, max: 1.5 * number, noNaN: true});
  return fc.oneof(fc.constant(number), fc.integer({min: Math.max(1, number), max: 2 * number + 1}));
}

function possible<Config extends object>(
  config: (preset: PresetName) => Config,
  allowed: Record<string, readonly string[]>,
  check: (config: Config) => void
): fc.Arbitrary<{preset: PresetName; config: Config}> {
  return presetName
    .chain((preset) => {
      const fields = Object.entries(config(preset)).map(
        ([field, value]) => [field, around(value, allowed[field])] as const
      );
      return fc.record({
        preset: fc.constant(preset),
        config: fc.record(Object.fromEntries(fields)) as unknown as fc.Arbitrary<Config>
      });
    })
    .filter(({config}) => {
      try {
        check(config);
        return true;
      } catch {
        return false;
      }
    });
}

/** Possible models near a preset's, every field of them varied. */
export const possibleModel = possible(
  (preset): Omit<ModelConfig, "vocabSize"> => presets[preset].model,
  choices,
  (model) => checkModelConfig({...model, vocabSize: 60})
);

/** Possible ways to train near a preset's, every field of them varied, but for the range test, which is none. */
export const possibleTraining = possible(
  (preset): TrainConfig => presets[preset].train,
  {...trainChoices, schedule: trainChoices.schedule.filter((name) => name !== "rangeTest")},
  checkTrainConfig
);
