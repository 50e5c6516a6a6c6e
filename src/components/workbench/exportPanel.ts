import {html} from "htl";
import {blobOf} from "../exchange/blobOf.js";
import {openOnnxModelInWorker} from "../inference/client.js";
import {readTokenizer} from "../text/tokenizerFile.js";
import type {ExportedModel, RunFacts} from "../training/protocol.js";
import {downloadButton} from "../views/buttons.js";
import {formatBytes, formatCount} from "../views/format.js";
import {notice} from "../views/notice.js";
import {isHonest} from "./comparison.js";
import {huggingFacePanel} from "./huggingFacePanel.js";
import {parityBadge} from "./parityBadge.js";
import {weightFormatsPanel} from "./weightFormatsPanel.js";

/** For whoever opens the file elsewhere. */
const ENCODER =
  "This model has no causal mask: it is an encoder, whose every position sees the whole window. The file computes exactly that, but a program that writes with it, token by token, gets nonsense.";

/**
 * An exported model: its file to download, how far ONNX Runtime is from the trainer, as measured now, and the forms in
 * which others take it. `signal` ends what it has under way.
 */
export function exportPanel(
  {onnx, step, isStored, reference}: ExportedModel,
  {corpus, modelConfig}: Pick<RunFacts, "corpus" | "modelConfig">,
  signal: AbortSignal
): HTMLElement {
  const tokenizer = readTokenizer(corpus.tokenizer);
  let copied: Promise<Blob> | null = null;
  const blob = () => {
    copied ??= blobOf(onnx);
    return copied;
  };
  const use = isStored
    ? "Attend, below, and chapters 10 and 11 now run this model, in ONNX Runtime."
    : "It could not be stored in this browser, so the other pages do not have it: keep the file.";
  async function open(options: Parameters<Parameters<typeof parityBadge>[0]["open"]>[0]) {
    const url = URL.createObjectURL(await blob());
    try {
      return await openOnnxModelInWorker(url, {
        label: "the exported model",
        tokenizer,
        graph: {}, // the very file that is offered, not one written anew for the pages
        provider: "wasm",
        ...options
      });
    } finally {
      URL.revokeObjectURL(url);
    }
  }
  return html`<div>
    <h2>ONNX file of step ${formatCount(step)}</h2>
    <p>${formatBytes(onnx.length)}. ${downloadButton(blob, `glassformer-step-${step}.onnx`)}</p>
    ${isHonest(modelConfig) ? null : notice({kind: "warning", message: ENCODER})}
    ${parityBadge({open, reference, use}, signal)}
    ${weightFormatsPanel({onnx: blob, step, tokenizer, heldOut: reference.heldOut.ids}, signal)}
    ${huggingFacePanel({onnx: blob, step}, modelConfig)}
  </div>` as HTMLElement;
}
