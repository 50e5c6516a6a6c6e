import {html} from "htl";
import {checkModelConfig, gpt2, type ModelConfig} from "../model/config.js";
import {modelName} from "../model/configDifference.js";
import {parameterCount} from "../model/parameters.js";
import {readFields} from "../model/readFields.js";
import {type Choices, type Recipe, type RecipeName, recipeNames, recipes} from "../model/recipes.js";
import {flops, trainingMemory} from "../model/size.js";
import type {TokenUnit} from "../text/tokenizer.js";
import {checkTrainConfig, type TrainConfig} from "../training/config.js";
import {type Preset, type PresetName, presets} from "../training/presets.js";
import {isTrainFieldRead} from "../training/trainDifference.js";
import {withSteps} from "../training/withSteps.js";
import {setText, uniqueId} from "../views/figure.js";
import {formatBytes, formatCount, formatFlops} from "../views/format.js";
import type {BackendName} from "../webgpu/backends.js";
import {type Field, groups} from "./fields.js";
import {settingsFields} from "./settingsFields.js";

export interface RunSettings {
  model: Preset["model"];
  train: TrainConfig;
  backend: BackendName | "auto";
}

/** What the text chosen will be cut into, as far as is known before it is. */
export interface Vocabulary {
  size: number;
  unit: TokenUnit;
  /** Whether the text may turn out to have another size. */
  isGuess: boolean;
}

export type SettingsForm = HTMLElement & {
  /** Throws RangeError with a sentence when a value is impossible. */
  read(): RunSettings;
  backend(): RunSettings["backend"];
  setVocabulary(vocabulary: Vocabulary): void;
};

const engines: [BackendName | "auto", string][] = [
  ["auto", "the fastest here"],
  ["webgpu", "WebGPU"],
  ["webgl", "WebGL"],
  ["wasm", "WebAssembly"],
  ["cpu", "plain JavaScript"]
];
/** The recipe of whoever changed one by hand. */
const CUSTOM = "custom";

