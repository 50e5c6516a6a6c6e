import {html} from "htl";
import type {Loss} from "../evaluation/loss.js";
import type {TokenUnit} from "../text/tokenizer.js";
import {asFigure, type Figure} from "./figure.js";
import {formatFixed} from "./format.js";

export interface LossBarsData {
  caption: string;
  unit: TokenUnit;
  /** Several models on one text, in the order shown; `own` is the one that it is about. */
  rows: readonly {name: string; loss: Loss; own?: boolean}[];
  /** Nats that no model can save, where it is known: that part of every bar is drawn apart. */
  floor: number | null;
}

/** The losses of several models on the same text, in three units and as bars on one scale that begins at 0. */
export function lossBars(data: LossBarsData): Figure<LossBarsData> {
  const node = html`<div class="scroll"></div>`;
  function update({caption, unit, rows, floor}: LossBarsData): void {
    const most = Math.max(...rows.map(({loss}) => loss.nats));
    const width = (nats: number) => `width: ${((100 * Math.max(0, nats)) / most).toFixed(2)}%`;
    const bars = ({nats}: Loss) => [
      html`<span class="bar bar-floor" style=${width(Math.min(nats, floor ?? 0))}></span>`,
      html`<span class="bar bar-surprise" style=${width(nats - (floor ?? 0))}></span>`
    ];
    node.replaceChildren(html`<table class="bars loss-bars"><caption>${caption}</caption>
      <thead><tr><th scope="col" class="table-text">Model</th><th scope="col" class="bar-cell"><span class="visually-hidden">Bar</span></th><th scope="col">Bits per character</th>
        <th scope="col">Perplexity per ${unit}</th><th scope="col">Nats</th></tr></thead>
      <tbody>${rows.map(
        ({
          name,
          loss,
          own
        }) => html`<tr class=${own ? "loss-own" : ""}><th scope="row">${name}</th><td class="bar-cell" aria-hidden="true"><span class="bar-track">${bars(loss)}</span></td>
          <td class="number">${formatFixed(loss.bitsPerCharacter, 3)}</td><td class="number">${formatFixed(loss.perplexity, 2)}</td><td class="number">${formatFixed(loss.nats, 4)}</td></tr>`
      )}</tbody></table>`);
  }
  update(data);
  return asFigure(node, update);
}
