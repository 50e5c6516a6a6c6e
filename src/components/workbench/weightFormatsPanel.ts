import {html} from "htl";
import {messageOf} from "../errorMessage.js";
import type {WeightFormat} from "../exchange/onnx/onnxWeights.js";
import {type FormatLoss, measureWeightFormats} from "../inference/weightFormats.js";
import type {Tokenizer} from "../text/tokenizer.js";
import {button, downloadButton} from "../views/buttons.js";
import {formatBytes, formatCount} from "../views/format.js";
import {notice} from "../views/notice.js";
import {work} from "./work.js";

export interface StoredModel {
  /** The ONNX file, as the workers take it. */
  onnx: () => Promise<Blob>;
  step: number;
  tokenizer: Tokenizer;
  /** A text that the model has not learnt from. */
  heldOut: Uint16Array;
}

const NAMES: Record<WeightFormat, string> = {
  float32: "float32, as trained",
  float16: "float16",
  int8: "int8, a scale for each channel"
};

/**
 * The ways to store the weights: what each file weighs and how much of the model it loses, both measured when asked, and
 * each file, made when it is wanted. `signal` ends what is under way.
 */
export function weightFormatsPanel(
  model: StoredModel,
  signal: AbortSignal,
  measure = measureWeightFormats
): HTMLElement {
  const place = html`<div></div>` as HTMLElement;
  const ask = button("Measure the three formats", () => void run());
  place.append(html`<p>${ask}</p>`);
  return html`<div class="weight-formats">
    <h3>Smaller files</h3>
    <p>The weights can be stored in half the bytes or a quarter of them. What that costs is measured: each file predicts
      the same ${formatCount(model.heldOut.length - 1)} held-out ${model.tokenizer.unit}s in ONNX Runtime.</p>
    ${place}
  </div>` as HTMLElement;

  async function run(): Promise<void> {
    const stopping = new AbortController();
    const beginning = {label: "Measuring the formats", done: 0, total: null, unit: "predictions"};
    const line = work(beginning, () => stopping.abort());
    place.replaceChildren(line.node);
    let url = "";
    try {
      url = URL.createObjectURL(await model.onnx());
      const found = await measure(url, model.tokenizer, model.heldOut, {
        signal: AbortSignal.any([signal, stopping.signal]),
        onProgress: (done, total) => line.update({...beginning, done, total})
      });
      place.replaceChildren(table(found));
    } catch (error) {
      place.replaceChildren(html`<p>${ask}</p>`);
      if (!stopping.signal.aborted && !signal.aborted)
        place.prepend(
          notice({kind: "error", message: `The formats could not be measured: ${messageOf(error)}`})
        );
    } finally {
      URL.revokeObjectURL(url);
    }
  }

  function table(found: FormatLoss[]): Element {
    return html`<div class="run-table"><div class="scroll" tabindex="0" role="region" aria-label="Formats of the weights"><table>
      <thead><tr><th scope="col">Weights</th><th scope="col" class="number">File</th>
        <th scope="col" class="number">Loss, nats a ${model.tokenizer.unit}</th><th scope="col" class="number">Difference</th><th scope="col">ONNX file</th></tr></thead>
      <tbody>${found.map(
        ({weights, bytes, loss, difference}) => html`<tr data-weights=${weights}>
          <th scope="row">${NAMES[weights]}</th>
          <td class="number">${formatBytes(bytes)}</td>
          <td class="number">${loss.toFixed(4)}</td>
          <td class="number">${weights === "float32" ? "–" : signed(difference)}</td>
          <td>${download(weights)}</td>
        </tr>`
      )}</tbody>
    </table></div></div>`;
  }

  function download(weights: WeightFormat): HTMLElement {
    const make = async () => {
      const {storeModel} = await import("../exchange/client.js");
      return storeModel(await model.onnx(), weights, {signal});
    };
    return downloadButton(make, `glassformer-step-${model.step}-${weights}.onnx`, `Download ${weights}`);
  }
}

/** With a sign, and as many digits as tell it from nothing. */
const signed = (difference: number): string => {
  const size = Math.abs(difference);
  const digits = size >= 1e-4 || size === 0 ? size.toFixed(4) : size.toExponential(1);
  return `${difference < 0 ? "−" : "+"}${digits}`;
};
