import {html} from "htl";
import {LONG_COPY, type TextReport} from "../../evaluation/sampleReport.js";
import type {SamplingOptions} from "../../generation/distribution.js";
import {button} from "../../views/buttons.js";
import {asFigure, type Figure, setText, uniqueId} from "../../views/figure.js";
import {formatCount, formatFixed, formatPercent, formatPlural} from "../../views/format.js";
import {plainTable} from "../../views/plainTable.js";
import type {Examination, SampleResult} from "../examination.js";
import type {Studio} from "../studio.js";
import type {ExaminationView} from "./heldOutPanel.js";
import {say} from "./panel.js";
import {workLine} from "./workLine.js";

const LENGTHS = [500, 1_000, 2_000, 5_000, 10_000];

/** A sample that is written here under the sliders, and what it repeats and copies. */
export function samplePanel(examination: Examination, studio: Studio): Figure<ExaminationView> {
  const id = uniqueId("length");
  const length = html`<select id=${id}>${LENGTHS.map(
    (tokens) => html`<option value=${String(tokens)}>${formatCount(tokens)} tokens</option>`
  )}</select>` as HTMLSelectElement;
  length.value = "1000";
  const start = button("Write and examine", () => {
    const {temperature, topK, topP, minP, seed} = studio.state.settings;
    void examination.write({tokens: Number(length.value), options: {temperature, topK, topP, minP}, seed});
  });
  start.disabled = true; // until a model is there
  const work = workLine(() => examination.stop());
  const problem = html`<p class="box-problem" role="alert" hidden></p>` as HTMLElement;
  const reading = html`<p role="status" class="examination-reading"></p>`;
  const table = plainTable({caption: "", columns: [], rows: []});
  const copy = copyFigure();
  const written = html`<p class="sample-text"></p>`;
  const results = html`<div class="examination-results" hidden><figure class="figure">${table}</figure>${copy}
    <details class="sample-whole"><summary>The whole sample</summary>${written}</details></div>` as HTMLElement;
  const node = html`<section class="examination" aria-label="A sample">
    <div class="examination-form"><div class="field"><label for=${id}>Let the model write</label>${length}</div>${start}</div>
    ${work}${problem}${reading}${results}</section>`;
  let drawn: SampleResult | null = null;
  return asFigure(node, ({model, part, work: now, sample, problem: why}: ExaminationView) => {
    start.disabled = !model || now !== null;
    work.update(part === "sample" ? now : null);
    say(problem, [part === "sample" ? why : null]);
    if (sample === drawn) return;
    drawn = sample;
    results.hidden = sample === null;
    if (!sample || !model) {
      setText(reading, "");
      return;
    }
    const {unit} = model.model.tokenizer;
    setText(
      reading,
      `${sample.complete ? "Written" : "Stopped after"} ${formatPlural(sample.tokens, unit)}, ${describe(sample.options)}. Beside it, a piece of the held-out text of the same length: what a person or the source wrote repeats and copies too.`
    );
    table.update({
      caption: "What it repeats, and what it copies",
      columns: ["Measured", "The sample", "Held-out text"],
      rows: ROWS.map(([name, of]) => [name, of(sample.sample), of(sample.heldOut)])
    });
    copy.update(sample.sample);
    setText(written, sample.text);
  });
}

const describe = ({temperature, topK, topP, minP}: SamplingOptions): string =>
  [
    temperature === 0 ? "greedily" : `at temperature ${formatFixed(temperature, 2)}`,
    ...(topK ? [`top-k ${formatCount(topK)}`] : []),
    ...(topP < 1 ? [`top-p ${formatFixed(topP, 2)}`] : []),
    ...(minP ? [`min-p ${formatFixed(minP, 2)}`] : [])
  ].join(", ");

const characters = (n: number) => formatPlural(n, "character");

const ROWS: [name: string, of: (report: TextReport) => string][] = [
  ["Distinct-1: different words of all words", ({distinct}) => formatPercent(distinct[0])],
  ["Distinct-2: different pairs of words", ({distinct}) => formatPercent(distinct[1])],
  ["Distinct-3: different triples of words", ({distinct}) => formatPercent(distinct[2])],
  ["Runs of four words that occur again", ({repeated}) => formatPercent(repeated)],
  ["Longest loop, said again at once", ({loop}) => (loop ? characters(loop.place.length) : "none")],
  ["Longest copy from the training text", ({copy}) => characters(copy.place.length)],
  ["Mean copy that ends with a character", ({meanCopy}) => `${formatFixed(meanCopy, 1)} characters`],
  [`In copies of ${LONG_COPY} characters and more`, ({copied}) => formatPercent(copied)]
];

/** The longest copy, in the sample's words and where it stands in the training text. */
function copyFigure(): Figure<TextReport> {
  const node = html`<figure class="figure copies"></figure>`;
  return asFigure(node, ({copy: {place, text, before, after}, loop}: TextReport) => {
    const at = `characters ${formatCount(place.trainingStart + 1)} to ${formatCount(place.trainingStart + place.length)}`;
    node.replaceChildren(
      html`<p class="figure-title">The longest copy, in the training text (${at} of what was searched)</p>`,
      html`<blockquote class="copy-text">…${before}<mark>${text}</mark>${after}…</blockquote>`,
      ...(loop ? [html`<p class="figure-note">The longest loop: <q>${loop.text}</q>.</p>`] : [])
    );
  });
}
