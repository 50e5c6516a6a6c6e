import {html} from "htl";
import type {Surprise} from "../../evaluation/surprise.js";
import type {LanguageModel} from "../../inference/languageModel.js";
import type {TokenUnit} from "../../text/tokenizer.js";
import {asFigure, type Figure, setText} from "../../views/figure.js";
import {formatCount, formatFixed, formatPlural} from "../../views/format.js";
import {seenBefore, seesLater} from "../../views/modelSentences.js";
import {progressBar} from "../../views/progressBar.js";
import {type SurpriseData, surpriseText} from "../../views/surpriseText.js";
import type {MeasurementState} from "../measurement.js";
import type {StudioState} from "../studio.js";
import type {Panel} from "./panel.js";

type Row = [name: (unit: TokenUnit) => string, of: (surprise: Surprise) => string];

const ROWS: Row[] = [
  [(unit) => `Perplexity per ${unit}`, ({kept}) => formatFixed(kept?.perplexity ?? Number.NaN, 2)],
  [() => "Bits per character", ({kept}) => formatFixed(kept?.bitsPerCharacter ?? Number.NaN, 2)],
  [(unit) => `${unit === "character" ? "Characters" : "Tokens"} cut to zero`, ({cut}) => formatCount(cut)]
];

/** The passage in numbers: under the model's own distribution, and under that which the sliders make of it. */
export function measureNumbers(): Panel {
  const cells = ROWS.map(([name]) => {
    const [plain, tempered] = [html`<td>–</td>`, html`<td>–</td>`];
    const label = html`<th scope="row">${name("token")}</th>`;
    return {row: html`<tr>${label}${plain}${tempered}</tr>`, label, plain, tempered};
  });
  const bar = progressBar({label: READING, done: 0, total: null, unit: "tokens"});
  bar.hidden = true;
  const note = html`<p class="figure-note" role="status"></p>`;
  const node = html`<figure class="figure measure-numbers">
    <table><caption>The passage, measured</caption>
      <thead><tr><td></td><th scope="col">Model’s own</th><th scope="col">Under the sliders</th></tr></thead>
      <tbody>${cells.map(({row}) => row)}</tbody></table>
    ${note}${bar}</figure>`;
  return asFigure(node, ({measurement, model}: StudioState) => {
    if (!measurement || !model) return;
    const {plain, tempered, progress} = measurement;
    const {unit} = model.model.tokenizer;
    bar.hidden = !progress;
    if (progress) bar.update({label: READING, ...progress, unit: `${unit}s`});
    if (!plain || !tempered) return;
    ROWS.forEach(([name, of], i) => {
      setText(cells[i]!.label, name(unit));
      setText(cells[i]!.plain, of(plain));
      setText(cells[i]!.tempered, of(tempered));
    });
    setText(note, remark(measurement, tempered, model.model));
  });
}

const READING = "Reading the passage";

function remark(
  {stale, tokens, characters}: MeasurementState,
  {cut, kept}: Surprise,
  {config, tokenizer: {unit}}: LanguageModel
): string {
  if (stale) return "The sliders have moved; a passage this long is measured again when they rest.";
  if (!kept) return `Every ${unit} was cut to zero: under these settings the model could write none of it.`;
  if (cut > 0)
    return `With a ${unit} cut to zero the perplexity of the whole is infinite; the numbers are over the other ${formatCount(tokens.length - 1 - cut)}.`;
  const size = formatPlural(tokens.length - 1, unit);
  const measured =
    unit === "character" ? size : `${size}, in a text of ${formatPlural(characters, "character")}`;
  return seesLater(config)
    ? `Over ${measured}. This model could see nearly every one while it scored it: that is no prediction, and no measure of the text.`
    : `Over ${measured}, each predicted from ${seenBefore(config)}.`;
}

/** The passage coloured by the surprise of each token under the sliders. */
export function surprisePanel(): Panel {
  const empty = html`<p class="figure-reading">The passage stands here, coloured, once the model has read it.</p>`;
  const node = html`<section class="surprise-panel" aria-label="The passage, coloured by surprise">${empty}</section>`;
  let figure: Figure<SurpriseData> | null = null;
  let drawn: Surprise | null = null;
  return asFigure(node, ({measurement}: StudioState) => {
    const tempered = measurement?.tempered;
    if (!measurement || !tempered || tempered === drawn) return;
    drawn = tempered;
    const {tokens, notes} = measurement;
    const data = {tokens, notes, nats: tempered.nats};
    if (figure) {
      figure.update(data);
      return;
    }
    figure = surpriseText(data);
    node.replaceChildren(figure);
  });
}
