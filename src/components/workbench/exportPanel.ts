import {html} from "htl";
import {messageOf} from "../errorMessage.js";
import {agrees, measureParity, type Parity} from "../evaluation/parity.js";
import {openOnnxModelInWorker} from "../inference/client.js";
import type {LanguageModel} from "../inference/languageModel.js";
import {readTokenizer} from "../text/tokenizerFile.js";
import type {ExportedModel, RunFacts} from "../training/protocol.js";
import {downloadButton} from "../views/buttons.js";
import {formatBytes, formatCount} from "../views/format.js";
import {notice} from "../views/notice.js";
import {progressBar} from "../views/progressBar.js";
import {isHonest} from "./comparison.js";
import {huggingFacePanel} from "./huggingFacePanel.js";

/** For whoever opens the file elsewhere. */
const ENCODER =
  "This model has no causal mask: it is an encoder, whose every position sees the whole window. The file computes exactly that, but a program that writes with it, token by token, gets nonsense.";

/**
 * Shows an exported model: its file to download, and how far ONNX Runtime's logits are from the trainer's, as
 * measured now. Replaces what the node showed before.
 */
export async function showExport(
  node: HTMLElement,
  model: ExportedModel,
  {corpus: {tokenizer}, modelConfig}: Pick<RunFacts, "corpus" | "modelConfig">
): Promise<void> {
  const bar = progressBar({label: "Opening the file in ONNX Runtime", done: 0, total: null, unit: "bytes"});
  const result = html`<p role="status"></p>` as HTMLElement;
  node.replaceChildren(
    html`<h2>ONNX file of step ${formatCount(model.step)}</h2>`,
    html`<p>${formatBytes(model.onnx.length)}. ${downloadButton(model.onnx, `glassformer-step-${model.step}.onnx`)}</p>`,
    ...(isHonest(modelConfig) ? [] : [notice({kind: "warning", message: ENCODER})]),
    bar,
    result,
    huggingFacePanel(model, modelConfig)
  );
  let opened: LanguageModel | null = null;
  try {
    opened = await openOnnxModelInWorker(model.onnx, {
      label: "the exported model",
      tokenizer: readTokenizer(tokenizer),
      graph: {}, // the very file that is offered, not one written anew for the pages
      provider: "wasm",
      onProgress: ({loadedBytes, totalBytes}) =>
        bar.update({
          label: "Opening the file in ONNX Runtime",
          done: loadedBytes,
          total: totalBytes,
          unit: "bytes"
        })
    });
    const parity = await measureParity(opened, model.checks);
    bar.remove();
    result.append(verdict(parity, model));
    result.dataset.agrees = String(agrees(parity));
  } catch (error) {
    bar.remove();
    result.after(
      notice({
        kind: "error",
        message: `The exported file could not be checked: ${messageOf(error)} The file above is as the trainer wrote it.`
      })
    );
  } finally {
    opened?.dispose();
  }
}

function verdict(parity: Parity, {isStored}: ExportedModel): Element {
  const {largestDifference, scale, count} = parity;
  const measured = `the largest |Δlogit| is ${largestDifference.toExponential(1)}, over ${formatCount(count)} logits of size up to ${scale.toFixed(1)}`;
  const use = isStored
    ? "Attend, Sample and Measure now run this model, in ONNX Runtime."
    : "It could not be stored in this browser, so Attend, Sample and Measure do not have it: keep the file.";
  return agrees(parity)
    ? html`<span class="parity parity-good">✓ ONNX Runtime and the trainer agree: ${measured}. ${use}</span>`
    : html`<span class="parity parity-bad">✗ ONNX Runtime and the trainer disagree: ${measured}. Do not use this file.</span>`;
}
