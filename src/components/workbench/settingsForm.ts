import {html} from "htl";
import {checkModelConfig, gpt2, type ModelConfig} from "../model/config.js";
import {modelName} from "../model/configDifference.js";
import {readFields} from "../model/readFields.js";
import {type Choices, type Recipe, type RecipeName, recipeNames, recipes} from "../model/recipes.js";
import type {TokenUnit} from "../text/tokenizer.js";
import {checkTrainConfig, type TrainConfig} from "../training/config.js";
import {optimiserDefaults, withOptimiser} from "../training/optimiserDefaults.js";
import {type Preset, type PresetName, presets} from "../training/presets.js";
import {isTrainFieldRead} from "../training/trainDifference.js";
import {withSteps} from "../training/withSteps.js";
import {setText, uniqueId} from "../views/figure.js";
import type {WantedBackend} from "../webgpu/wantedBackend.js";
import {type Field, groups} from "./fields.js";
import {presetTable} from "./presetTable.js";
import {scheduleChart} from "./scheduleChart.js";
import {settingsFields} from "./settingsFields.js";
import {groupsInWords, OVERFITTING, sizeInWords} from "./settingsWords.js";

export interface RunSettings {
  model: Preset["model"];
  train: TrainConfig;
  backend: WantedBackend;
}

/** What the text chosen will be cut into, as far as is known before it is. */
export interface Vocabulary {
  size: number;
  unit: TokenUnit;
  /** Whether the text may turn out to have another size. */
  isGuess: boolean;
  /** Tokens of its training part, where that is known. */
  trainTokens?: number | undefined;
}

export type SettingsForm = HTMLElement & {
  /** Room for the buttons that use the settings, below them and above what follows from them. */
  readonly actions: HTMLElement;
  /** Throws RangeError with a sentence when a value is impossible. */
  read(): RunSettings;
  backend(): RunSettings["backend"];
  /** The preset that the settings began with. */
  preset(): PresetName;
  setVocabulary(vocabulary: Vocabulary): void;
  /** Fills fields in as if the reader had; what follows from them follows. */
  fill(values: Partial<Record<Field["name"], string | number | boolean>>): void;
  /** Shows whole settings, exactly: nothing follows from anything. */
  take(settings: RunSettings & {preset: PresetName}): void;
};

