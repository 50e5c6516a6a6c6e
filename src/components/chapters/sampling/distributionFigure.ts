import {html} from "htl";
import {PLAIN, type SamplingOptions} from "../../generation/distribution.js";
import {button} from "../../views/buttons.js";
import {asFigure, type Figure, setText, uniqueId} from "../../views/figure.js";
import {
  formatCount,
  formatFixed,
  formatPercent,
  formatPlural,
  tokenName,
  visibleToken
} from "../../views/format.js";
import {samplingSliders} from "../../views/samplingSliders.js";
import {cutPlot} from "./cutPlot.js";
import type {SamplingDesk} from "./desk.js";
import {SITE_ORDER, STEP_NAMES, type Stage} from "./filterOrder.js";
import {massBar} from "./massBar.js";
import {placeSelect, placeText} from "./placeSelect.js";

/** Characters of the text before the place that stand above the picture. */
const TITLE = 44;
/** The most rows that the table of all tokens writes out. */
const TABLE_LIMIT = 512;

/** The exact distribution at one place, the cuts drawn in, and what remains of it; `onTake` uses the settings elsewhere. */
export function distributionFigure(
  desk: SamplingDesk,
  {onTake}: {onTake?: (options: SamplingOptions) => void} = {}
): HTMLElement {
  const {page} = desk;
  const {vocabulary, unit} = page;
  const V = vocabulary.length;
  const sliders = samplingSliders({
    vocabulary: V,
    onInput: (change) => desk.set({options: {...desk.state.options, ...change}})
  });
  const log = html`<input type="checkbox" id=${uniqueId("log")}>` as HTMLInputElement;
  const place = placeSelect(page, {place: desk.state.place, onChoose: (place) => desk.set({place})});
  const title = html`<p class="figure-title cut-title"></p>`;
  const plotData = () => ({filtered: desk.filtered, options: desk.state.options, isLog: log.checked});
  const plot = cutPlot(plotData(), vocabulary);
  const mass = massBar(desk.filtered, vocabulary);
  const rows = SITE_ORDER.map(() => stageRow());
  const reading = html`<p class="figure-reading cut-reading" aria-live="polite"></p>`;
  const table = html`<tbody></tbody>`;
  const tail = html`<p class="figure-note"></p>`;
  const details =
    html`<details class="figure-table"><summary>All ${formatCount(V)} ${unit}s as a table</summary>
    <div class="scroll"><table><thead><tr><th scope="col">Rank</th><th scope="col">Token</th>
      <th scope="col">Before the cuts</th><th scope="col">After</th></tr></thead>${table}</table></div>${tail}</details>` as HTMLDetailsElement;
  const presets = [
    button("Cut nothing", () => desk.set({options: PLAIN})),
    ...(["topK", "topP", "minP"] as const).map((step) =>
      button(`Only ${STEP_NAMES[step]}`, () => desk.set({options: desk.only(step)}))
    ),
    button("Greedy", () => desk.set({options: {...desk.state.options, temperature: 0}})),
    button("Reset", () => desk.reset()),
    ...(onTake ? [button("Write with these", () => onTake(desk.state.options))] : [])
  ];

  function fillTable(): void {
    const {ids, tempered, probabilities, kept} = desk.filtered;
    const shown = Math.min(TABLE_LIMIT, ids.length);
    table.replaceChildren(
      ...Array.from({length: shown}, (_, i) => {
        const id = ids[i]!;
        return html`<tr><td>${i + 1}</td><td><code>${visibleToken(vocabulary[id]!)}</code></td>
          <td>${formatPercent(tempered[id]!)}</td><td>${i < kept ? formatPercent(probabilities[id]!) : "cut"}</td></tr>`;
      })
    );
    setText(
      tail,
      shown < ids.length ? `The other ${formatCount(ids.length - shown)} are less probable still.` : ""
    );
  }
  function update(): void {
    const {filtered} = desk;
    sliders.update({options: desk.state.options, vocabulary: V});
    place.update(desk.state.place);
    setText(title, `What may follow “${placeText(page.places[desk.state.place]!, TITLE)}”, likeliest first`);
    plot.update(plotData());
    mass.update(filtered);
    filtered.stages.forEach((stage, i) => {
      rows[i]!.update(stage);
    });
    setText(reading, sentence(desk));
    if (details.open) fillTable();
  }
  log.addEventListener("change", update);
  details.addEventListener("toggle", () => details.open && fillTable());
  desk.subscribe(update);
  update();
  return html`<figure class="figure sampling-figure">
    <div class="sampling-columns">
      <div class="sampling-picture">
        ${title}
        ${plot}
        <label class="cut-log">${log} Logarithmic: show the tail</label>
      </div>
      <div class="sampling-set">${place}${sliders}<p class="button-row">${presets}</p></div>
      <div class="sampling-mass">
        <p class="figure-title">The same probabilities as one bar; below it what is kept, stretched to 1</p>
        ${mass}
        <p class="legend"><span class="bar-key bar-kept"></span>kept <span class="bar-key bar-gain"></span>gained from what was
          cut <span class="bar-key bar-cut"></span>cut</p>
      </div>
    </div>
    <div class="scroll"><table class="plain-table"><caption>Step by step, in this order</caption>
      <thead><tr><th scope="col" class="table-text">After</th><th scope="col" class="table-number">Kept of ${formatCount(V)}</th><th scope="col" class="table-number">Mass removed</th>
        <th scope="col" class="table-number">Entropy, bits</th><th scope="col" class="table-number">Equal choices</th></tr></thead><tbody>${rows}</tbody></table></div>
    ${reading}${details}</figure>` as HTMLElement;
}

/** A row whose numbers change in place. */
function stageRow(): Figure<Stage> {
  const name = html`<th scope="row" class="table-text"></th>`;
  const cells = Array.from({length: 4}, () => html`<td class="table-number"></td>`);
  return asFigure(html`<tr>${name}${cells}</tr>`, ({step, kept, removed, entropy}: Stage) => {
    setText(name, STEP_NAMES[step]);
    [
      formatCount(kept),
      formatPercent(removed),
      formatFixed(entropy / Math.LN2, 2),
      formatFixed(Math.exp(entropy), 1)
    ].forEach((text, i) => {
      setText(cells[i]!, text);
    });
  });
}

function sentence({filtered, state, page}: SamplingDesk): string {
  const {ids, own, tempered, probabilities, kept, stages} = filtered;
  const {came} = page.places[state.place]!;
  const best = ids[0]!;
  const name = (id: number) => tokenName(page.vocabulary[id]!);
  const [before, now] = [formatPercent(own[came]!), formatPercent(probabilities[came]!)];
  const really = `In the text ${name(came)} came, to which the model gave ${before}${
    probabilities[came] === 0 ? "; now it cannot come" : now === before ? "" : `; now it has ${now}`
  }.`;
  if (state.options.temperature === 0)
    return `Greedy: ${name(best)} is certain, and nothing else can come. ${really}`;
  const removed = stages.reduce((sum, stage) => sum + stage.removed, 0);
  const change =
    kept === ids.length
      ? `Nothing is cut: all ${formatPlural(kept, page.unit)} can come.`
      : `${formatPlural(kept, page.unit)} of ${formatCount(ids.length)} can come; the others held ${formatPercent(removed)} together.`;
  return `${change} ${name(best)} has ${formatPercent(probabilities[best]!)}${kept < ids.length ? ` instead of ${formatPercent(tempered[best]!)}` : ""}. ${really}`;
}
