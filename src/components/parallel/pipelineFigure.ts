import {html} from "htl";
import type {ModelConfig} from "../model/config.js";
import {parameterShapes} from "../model/parameters.js";
import {asFigure, type Figure} from "../views/figure.js";
import {formatBytes, formatPlural} from "../views/format.js";
import {isHeld, type Side, TABLE} from "./stageNames.js";

export interface PipelineData {
  config: ModelConfig;
  /** B, rows of a batch. */
  batchSize: number;
  /** Blocks of the first worker. */
  cut: number;
  /** Pieces that a batch passes in. */
  microBatches: number;
}

/** A model cut in two: what each worker holds, and what goes to and fro in one step. */
export function pipelineFigure(data: PipelineData): Figure<PipelineData> {
  const node = html`<div class="pipeline"></div>`;
  function update(next: PipelineData): void {
    node.replaceChildren(stage("front", next), ways(next), stage("back", next));
  }
  update(data);
  return asFigure(node, update);
}

function stage(side: Side, {config, cut}: PipelineData): Element {
  const isFront = side === "front";
  const blocks = Array.from({length: config.nLayer}, (_, i) => i)
    .filter((i) => i < cut === isFront)
    .map((i) => `Block ${i + 1}`);
  const layers = isFront ? ["Embedding", ...blocks] : [...blocks, "Norm and head", "Loss"];
  const held = Object.entries(parameterShapes(config)).filter(([name]) => isHeld(name, side, cut, config));
  return html`<section class="pipeline-stage" aria-label=${`Worker ${isFront ? 1 : 2}`}>
    <p class="figure-title">Worker ${isFront ? 1 : 2}</p>
    <ol>${layers.map((layer) => html`<li>${layer}</li>`)}</ol>
    <p class="figure-note">${formatPlural(count(held.map(([, shape]) => shape)), "parameter")}</p>
  </section>`;
}

function ways({config, batchSize, microBatches}: PipelineData): Element {
  const {blockSize: T, nEmbd: C, tiedHead} = config;
  const stream = `[${batchSize}, ${T}, ${C}]`;
  const bytes = formatBytes(4 * batchSize * T * C);
  const messages = formatPlural(microBatches, "message");
  const table = parameterShapes(config)[TABLE]!;
  const way = (arrow: string, what: string, shape: string, size: string) =>
    html`<li><span class="pipeline-arrow" aria-hidden="true">${arrow}</span> <span>${what} <code>${shape}</code> ${size}</span></li>`;
  return html`<ul class="pipeline-ways" aria-label="Sent in one step">
    ${way("→", "Activations, forward", stream, `${bytes} in ${messages}`)}
    ${way("←", "Their gradients, back", stream, `${bytes} in ${messages}`)}
    ${tiedHead && way("⇄", "Gradient of the token table, which is the head too, each way", `[${table.join(", ")}]`, formatBytes(4 * count([table])))}
    ${way("⇄", "Norm of the gradients, each way", "[1]", formatBytes(4))}
  </ul>`;
}

const count = (shapes: readonly (readonly number[])[]): number =>
  shapes.reduce((sum, shape) => sum + shape.reduce((a, b) => a * b, 1), 0);
