import {html} from "htl";
import type {FarPlace} from "../../evaluation/divergence.js";
import type {Tokenizer} from "../../text/tokenizer.js";
import {divergenceText} from "../../views/divergenceText.js";
import {asFigure, type Figure, setText} from "../../views/figure.js";
import {formatFixed, formatPercent, tokenName, visibleToken} from "../../views/format.js";
import {plainTable} from "../../views/plainTable.js";
import {statGrid} from "../../views/statGrid.js";
import type {ExaminedHere} from "./heldOutFigures.js";

/** Tokens of the passage that is shown, and of it before the farthest place. */
const PASSAGE = 600;
const BEFORE = 300;
/** Characters before a place that the table shows. */
const CONTEXT = 28;

/** How far the model is from the true distribution, where that is known; nothing where it is not. */
export function divergencePart(): Figure<ExaminedHere> {
  const stats = statGrid([], {label: "The distance from the truth"});
  const reading = html`<p class="figure-note"></p>`;
  const table = plainTable({caption: "", columns: [], rows: []});
  const text = divergenceText({tokens: [], nats: [], start: 0});
  const node = html`<figure class="figure divergence" hidden>
    <p class="figure-title">How far from the truth?</p>${stats}${reading}${table}
    <p class="figure-title">The farthest place, and what stands around it</p>${text}</figure>` as HTMLElement;
  return asFigure(node, ({report, text: heldOut, tokenizer}: ExaminedHere) => {
    const {divergence, divergences} = report;
    node.hidden = divergence === null;
    if (!divergence || !divergences) return;
    const bits = (nats: number) => ({value: formatFixed(nats / Math.LN2, 3), unit: "bits"});
    stats.update([
      {label: "KL from the truth, per character", ...bits(divergence.divergence)},
      {label: "Cross-entropy under the truth", ...bits(divergence.crossEntropy)},
      {label: "Entropy of the truth", ...bits(divergence.entropy)},
      {label: "On what cannot come", value: formatPercent(divergence.impossible)}
    ]);
    setText(
      reading,
      `KL is the cross-entropy less the entropy, ${formatFixed(divergence.divergence, 4)} nats. What really came was ${formatFixed(divergence.loss - divergence.floor, 4)} nats above the floor, which is the same but for chance.`
    );
    const {vocabulary} = tokenizer;
    table.update({
      caption: "Where the model is farthest from the truth",
      columns: ["After", "What may come", "The model says", "Bits"],
      texts: [1, 2],
      rows: divergence.far.slice(0, 8).map((place) => farRow(place, heldOut.ids, tokenizer))
    });
    const far = divergence.far[0]!.index;
    const start = Math.max(0, Math.min(far - BEFORE, report.predicted + 1 - PASSAGE));
    const end = Math.min(report.predicted + 1, start + PASSAGE);
    text.update({
      tokens: Array.from(heldOut.ids.subarray(start, end), (id) => vocabulary[id]!),
      nats: divergences.subarray(start, end),
      start
    });
  });
}

function farRow(
  {index, divergence, truth, model}: FarPlace,
  ids: Uint16Array,
  tokenizer: Tokenizer
): string[] {
  const before = tokenizer.decode(ids.subarray(Math.max(0, index - CONTEXT), index));
  const list = (entries: FarPlace["truth"], of: "p" | "q") =>
    entries
      .map((entry) => `${tokenName(tokenizer.vocabulary[entry.id]!)} ${formatPercent(entry[of])}`)
      .join(", ");
  return [
    `…${[...before].map((character) => (character === " " ? " " : visibleToken(character))).join("")}`,
    list(truth, "p"),
    list(model, "q"),
    formatFixed(divergence / Math.LN2, 1)
  ];
}
