import {html} from "htl";
import {modelConfig} from "../../model/config.js";
import {setText, uniqueId} from "../../views/figure.js";
import {formatBytes, formatCount, formatFixed, formatPercent} from "../../views/format.js";
import {plainTable} from "../../views/plainTable.js";
import {type InputNode, rangeInput} from "../../views/rangeInput.js";
import type {CheckpointingRecord} from "./checkpointingRecord.js";
import {gpt2Of, type KeptMemory, keptMemory, type StepShape, savedByCheckpointing} from "./keptMemory.js";

/** Blocks that are drawn; of more, the middle is left out. */
const MOST_DRAWN = 8;

/** What each layer leaves in memory for the backward pass, with every activation kept or with blocks computed again. */
export function checkpointingFigure(start: StepShape): HTMLElement {
  const range = (label: string, min: number, max: number, value: number, step = 1) =>
    rangeInput({label, min, max, step, value, format: formatCount});
  const inputs: Record<keyof StepShape, InputNode<number>> = {
    nLayer: range("Layers, L", 1, 48, start.nLayer),
    nEmbd: range("Width, C", 64, 2048, start.nEmbd, 64),
    blockSize: range("Tokens in a window, T", 64, 2048, start.blockSize, 64),
    batchSize: range("Windows, B", 1, 64, start.batchSize)
  };
  const group = uniqueId("kept");
  const radio = (value: string, label: string, checked: boolean) => {
    const input =
      html`<input type="radio" name=${group} value=${value} checked=${checked}>` as HTMLInputElement;
    input.addEventListener("change", draw);
    return {input, label: html`<label>${input} ${label}</label>`};
  };
  const keep = radio("keep", "Keep every activation", false);
  const again = radio("again", "Keep inputs, compute blocks again", true);
  let turn = turnSlider(start.nLayer);
  const place = html`<div class="kept-turn">${turn}</div>`;
  const rows = html`<ol class="kept-layers"></ol>`;
  const reading = html`<p class="figure-reading" aria-live="polite"></p>`;
  const node =
    html`<figure class="figure checkpointing-figure" aria-label="What each layer keeps for the backward pass">
    <p class="figure-title">What the forward pass leaves behind</p>
    <fieldset class="choice"><legend class="visually-hidden">What is kept</legend>${keep.label}${again.label}</fieldset>
    ${place}${rows}
    <p class="figure-note"><span class="kept-key kept-solid"></span> kept since the forward pass;
      <span class="kept-key kept-now"></span> computed a second time, for now;
      <span class="kept-key kept-gone"></span> not in memory. Counted, in float32, for a model of GPT-2’s parts and this site’s WebGPU
      kernels, which keep no attention weights.</p>
    <div class="kept-controls">${Object.values(inputs)}</div>
    ${reading}
  </figure>` as HTMLElement;

  /** The backward pass begins at the last block, whichever that is. */
  function turnSlider(L: number): InputNode<number> {
    const slider = rangeInput({
      label: "The backward pass is at block",
      min: 0,
      max: L,
      step: 1,
      value: L,
      format: (i) => (i === 0 ? "none: it is done" : `${i} of ${L}`)
    });
    slider.addEventListener("input", draw);
    return slider;
  }
  function draw(): void {
    const shape = Object.fromEntries(
      Object.entries(inputs).map(([name, input]) => [name, input.value])
    ) as unknown as StepShape;
    const memory = keptMemory(gpt2Of(shape), shape.batchSize);
    const way = again.input.checked ? "again" : "keep";
    rows.replaceChildren(...layersOf(shape.nLayer, turn.value, way, memory));
    setText(reading, sentenceOf(memory));
  }
  inputs.nLayer.addEventListener("input", () => {
    turn = turnSlider(inputs.nLayer.value);
    place.replaceChildren(turn);
  });
  for (const input of Object.values(inputs)) input.addEventListener("input", draw);
  draw();
  return node;
}

