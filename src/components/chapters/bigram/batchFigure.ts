import {html} from "htl";
import {sampleBatch} from "../../corpus/batches.js";
import {createRandom} from "../../random.js";
import {setText} from "../../views/figure.js";
import {formatCount, tokenName} from "../../views/format.js";
import {rangeInput} from "../../views/rangeInput.js";
import {tokenStrip} from "../../views/tokenStrip.js";
import {characterGrid} from "./characterGrid.js";
import {coverage, windowStarts} from "./windowStarts.js";

export interface BatchOptions {
  /** The characters of a passage, and the vocabulary that their ids are taken from. */
  passage: readonly string[];
  vocabulary: readonly string[];
}

const DEFAULTS = {batchSize: 4, blockSize: 12, seed: 1};
const MOST = {batchSize: 8, blockSize: 16};

/** Random windows of a passage as a batch [B, T], with the targets one place on: what a training step reads. */
export function batchFigure({passage, vocabulary}: BatchOptions): HTMLElement {
  const tokens = Uint16Array.from(passage, (character) => vocabulary.indexOf(character));
  let seed = DEFAULTS.seed;
  let pointed: {row: number; column: number} | null = null;
  const slider = (label: string, field: keyof typeof MOST, unit: string) => {
    const most = Math.min(MOST[field], passage.length - 1);
    const input = rangeInput({
      label,
      min: 1,
      max: most,
      step: 1,
      value: DEFAULTS[field],
      format: (n) => `${formatCount(n)} ${unit}`
    });
    input.addEventListener("input", () => show());
    return input;
  };
  const B = slider("B, windows in the batch", "batchSize", "windows");
  const T = slider("T, length of a window", "blockSize", "characters");
  const strip = tokenStrip(
    {tokens: passage},
    {
      label: "The beginning of the training text, shaded where the batch reads it",
      flow: "text",
      ramp: "attention"
    }
  );
  const onPoint = (cell: {row: number; column: number} | null) => {
    pointed = cell;
    show();
  };
  const inputs = characterGrid({title: "Inputs [B, T]"}, {onPoint});
  const targets = characterGrid({title: "Targets [B, T]"}, {onPoint});
  const reading = html`<p class="figure-reading" aria-live="polite"></p>`;
  const another = html`<button type="button" class="button">Draw another batch</button>`;
  another.addEventListener("click", () => {
    seed += 1;
    pointed = null;
    show();
  });
  const reset = html`<button type="button" class="button">Reset</button>`;
  reset.addEventListener("click", () => {
    seed = DEFAULTS.seed;
    B.value = DEFAULTS.batchSize;
    T.value = DEFAULTS.blockSize;
    pointed = null;
    show();
  });
  const node =
    html`<figure class="figure batch-figure"><div class="batch-controls">${B}${T}<p class="button-row">${another}${reset}</p></div>
    <div class="batch-passage">${strip}</div><div class="batch-grids">${inputs}${targets}</div>${reading}</figure>` as HTMLElement;

  function show(): void {
    const shape = {batchSize: B.value, blockSize: T.value};
    const batch = sampleBatch(tokens, shape, createRandom(seed));
    const starts = windowStarts(tokens.length, shape, createRandom(seed));
    const characters = (ids: Int32Array) => Array.from(ids, (id) => vocabulary[id]!);
    const lit = pointed && pointed.row < B.value && pointed.column < T.value ? pointed : null;
    inputs.update({title: "Inputs [B, T]", characters: characters(batch.inputs), columns: T.value, lit});
    targets.update({title: "Targets [B, T]", characters: characters(batch.targets), columns: T.value, lit});
    const at = lit && starts[lit.row]! + lit.column;
    strip.update({
      tokens: passage,
      steps: coverage(passage.length, starts, T.value).map((times) => Math.min(3, times)),
      lit: passage.map((_, i) => lit !== null && i >= starts[lit.row]! && i < starts[lit.row]! + T.value),
      selected: at === null ? null : at + 1
    });
    const places = B.value * T.value;
    setText(
      reading,
      lit && at !== null
        ? `Window ${lit.row + 1}, place ${lit.column + 1}: it reads up to ${tokenName(passage[at]!)}, and its target is ${tokenName(passage[at + 1]!)}, the character after it in the text.`
        : `${formatCount(places)} predictions in one step: every place of every window has a target. The windows begin at characters ${starts.map((start) => formatCount(start + 1)).join(", ")}.`
    );
  }
  show();
  return node;
}
