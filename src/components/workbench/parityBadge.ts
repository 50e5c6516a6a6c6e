import {html} from "htl";
import {messageOf} from "../errorMessage.js";
import {
  type Agreement,
  agreement,
  measureParity,
  PARITY_TOLERANCE,
  type Parity,
  PERPLEXITY_TOLERANCE
} from "../evaluation/parity.js";
import type {ParityRecord} from "../evaluation/parityRecord.js";
import type {LanguageModel} from "../inference/languageModel.js";
import type {LoadProgress} from "../inference/protocol.js";
import {button} from "../views/buttons.js";
import {formatCount} from "../views/format.js";
import {notice} from "../views/notice.js";
import {work} from "./work.js";

export interface ParityBadgeOptions {
  /** Opens the very file that is offered. */
  open(options: {signal: AbortSignal; onProgress: (progress: LoadProgress) => void}): Promise<LanguageModel>;
  /** What the trainer says. */
  reference: ParityRecord;
  /** What an agreeing model is good for here. */
  use: string;
}

/**
 * Compares an exported file in ONNX Runtime with what the trainer says, now: logits, a text, the perplexity. Red where
 * one of them differs. `signal` ends it.
 */
export function parityBadge({open, reference, use}: ParityBadgeOptions, signal: AbortSignal): HTMLElement {
  const node = html`<div class="parity-badge"></div>` as HTMLElement;
  void compare();
  return node;

  async function compare(): Promise<void> {
    const stopping = new AbortController();
    const opening = {label: "Opening the file in ONNX Runtime", done: 0, total: null, unit: "bytes"};
    const line = work(opening, () => stopping.abort());
    const result = html`<div role="status"></div>` as HTMLElement;
    node.replaceChildren(line.node, result);
    let model: LanguageModel | null = null;
    const either = AbortSignal.any([signal, stopping.signal]);
    try {
      model = await open({
        signal: either,
        onProgress: ({loadedBytes, totalBytes}) =>
          line.update({...opening, done: loadedBytes, total: totalBytes})
      });
      const label = "Comparing ONNX Runtime with the trainer";
      const parity = await measureParity(model, reference, {
        signal: either,
        onProgress: (done, total) => line.update({label, done, total, unit: "tokens"})
      });
      show(result, parity);
    } catch (error) {
      if (stopping.signal.aborted)
        result.append(
          html`<p>Stopped: this file has not been compared with the trainer. ${button("Compare", () => void compare())}</p>`
        );
      else if (!signal.aborted)
        result.append(
          notice({
            kind: "error",
            message: `The exported file could not be checked: ${messageOf(error)} The file above is as the trainer wrote it.`
          })
        );
    } finally {
      line.node.remove();
      model?.dispose();
    }
  }

  function show(result: HTMLElement, parity: Parity): void {
    const found = agreement(parity);
    const agrees = Object.values(found).every(Boolean);
    result.dataset.agrees = String(agrees);
    result.append(
      agrees
        ? html`<p class="parity parity-good">✓ ONNX Runtime and the trainer agree. ${use}</p>`
        : html`<p class="parity parity-bad">✗ ONNX Runtime and the trainer disagree. Do not use this file.</p>`,
      html`<ul class="parity-parts">${(Object.keys(found) as (keyof Agreement)[]).map(
        (part) =>
          html`<li class=${found[part] ? "parity-good" : "parity-bad"} data-part=${part}>${found[part] ? "✓" : "✗"} ${sentences[part](parity)}</li>`
      )}</ul>`
    );
  }
}

/** What was measured of each part, and what is allowed. */
const sentences: Record<keyof Agreement, (parity: Parity) => string> = {
  logits: ({logits: {largestDifference, scale, count}}) =>
    `The largest |Δlogit| is ${largestDifference.toExponential(1)}, over ${formatCount(count)} logits of size up to ${scale.toFixed(1)} (allowed: ${PARITY_TOLERANCE} of that).`,
  greedy: ({greedy}) => {
    if (!greedy) return "No text is compared: an encoder does not write.";
    const {characters, same, isTie} = greedy;
    if (same === characters) return `Both write the same ${formatCount(characters)} characters, greedily.`;
    const until = `Greedily, both write the same ${formatCount(same)} of ${formatCount(characters)} characters`;
    return isTie
      ? `${until}; there the two likeliest tokens are equally likely, as far as float32 can tell.`
      : `${until}, and then another.`;
  },
  perplexity: ({perplexity: {reference, measured, tokens}}) =>
    `The perplexity of ${formatCount(tokens)} held-out tokens is ${measured.toPrecision(6)} in ONNX Runtime and ${reference.toPrecision(6)} in the trainer (allowed: ${PERPLEXITY_TOLERANCE} of that).`
};