/** The engines that can be asked for, with what people call them. */
export const engines: readonly (readonly [WantedBackend, string])[] = [
  ["auto", "the fastest here"],
  ["webgpu", "WebGPU"],
  ["webgpu-stock", "WebGPU, TensorFlow.js’s own operations"],
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
  /** What follows from other settings, until the reader sets it. */
  const setByHand = new Set<string>();
  const groupsSaid = html`<p class="figure-note"></p>`;
  const reason = html`<p class="figure-note"></p>`;
  const overfitting = html`<p class="figure-note overfitting" hidden>${OVERFITTING}</p>` as HTMLElement;
  const chart = scheduleChart(presets.toy.train);
  const values = presetTable(() => ({
    preset: presetSelect.value as PresetName,
    fields: groups
      .flatMap((group) => group.fields)
      .filter(({name}) => isRead(name))
      .map((field) => ({field, value: fields.value(field.name)}))
  }));
  const actions = html`<p class="button-row"></p>` as HTMLElement;
  const schedule = html`<figure class="figure schedule">
    <figcaption class="figure-title">The learning rate, step by step</figcaption>${chart}</figure>` as HTMLElement;

  const preset = () => presets[presetSelect.value as PresetName];
  const architecture = () => fields.get("architecture") as ModelConfig["architecture"];
  const widen = () => fields.set("nInner", recipe.innerWidth(Number(fields.get("nEmbd"))));

  function takePreset(): void {
    const {model, train} = preset();
    for (const name of ["nLayer", "nHead", "nKvHead", "nEmbd", "blockSize"] as const)
      fields.set(name, model[name]);
    for (const name of Object.keys(train) as (keyof TrainConfig)[]) fields.set(name, train[name]);
    setByHand.clear();
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

  /** What the settings do not read stays as in the preset. */
  function takeSettings({preset: name, model, train, backend}: Parameters<SettingsForm["take"]>[0]): void {
    presetSelect.value = name;
    engineSelect.value = backend;
    takeRecipe("gpt2");
    takePreset();
    const values = Object.entries({...model, ...train}) as [Field["name"], string | number | boolean][];
    const before: Record<string, unknown> = {...preset().model, ...preset().train};
    for (const [field, value] of Object.entries(before)) fields.set(field, value as string);
    // These decide which of the others are read.
    for (const field of ["architecture", "norm", "optimiser", "schedule"] as const)
      fields.set(field, {...model, ...train}[field]);
    for (const [field, value] of values) {
      if (!isRead(field)) continue;
      fields.set(field, value);
      if (value !== before[field]) setByHand.add(field);
    }
    nHeadBefore = String(fields.get("nHead"));
    show();
    recipe = recipes[recipeNames.find((name) => name === recipeSelect.value) ?? "gpt2"];
  }

  /** Lets fields follow the one that has changed. */
  function follow(name: string): void {
    if (name === "nEmbd") widen();
    if (name === "nHead") {
      if (fields.get("nKvHead") === nHeadBefore) fields.set("nKvHead", fields.get("nHead")!);
      nHeadBefore = String(fields.get("nHead"));
    }
    if (name === "optimiser") takeOptimiser();
    setByHand.add(name);
    if (name === "learningRate" || name === "optimiser") followRate();
    if (name === "steps" && !setByHand.has("warmupSteps"))
      fields.set("warmupSteps", withSteps(preset().train, fields.number("steps")).warmupSteps);
    show();
  }

  /** What suits the optimiser chosen, at the preset's size. */
  function takeOptimiser(): void {
    const before = preset().train;
    const suited = withOptimiser(before, fields.get("optimiser") as TrainConfig["optimiser"]);
    for (const name of ["learningRate", "weightDecay", "momentum", "beta1", "beta2", "epsilon"] as const)
      fields.set(name, suited[name]);
  }

  function followRate(): void {
    if (setByHand.has("minLearningRate")) return;
    const {minLearningRate, learningRate} = preset().train;
    const least = fields.number("learningRate") * (minLearningRate / learningRate);
    fields.set("minLearningRate", Number(least.toPrecision(6)));
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
    // What is not read is out of sight, so it must not stand in the way: 1 divides everything.
    const neutral = {...model, ...gpt2, nLayer: 1, nHead: 1, nKvHead: 1};
    const chosen: Record<string, unknown> = {};
    for (const name of Object.keys(model) as (keyof typeof model)[])
      chosen[name] = isRead(name) ? fields.value(name) : neutral[name];
    const settings: RunSettings = {
      model: chosen as unknown as Preset["model"],
      train: {...train, ...trainFields()},
      backend: backend()
    };
    for (const name of Object.keys(train) as (keyof TrainConfig)[])
      if (!isTrainFieldRead(name, settings.model.architecture, settings.train))
        Object.assign(settings.train, {[name]: train[name]});
    // The least rate of a schedule that has none must not stand above the peak either.
    if (!isTrainFieldRead("minLearningRate", settings.model.architecture, settings.train))
      settings.train.minLearningRate = Math.min(train.minLearningRate, settings.train.learningRate);
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
    values.update();
    describe();
  }

  /** Whether the form's choices are those of a recipe, as far as they count. */
  const isCooked = (choices: Choices): boolean =>
    choices.architecture === architecture() &&
    (!isRead("nKvHead") || fields.get("nKvHead") === fields.get("nHead")) &&
    (Object.keys(choices) as (keyof Choices)[]).every(
      (field) => !isRead(field) || fields.value(field) === choices[field]
    );

  /** Says what the settings come to and draws the learning rate, or says what is wrong with them. */
  function describe(): void {
    const {optimiser} = trainKind();
    setText(reason, isRead("optimiser") ? optimiserDefaults[optimiser].reason : "");
    overfitting.hidden = fields.value("overfitOneBatch") !== true;
    try {
      const {model, train} = read();
      const config = {...model, vocabSize: vocabulary.size + padding(train)};
      const mix = recipeSelect.value === CUSTOM ? modelName(config) : null;
      setText(size, sizeInWords(config, train, vocabulary, mix));
      setText(groupsSaid, groupsInWords(config, train));
      schedule.hidden = model.architecture === "bigram";
      chart.update(train);
    } catch (error) {
      setText(size, (error as Error).message);
      schedule.hidden = true;
      setText(groupsSaid, "");
    }
  }

  const node = html`<div class="settings">
    <div class="settings-grid">
      ${labelled("Preset", presetSelect)}${labelled("Recipe", recipeSelect)}${labelled("Engine", engineSelect)}
    </div>
    ${purpose}
    <details><summary>Every setting</summary>${fields.node}<p>${reset}</p></details>
    ${values}
    ${actions}
    ${size}${overfitting}${groupsSaid}${reason}${schedule}
  </div>` as HTMLElement;
  presetSelect.addEventListener("change", takePreset);
  recipeSelect.addEventListener("change", () =>
    recipeSelect.value === CUSTOM ? show() : takeRecipe(recipeSelect.value as RecipeName)
  );
  reset.addEventListener("click", () => {
    takePreset();
    takeRecipe("gpt2");
  });
  fields.node.addEventListener("input", ({target}) => {
    const name = target instanceof Element ? target.getAttribute("name") : null;
    if (name) follow(name);
  });
  takeRecipe("gpt2");
  takePreset();
  return Object.assign(node, {
    actions,
    read,
    backend,
    preset: () => presetSelect.value as PresetName,
    take: takeSettings,
    fill(values: Parameters<SettingsForm["fill"]>[0]) {
      for (const [name, value] of Object.entries(values)) {
        fields.set(name, value);
        follow(name);
      }
    },
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
