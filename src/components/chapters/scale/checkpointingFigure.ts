import {html} from "htl";
import {modelConfig} from "../../model/config.js";
import {setText, uniqueId} from "../../views/figure.js";
import {formatBytes, formatCount, formatPercent} from "../../views/format.js";
import {plainTable} from "../../views/plainTable.js";
import {type InputNode, rangeInput} from "../../views/rangeInput.js";
import type {CheckpointingRecord} from "./checkpointingRecord.js";
import {gpt2Of, type KeptMemory, keptMemory, type StepShape} from "./keptMemory.js";

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
  const rows = html`<ol class="kept-layers"></ol>`;
  const reading = html`<p class="figure-reading" aria-live="polite"></p>`;
  const node =
    html`<figure class="figure checkpointing-figure" aria-label="What each layer keeps for the backward pass">
    <p class="figure-title">What the forward pass leaves behind</p>
    <fieldset class="choice"><legend class="visually-hidden">What is kept</legend>${keep.label}${again.label}</fieldset>
    ${rows}
    <p class="figure-note"><span class="kept-key kept-solid"></span> in memory all the time;
      <span class="kept-key kept-now"></span> in memory only while its block is gone back through;
      <span class="kept-key kept-gone"></span> thrown away, computed again when its turn comes</p>
    <div class="kept-controls">${Object.values(inputs)}</div>
    ${reading}
  </figure>` as HTMLElement;

  function draw(): void {
    const shape = Object.fromEntries(
      Object.entries(inputs).map(([name, input]) => [name, input.value])
    ) as unknown as StepShape;
    const memory = keptMemory(gpt2Of(shape), shape.batchSize);
    rows.replaceChildren(...layersOf(shape.nLayer, again.input.checked, memory));
    setText(reading, sentenceOf(memory));
  }
  for (const input of Object.values(inputs)) input.addEventListener("input", draw);
  draw();
  return node;
}

/** One row for each block from the first to the last, with the middle ones counted in words where there are many. */
function layersOf(L: number, isCheckpointed: boolean, {input, inside}: KeptMemory): Element[] {
  const row = (i: number) => {
    const state = !isCheckpointed ? "solid" : i === L - 1 ? "now" : "gone";
    const words = {
      solid: `${formatBytes(inside)} kept`,
      now: `${formatBytes(inside)}, its turn`,
      gone: "computed again"
    }[state];
    return html`<li><span class="kept-name">Block ${i + 1}</span>
      <span class="kept-bar"><span class="kept-part kept-solid" style=${`flex-grow: ${input}`}></span><span
        class=${`kept-part kept-${state}`} style=${`flex-grow: ${inside}`}>${words}</span></span></li>` as Element;
  };
  const all = Array.from({length: L}, (_, i) => i);
  if (L <= MOST_DRAWN) return all.map(row);
  const half = MOST_DRAWN / 2;
  const left = L - 2 * half;
  return [
    ...all.slice(0, half).map(row),
    html`<li class="kept-more">and ${formatCount(left)} more like them</li>` as Element,
    ...all.slice(-half).map(row)
  ];
}

/** Totals in words. */
function sentenceOf({kept, checkpointed, state, parameters, recomputedShare, input}: KeptMemory): string {
  return (
    `All activations: ${formatBytes(kept)}. With checkpointing: ${formatBytes(checkpointed)}, ${formatPercent(checkpointed / kept)} of it, of which the input of a block is ${formatBytes(input)}; ` +
    `for that a step computes ${formatPercent(recomputedShare)} more. Beside it lie ${formatBytes(state)} that checkpointing does not touch: ${formatCount(parameters)} parameters, their gradients and AdamW’s two means.`
  );
}

/** The recorded steps, measured, beside what the count of this page expects. */
export function checkpointingTable({runs, adapter, steps, command}: CheckpointingRecord): HTMLElement {
  return plainTable({
    caption: `Recorded: the preset “toy” in ${runs.map(({nLayer}) => nLayer).join(", ")} layers on ${adapter}, one captured step; medians of ${steps} steps in turns. Made by ${command}`,
    columns: [
      "Layers",
      "Memory, all kept",
      "Memory, checkpointed",
      "Saved",
      "Saved, by the count",
      "Time of a step, times"
    ],
    rows: runs.map((run) => {
      const {kept, recomputed, batchSize, ...config} = run;
      const counted = keptMemory(modelConfig(config), batchSize);
      return [
        formatCount(run.nLayer),
        formatBytes(kept.gpuBytes),
        formatBytes(recomputed.gpuBytes),
        formatBytes(kept.gpuBytes - recomputed.gpuBytes),
        formatBytes(counted.kept - counted.checkpointed),
        (recomputed.milliseconds / kept.milliseconds).toFixed(2)
      ];
    })
  });
}
