import {html} from "htl";
import {checkModelConfig} from "../model/config.js";
import {parameterCount} from "../model/parameters.js";
import {checkTrainConfig, type TrainConfig} from "../training/config.js";
import {type Preset, type PresetName, presets} from "../training/presets.js";
import {withSteps} from "../training/withSteps.js";
import {setText, uniqueId} from "../views/figure.js";
import {formatBytes, formatCount} from "../views/format.js";
import type {BackendName} from "../webgpu/backends.js";

export interface RunSettings {
  model: Preset["model"];
  train: TrainConfig;
  backend: BackendName | "auto";
}

const engines: [BackendName | "auto", string][] = [
  ["auto", "the fastest here"],
  ["webgpu", "WebGPU"],
  ["webgl", "WebGL"],
  ["wasm", "WebAssembly"],
  ["cpu", "plain JavaScript"]
];

/** What each field is called, and why a reader may want to change it. */
const fields = {
  nLayer: "Layers (nLayer)",
  nHead: "Heads (nHead)",
  nEmbd: "Width (nEmbd)",
  blockSize: "Context (blockSize)",
  batchSize: "Batch (batchSize)",
  steps: "Steps",
  learningRate: "Learning rate",
  seed: "Seed"
} as const;
type Field = keyof typeof fields;

/** Choosing a preset and changing it. `read()` throws RangeError with a sentence when a value is impossible. */
export function settingsForm(
  vocabSize: number
): HTMLElement & {read(): RunSettings; backend(): RunSettings["backend"]} {
  const presetId = uniqueId("preset");
  const engineId = uniqueId("engine");
  const presetSelect = html`<select id=${presetId}>${Object.keys(presets).map(
    (name) => html`<option value=${name}>${name}`
  )}</select>` as HTMLSelectElement;
  const engineSelect = html`<select id=${engineId}>${engines.map(
    ([name, label]) => html`<option value=${name}>${label}`
  )}</select>` as HTMLSelectElement;
  const inputs = Object.fromEntries(
    Object.keys(fields).map((name) => [
      name,
      html`<input type="number" id=${uniqueId(name)} name=${name} step="any" inputmode="decimal">`
    ])
  ) as Record<Field, HTMLInputElement>;
  const purpose = html`<p class="figure-note"></p>`;
  const size = html`<p class="figure-reading" aria-live="polite"></p>`;

  const preset = () => presets[presetSelect.value as PresetName];

  function fill(): void {
    const {model, train} = preset();
    const values = {...model, ...train};
    for (const name of Object.keys(fields) as Field[]) inputs[name].value = String(values[name]);
    setText(purpose, preset().purpose);
    describe();
  }

  const backend = () => engineSelect.value as RunSettings["backend"];

  function read(): RunSettings {
    const value = (name: Field) =>
      inputs[name].value.trim() === "" ? Number.NaN : Number(inputs[name].value);
    const {model, train} = preset();
    const nEmbd = value("nEmbd");
    const learningRate = value("learningRate");
    const steps = value("steps");
    const settings: RunSettings = {
      model: {
        nLayer: value("nLayer"),
        nHead: value("nHead"),
        nEmbd,
        nInner: Math.round((model.nInner / model.nEmbd) * nEmbd),
        blockSize: value("blockSize")
      },
      train: {
        ...withSteps(train, steps),
        batchSize: value("batchSize"),
        learningRate,
        minLearningRate: learningRate * (train.minLearningRate / train.learningRate),
        seed: value("seed")
      },
      backend: backend()
    };
    checkModelConfig({...settings.model, vocabSize});
    checkTrainConfig(settings.train);
    return settings;
  }

  function describe(): void {
    try {
      const {model, train} = read();
      const parameters = parameterCount({...model, vocabSize});
      const tokens = train.batchSize * model.blockSize;
      setText(
        size,
        `${formatCount(parameters)} parameters with this site's vocabulary (${formatBytes(4 * parameters)}; training holds four copies); ${formatCount(tokens)} characters a step.`
      );
    } catch (error) {
      setText(size, (error as Error).message);
    }
  }

  const node = html`<div class="settings">
    <div class="settings-grid">
      <div class="field"><label for=${presetId}>Preset</label>${presetSelect}</div>
      <div class="field"><label for=${engineId}>Engine</label>${engineSelect}</div>
    </div>
    ${purpose}
    <details><summary>Every setting</summary><div class="settings-grid">${(
      Object.keys(fields) as Field[]
    ).map(
      (name) =>
        html`<div class="field"><label for=${inputs[name].id}>${fields[name]}</label>${inputs[name]}</div>`
    )}</div></details>
    ${size}
  </div>` as HTMLElement;
  presetSelect.addEventListener("change", fill);
  node.addEventListener("input", describe);
  fill();
  return Object.assign(node, {read, backend});
}
