import {html} from "htl";
import {choices, type ModelConfig, modelConfig} from "../../model/config.js";
import {uniqueId} from "../../views/figure.js";
import {formatCount} from "../../views/format.js";
import {type InputNode, rangeInput} from "../../views/rangeInput.js";
import type {AnatomyData} from "./anatomyFigure.js";
import {knownShapes} from "./knownShapes.js";

/** What people call the values of a choice. */
const words = {
  position: {
    learned: "learned",
    sinusoidal: "sinusoidal",
    rope: "rotary (RoPE)",
    alibi: "ALiBi",
    none: "none"
  },
  norm: {layerNorm: "LayerNorm", rmsNorm: "RMSNorm", none: "none"},
  normPlacement: {pre: "before each layer", post: "after each sum"},
  activation: {gelu: "GELU (tanh)", geluExact: "GELU (exact)", relu: "ReLU", swiGlu: "SwiGLU"}
} as const;
const choiceLabels = {
  position: "Positions",
  norm: "Norm",
  normPlacement: "Norm stands",
  activation: "Activation"
} as const;
const switchLabels = {
  causal: "Causal mask",
  residual: "Residuals",
  bias: "Biases",
  tiedHead: "Head tied to the token table"
} as const;

/** Controls of a model's shape: sizes, choices and switches, from a known shape; sends `input` when one changes. */
export function modelControls(own: ModelConfig, ownName: string): InputNode<AnatomyData> {
  const shapes = [{name: ownName, source: "", config: own}, ...knownShapes];
  const shapeId = uniqueId("shape");
  const shape =
    html`<select id=${shapeId}>${shapes.map(({name}, i) => html`<option value=${i}>${name}`)}</select>` as HTMLSelectElement;
  const range = (
    label: string,
    min: number,
    max: number,
    value: number,
    scale: "linear" | "log" = "linear"
  ) => rangeInput({label, min, max, step: 1, value, scale, format: formatCount});
  const sizes = {
    nLayer: range("Layers, L", 1, 48, own.nLayer),
    nHead: range("Heads, H", 1, 32, own.nHead),
    headWidth: range("Width of a head, D", 2, 128, own.nEmbd / own.nHead),
    ratio: rangeInput({
      label: "Feed-forward width over C",
      min: 1,
      max: 8,
      step: 0.25,
      value: own.nInner / own.nEmbd
    }),
    tokens: range("Tokens in the window, T", 1, 4096, own.blockSize, "log"),
    vocabSize: range("Vocabulary, V", 2, 65536, own.vocabSize, "log"),
    batchSize: range("Windows in a batch, B", 1, 64, 1)
  };
  const selects = Object.fromEntries(
    (Object.keys(choiceLabels) as (keyof typeof choiceLabels)[]).map((field) => [
      field,
      html`<select id=${uniqueId(field)}>${choices[field].map(
        (value) => html`<option value=${value}>${(words[field] as Record<string, string>)[value]}`
      )}</select>` as HTMLSelectElement
    ])
  ) as Record<keyof typeof choiceLabels, HTMLSelectElement>;
  const boxes = Object.fromEntries(
    Object.keys(switchLabels).map((field) => [field, html`<input type="checkbox">` as HTMLInputElement])
  ) as Record<keyof typeof switchLabels, HTMLInputElement>;
  const sharedId = uniqueId("shared");
  const shared = html`<select id=${sharedId}></select>` as HTMLSelectElement;
  const reset = html`<button type="button" class="button">Reset</button>` as HTMLButtonElement;

  /** Keys and values can be shared by any divisor of the heads. */
  function fillShared(nHead: number, chosen: number): void {
    const divisors = Array.from({length: nHead}, (_, i) => i + 1).filter((n) => nHead % n === 0);
    shared.replaceChildren(
      ...divisors.map((n) => html`<option value=${n}>${n === nHead ? `${n}, one each` : n}`)
    );
    shared.value = String(divisors.includes(chosen) ? chosen : nHead);
  }

  function fill(config: ModelConfig): void {
    sizes.nLayer.value = config.nLayer;
    sizes.nHead.value = config.nHead;
    sizes.headWidth.value = config.nEmbd / config.nHead;
    sizes.ratio.value = config.nInner / config.nEmbd;
    sizes.tokens.value = config.blockSize;
    sizes.vocabSize.value = config.vocabSize;
    sizes.batchSize.value = 1;
    for (const [field, select] of Object.entries(selects))
      select.value = config[field as keyof typeof selects];
    for (const [field, box] of Object.entries(boxes)) box.checked = config[field as keyof typeof boxes];
    fillShared(config.nHead, config.nKvHead);
  }

  /** The known shape itself while nothing differs from it: its widths need not be whole multiples. */
  let exact: ModelConfig | null = own;
  function read(): AnatomyData {
    const batchSize = sizes.batchSize.value;
    const tokens = sizes.tokens.value;
    if (exact) return {config: exact, batchSize, tokens};
    const nEmbd = sizes.nHead.value * sizes.headWidth.value;
    const config = modelConfig({
      nLayer: sizes.nLayer.value,
      nHead: sizes.nHead.value,
      nKvHead: Number(shared.value),
      nEmbd,
      nInner: Math.round(sizes.ratio.value * nEmbd),
      blockSize: tokens,
      vocabSize: sizes.vocabSize.value,
      position: selects.position.value as ModelConfig["position"],
      norm: selects.norm.value as ModelConfig["norm"],
      normPlacement: selects.normPlacement.value as ModelConfig["normPlacement"],
      activation: selects.activation.value as ModelConfig["activation"],
      ...(Object.fromEntries(Object.entries(boxes).map(([field, box]) => [field, box.checked])) as Record<
        keyof typeof switchLabels,
        boolean
      >)
    });
    return {config, batchSize, tokens};
  }

  const node = html`<div class="settings model-controls">
    <div class="settings-grid">
      <div class="field"><label for=${shapeId}>Begin with the shape of</label>${shape}</div>
      ${Object.values(sizes)}
      <div class="field"><label for=${sharedId}>Heads of keys and values, K</label>${shared}</div>
      ${(Object.keys(selects) as (keyof typeof selects)[]).map(
        (field) =>
          html`<div class="field"><label for=${selects[field].id}>${choiceLabels[field]}</label>${selects[field]}</div>`
      )}
    </div>
    <p class="model-switches">${(Object.keys(boxes) as (keyof typeof boxes)[]).map(
      (field) => html`<label>${boxes[field]} ${switchLabels[field]}</label>`
    )}</p>
    <p class="button-row">${reset}</p>
  </div>` as HTMLElement;

  function begin(config: ModelConfig): void {
    exact = config;
    fill(config);
    node.dispatchEvent(new Event("input"));
  }
  shape.addEventListener("input", (event) => {
    event.stopPropagation();
    begin(shapes[Number(shape.value)]!.config);
  });
  reset.addEventListener("click", () => begin(shapes[Number(shape.value)]!.config));
  // Added before any listener of the page, so that those read the new value.
  node.addEventListener("input", ({target}) => {
    if (target === node) return;
    // A batch has no part in the model's shape; the window has, where positions are learned.
    if (!sizes.batchSize.contains(target as Node)) exact = null;
    if (sizes.nHead.contains(target as Node)) fillShared(sizes.nHead.value, Number(shared.value));
  });
  fill(own);
  return Object.defineProperty(node, "value", {get: read}) as InputNode<AnatomyData>;
}