/** Choosing a size and a recipe, and changing any of their settings. */
export function settingsForm(known: Vocabulary): SettingsForm {
  let vocabulary = known;
  const presetSelect = select(Object.keys(presets).map((name) => [name, name]));
  const recipeSelect = select([
    ...recipeNames.map((name): [string, string] => [name, recipes[name].label]),
    [CUSTOM, "your own mix"]
  ]);
  const engineSelect = select(engines);
  const fields = settingsFields();
  const purpose = html`<p class="figure-note"></p>`;
  const size = html`<p class="figure-reading" aria-live="polite"></p>`;
  const reset = html`<button type="button" class="button button-small">GPT-2’s choices and this preset’s sizes</button>`;
  /** The recipe taken last: it decides how wide the feed-forward layer is. */
  let recipe: Recipe = recipes.gpt2;
  /** Queries have their own keys and values as long as nobody says otherwise. */
  let nHeadBefore = "";

  const preset = () => presets[presetSelect.value as PresetName];
  const architecture = () => fields.get("architecture") as ModelConfig["architecture"];
  const widen = () => fields.set("nInner", recipe.innerWidth(Number(fields.get("nEmbd"))));

  function takePreset(): void {
    const {model, train} = preset();
    for (const name of ["nLayer", "nHead", "nKvHead", "nEmbd", "blockSize"] as const)
      fields.set(name, model[name]);
    for (const name of Object.keys(train) as (keyof TrainConfig)[]) fields.set(name, train[name]);
    nHeadBefore = String(model.nHead);
    widen();
    show();
  }

  function takeRecipe(name: RecipeName): void {
    recipe = recipes[name];
    for (const [field, value] of Object.entries(recipe.choices)) fields.set(field, value);
    widen();
    show();
  }

  function follow(changed: EventTarget | null): void {
    const name = changed instanceof Element ? changed.getAttribute("name") : null;
    if (name === "nEmbd") widen();
    if (name === "nHead") {
      if (fields.get("nKvHead") === nHeadBefore) fields.set("nKvHead", fields.get("nHead")!);
      nHeadBefore = String(fields.get("nHead"));
    }
    show();
  }

  /** Whether the model and training chosen depend on a field at all. */
  function isRead(name: Field["name"]): boolean {
    if (name === "normPlacement" && fields.get("norm") === "none") return false;
    return name in preset().train
      ? isTrainFieldRead(name as keyof TrainConfig, architecture(), trainKind())
      : readFields(architecture()).has(name as keyof ModelConfig);
  }

  function read(): RunSettings {
    const {model, train} = preset();
    const number = (name: Field["name"]) => fields.number(name);
    // What is not read is out of sight, so it must not stand in the way: 1 divides everything.
    const neutral = {...model, ...gpt2, nLayer: 1, nHead: 1, nKvHead: 1};
    const chosen: Record<string, unknown> = {};
    for (const name of Object.keys(model) as (keyof typeof model)[])
      chosen[name] = isRead(name) ? fields.value(name) : neutral[name];
    const learningRate = number("learningRate");
    const settings: RunSettings = {
      model: chosen as unknown as Preset["model"],
      train: {
        ...withSteps(train, number("steps")),
        ...trainFields(),
        minLearningRate: learningRate * (train.minLearningRate / train.learningRate)
      },
      backend: backend()
    };
    for (const name of Object.keys(train) as (keyof TrainConfig)[])
      if (!isTrainFieldRead(name, settings.model.architecture, settings.train))
        Object.assign(settings.train, {[name]: train[name]});
    checkModelConfig({...settings.model, vocabSize: Math.max(2, vocabulary.size + padding(settings.train))});
    checkTrainConfig(settings.train);
    return settings;
  }

  /** Everything of a TrainConfig that the form offers. */
  const trainFields = (): Partial<TrainConfig> =>
    Object.fromEntries(
      groups
        .flatMap((group) => group.fields)
        .filter(({name}) => name in preset().train)
        .map(({name}) => [name, fields.value(name)])
    );

  const trainKind = () => ({
    optimiser: fields.get("optimiser") as TrainConfig["optimiser"],
    schedule: fields.get("schedule") as TrainConfig["schedule"]
  });

  /** Tokens for padding. */
  const padding = ({batching}: TrainConfig): number => (batching === "documents" ? 1 : 0);

  const backend = () => engineSelect.value as RunSettings["backend"];

  function show(): void {
    fields.showOnly(isRead);
    const name = recipeNames.find((name) => isCooked(recipes[name].choices));
    recipeSelect.value = name ?? CUSTOM;
    setText(purpose, `${preset().purpose} ${name ? recipes[name].about : ""}`);
    setText(size, describe());
  }

  /** Whether the form's choices are those of a recipe, as far as they count. */
  const isCooked = (choices: Choices): boolean =>
    choices.architecture === architecture() &&
    (!isRead("nKvHead") || fields.get("nKvHead") === fields.get("nHead")) &&
    (Object.keys(choices) as (keyof Choices)[]).every(
      (field) => !isRead(field) || fields.value(field) === choices[field]
    );

  function describe(): string {
    try {
      const {model, train} = read();
      const config = {...model, vocabSize: vocabulary.size + padding(train)};
      const {total} = trainingMemory(config, train);
      const mix = recipeSelect.value === CUSTOM ? ` (${modelName(config)})` : "";
      const guess = vocabulary.isGuess ? ", as this site’s text has; yours may differ" : "";
      return (
        `${formatCount(parameterCount(config))} parameters${mix} with a vocabulary of ${formatCount(vocabulary.size)} ${vocabulary.unit}s${padding(train) ? " and one token for padding" : ""}${guess}. ` +
        `Training holds at least ${formatBytes(total)}; each step reads ${formatCount(train.batchSize * model.blockSize)} ${vocabulary.unit}s and computes ${formatFlops(flops(config, train).total)}.`
      );
    } catch (error) {
      return (error as Error).message;
    }
  }

  const node = html`<div class="settings">
    <div class="settings-grid">
      ${labelled("Preset", presetSelect)}${labelled("Recipe", recipeSelect)}${labelled("Engine", engineSelect)}
    </div>
    ${purpose}
    <details><summary>Every setting</summary>${fields.node}<p>${reset}</p></details>
    ${size}
  </div>` as HTMLElement;
  presetSelect.addEventListener("change", takePreset);
  recipeSelect.addEventListener("change", () =>
    recipeSelect.value === CUSTOM ? show() : takeRecipe(recipeSelect.value as RecipeName)
  );
  reset.addEventListener("click", () => {
    takePreset();
    takeRecipe("gpt2");
  });
  fields.node.addEventListener("input", ({target}) => follow(target));
  takeRecipe("gpt2");
  takePreset();
  return Object.assign(node, {
    read,
    backend,
    setVocabulary(next: Vocabulary) {
      vocabulary = next;
      show();
    }
  });
}

function select(entries: readonly (readonly [value: string, label: string])[]): HTMLSelectElement {
  return html`<select id=${uniqueId("select")}>${entries.map(
    ([value, label]) => html`<option value=${value}>${label}`
  )}</select>` as HTMLSelectElement;
}

const labelled = (label: string, control: HTMLElement): Element =>
  html`<div class="field"><label for=${control.id}>${label}</label>${control}</div>`;
