import {html} from "htl";
import {messageOf} from "../../errorMessage.js";
import {bytePairTokenizer} from "../../text/bytePairTokenizer.js";
import {button} from "../../views/buttons.js";
import {setText} from "../../views/figure.js";
import {formatCount, formatPercent, formatPlural, visibleToken} from "../../views/format.js";
import {notice} from "../../views/notice.js";
import {rangeInput} from "../../views/rangeInput.js";
import {longestDocument, padDocuments, type ShownBatch, seedOfDifferentRows} from "./batch.js";
import {choice} from "./choice.js";
import type {TextState, TextStore} from "./state.js";
import {textField} from "./textField.js";

const LONGEST = 2000;
const [SHORTEST_ROW, LONGEST_ROW] = [4, 32];
/** How the padding token is spelt, as in `trainTokenizer`. */
const PADDING = "<|pad|>";

const LAYERS = ["texts", "inputs", "mask", "targets"] as const;
type Layer = (typeof LAYERS)[number];

/** Documents of different lengths in one batch: the tokens, their ids, the mask and the targets, place by place. */
export function paddingFigure(store: TextStore): HTMLElement {
  let text = store.state.study.documents;
  let isOwn = false;
  const firstSeed = () => {
    const {study, merges, learned} = store.state;
    return seedOfDifferentRows(study.documents, bytePairTokenizer(merges.slice(0, learned), PADDING));
  };
  let seed = firstSeed();
  let layer: Layer = "texts";
  const body = html`<tbody></tbody>`;
  const head = html`<thead></thead>`;
  const reading = html`<p class="figure-reading" role="status"></p>`;
  const problem = html`<div></div>`;
  const show = () => draw(store.state);
  // At first none of the documents is cut.
  const rowLength = () => longestDocument(store.state.study.documents, store.state.tokenizers()["byte-pair"]);
  const field = textField({
    label: "Documents, with a blank line between",
    value: text,
    rows: 6,
    maxLength: LONGEST,
    onText: (next) => {
      text = next;
      isOwn = true;
      show();
    }
  });
  const length = rangeInput({
    label: "Length of every row, T",
    min: SHORTEST_ROW,
    max: LONGEST_ROW,
    step: 1,
    value: rowLength(),
    format: (value) => `${value} places`
  });
  length.addEventListener("input", show);
  const layers = choice("Show", LAYERS, ["tokens", "ids", "mask", "targets"], layer, (next) => {
    layer = next;
    show();
  });
  const another = button("Draw another batch", () => {
    seed += 1;
    show();
  });
  const reset = button("Reset", () => {
    isOwn = false;
    seed = firstSeed();
    length.value = rowLength();
    draw(store.state);
  });
  const table = html`<div class="scroll" tabindex="0" role="region" aria-label="The batch"><table class="batch">${head}${body}</table></div>`;

  function draw({study, merges, learned}: TextState): void {
    if (!isOwn) text = study.documents;
    if (field.value !== text) field.value = text;
    try {
      const tokenizer = bytePairTokenizer(merges.slice(0, learned), PADDING);
      const batch = padDocuments(text, tokenizer, length.value, seed);
      problem.replaceChildren();
      head.replaceChildren(headRow(batch.T));
      body.replaceChildren(...Array.from({length: batch.B}, (_, row) => batchRow(batch, row, layer)));
      setText(reading, batchSentence(batch, tokenizer.paddingId!));
    } catch (error) {
      problem.replaceChildren(notice({kind: "error", message: messageOf(error)}));
      head.replaceChildren();
      body.replaceChildren();
      setText(reading, "");
    }
  }
  store.listenPatiently(draw);
  return html`<figure class="figure padding-figure" aria-label="A padded batch">
    ${field}<div class="figure-controls">${length}${layers}<div class="button-row">${another}${reset}</div></div>
    ${problem}${table}${reading}</figure>` as HTMLElement;
}

/** The places 1 … T. Cells by the hundred are made one by one, which costs a tenth of reading each from a template. */
function headRow(T: number): Element {
  const row = html`<tr><th scope="col"><span class="visually-hidden">Row</span></th></tr>`;
  for (let t = 1; t <= T; t++) {
    const cell = document.createElement("th");
    cell.scope = "col";
    cell.textContent = String(t);
    row.append(cell);
  }
  return row;
}

function batchRow(batch: ShownBatch, row: number, layer: Layer): Element {
  const cells = Array.from({length: batch.T}, (_, t) => {
    const at = row * batch.T + t;
    const isPadding = batch.padding[at] === 1;
    const isIgnored = batch.targets[at]! < 0;
    const text = {
      texts: isPadding ? "pad" : visibleToken(batch.texts[at]!),
      inputs: String(batch.inputs[at]),
      mask: String(batch.padding[at]),
      targets: isIgnored ? "−1" : visibleToken(batch.targetTexts[at]!)
    }[layer];
    const kind = (layer === "targets" ? isIgnored : isPadding) ? "batch-padding" : "batch-token";
    const cell = document.createElement("td");
    cell.className = kind;
    cell.appendChild(document.createElement("code")).textContent = text;
    return cell;
  });
  return html`<tr><th scope="row">row ${row + 1}</th>${cells}</tr>`;
}

function batchSentence({B, T, padding, targets}: ShownBatch, paddingId: number): string {
  const filled = padding.reduce((sum, one) => sum + one, 0);
  const taught = targets.reduce((sum, target) => sum + (target < 0 ? 0 : 1), 0);
  return `${B} rows of ${T} places are ${formatCount(B * T)}: ${formatPlural(B * T - filled, "token")} and ${formatCount(filled)} of padding (${formatPercent(filled / (B * T))}), whose id is ${paddingId}. ${formatPlural(taught, "place")} ${taught === 1 ? "has" : "have"} a token to predict.`;
}