/** What is there of a block's inside while the backward pass is at `turn`, counted from 1. */
export function insideOf(
  block: number,
  turn: number,
  way: "keep" | "again"
): "solid" | "now" | "gone" | "done" {
  if (block > turn) return "done";
  if (way === "keep") return "solid";
  return block === turn ? "now" : "gone";
}

/** One row for each block from the first to the last, with the middle ones counted in words where there are many. */
function layersOf(L: number, turn: number, way: "keep" | "again", {input, inside}: KeptMemory): Element[] {
  const row = (i: number) => {
    const state = insideOf(i, turn, way);
    const words = {
      solid: `${formatBytes(inside)} kept`,
      now: `${formatBytes(inside)} computed again`,
      gone: "thrown away",
      done: "done, and freed"
    }[state];
    const [first, second] = state === "done" ? ["gone", "gone"] : ["solid", state];
    return html`<li><span class="kept-name">Block ${i}</span>
      <span class="kept-bar"><span class=${`kept-part kept-${first}`} style=${`flex-grow: ${input}`}></span><span
        class=${`kept-part kept-${second}`} style=${`flex-grow: ${inside}`}>${words}</span></span></li>` as Element;
  };
  const all = Array.from({length: L}, (_, i) => i + 1);
  if (L <= MOST_DRAWN) return all.map(row);
  // The block in hand is among those that are drawn.
  const half = MOST_DRAWN / 2;
  const first = Math.max(half, Math.min(L - half, turn));
  const drawn = new Set([
    ...all.slice(0, half - 1),
    ...all.slice(first - 1, first + 1),
    ...all.slice(1 - half)
  ]);
  return all.flatMap((i) => {
    if (drawn.has(i)) return [row(i)];
    if (!drawn.has(i - 1)) return [];
    const until = all.find((next) => next > i && drawn.has(next))!;
    return [html`<li class="kept-more">and ${formatCount(until - i)} more</li>` as Element];
  });
}

/** Totals in words. */
function sentenceOf({
  kept,
  checkpointed,
  ends,
  state,
  parameters,
  recomputedShare,
  input
}: KeptMemory): string {
  return (
    `All activations: ${formatBytes(kept)}. With checkpointing: ${formatBytes(checkpointed)}, ${formatPercent(checkpointed / kept)} of it. The input of a block is ${formatBytes(input)}; ${formatBytes(ends)} of either total lie outside the blocks, most of them the logits, [B, T, V]. ` +
    `For less memory a step computes ${formatPercent(recomputedShare)} more. Besides, there are ${formatBytes(state)} that checkpointing does not touch: ${formatCount(parameters)} parameters, their gradients and AdamW’s two means.`
  );
}

/** The recorded steps, measured, beside what the count of this page expects. */
export function checkpointingTable({runs, adapter, steps, command}: CheckpointingRecord): HTMLElement {
  const table = plainTable({
    caption: "Memory on the device, and how much longer a step took",
    columns: ["Layers", "All kept", "Inputs kept", "Saved", "Counted", "Time"],
    rows: runs.map((run) => {
      const {kept, recomputed, batchSize, ...config} = run;
      return [
        formatCount(run.nLayer),
        formatBytes(kept.gpuBytes),
        formatBytes(recomputed.gpuBytes),
        formatBytes(kept.gpuBytes - recomputed.gpuBytes),
        formatBytes(savedByCheckpointing(modelConfig(config), batchSize)),
        `× ${formatFixed(recomputed.milliseconds / kept.milliseconds, 2)}`
      ];
    })
  });
  return html`<figure class="figure kept-measured" aria-label="What checkpointing saved, measured">
    <p class="figure-title">Recorded: the preset “toy” in ${runs.map(({nLayer}) => nLayer).join(", ")} layers</p>
    ${table}
    <p class="figure-note">One captured step on ${adapter}${/llvmpipe|swiftshader/i.test(adapter) ? ", which is software: the processor computes what a graphics card would" : ""}; times are medians of ${steps} steps, taken in turns while the machine had other work. “Counted” is what the sizes of
      model and batch make of the saving. Made by <code>${command}</code>.</p>
  </figure>` as HTMLElement;
}
