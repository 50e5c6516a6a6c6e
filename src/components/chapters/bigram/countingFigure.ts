import {html} from "htl";
import {drawAt, sampleToken} from "../../generation/sample.js";
import {asFigure, type Figure, setText, uniqueId} from "../../views/figure.js";
import {formatCount, formatFixed, formatPercent, tokenName, visibleToken} from "../../views/format.js";
import {rangeInput} from "../../views/rangeInput.js";
import {statGrid} from "../../views/statGrid.js";
import {countedTable, kindsOfPairs, type PairCounts, rowDistribution, rowTotal} from "./pairCounts.js";
import {type Pair, pairMap} from "./pairMap.js";
import {formatSmoothing, smoothingChart} from "./smoothingChart.js";
import {bestPoint, lossesAt, SMOOTHING, smoothingCurve} from "./smoothingCurve.js";

export interface CountingOptions {
  vocabulary: readonly string[];
  /** Counts of the first so many characters of the training text; the last is the whole. */
  lengths: readonly {characters: number; pairs: PairCounts}[];
  heldOut: PairCounts;
  /** α at first. */
  smoothing: number;
  selected: Pair;
}

const WRITTEN = 80;

/**
 * The counted bigram whole: its table of V × V, walked pair by pair, from more or less text, with α added to every
 * count, what that costs on held-out text, and what it writes. `update` selects a row.
 */
export function countingFigure(options: CountingOptions): Figure<number> {
  const {vocabulary, lengths, heldOut} = options;
  const V = vocabulary.length;
  let chosen = lengths.length - 1;
  let pair = options.selected;
  let hovered: Pair | null = null;
  const curves = lengths.map(({pairs}) => smoothingCurve(pairs, heldOut));
  let table: Float64Array = new Float64Array(V * V);

  const group = uniqueId("length");
  const radios = lengths.map(({characters}, i) => {
    const input = html`<input type="radio" name=${group} value=${i}>` as HTMLInputElement;
    input.addEventListener("change", () => choose(i));
    const label =
      i === lengths.length - 1
        ? `all ${formatCount(characters)} characters`
        : `the first ${formatCount(characters)}`;
    return {input, node: html`<label>${input} ${label}</label>`};
  });
  const alpha = rangeInput({
    label: "Smoothing α, added to every count",
    min: SMOOTHING.min,
    max: SMOOTHING.max,
    step: 0.001,
    value: options.smoothing,
    scale: "log",
    format: formatSmoothing
  });
  alpha.addEventListener("input", () => show());
  const reset = html`<button type="button" class="button">Reset</button>`;
  reset.addEventListener("click", () => {
    alpha.value = options.smoothing;
    pair = options.selected;
    choose(lengths.length - 1);
  });

  const describe = ({row, column}: Pair): string => {
    const {pairs} = lengths[chosen]!;
    const [first, next] = [tokenName(vocabulary[row]!), tokenName(vocabulary[column]!)];
    const [count, total] = [pairs.counts[row * V + column]!, rowTotal(pairs, row)];
    return `After ${first} came ${next} ${formatCount(count)} times of ${formatCount(total)}; with α the table says ${formatPercent(table[row * V + column]!)}.`;
  };
  const map = pairMap(mapData(), {
    describe,
    onSelect: (next) => {
      pair = next;
      hovered = null;
      showPair();
    },
    onHover: (next) => {
      hovered = next;
      setText(reading, describe(next ?? pair));
    }
  });
  const reading = html`<p class="figure-reading" aria-live="polite"></p>`;
  const stats = statGrid([]);
  const chart = smoothingChart({curve: curves[chosen]!, at: curves[chosen]![0]!});
  const best = html`<p class="figure-reading"></p>`;
  const written = html`<p class="counting-written"></p>`;
  const writtenTitle = html`<p class="figure-title"></p>`;
  const body = html`<tbody></tbody>`;
  const details =
    html`<details class="figure-table"><summary>This row as a table</summary><div class="scroll" tabindex="0"><table>
    <thead><tr><th scope="col">Rank</th><th scope="col">Next</th><th scope="col">Times</th><th scope="col">Probability</th></tr></thead>
    ${body}</table></div></details>` as HTMLDetailsElement;
  details.addEventListener("toggle", () => fillTable());
  const node = html`<figure class="figure counting"><div class="pair-panes">
    <div>${map}<div class="legend"><span>below 0.01%</span><span class="legend-never"></span><span class="legend-pairs"></span><span>100%</span>
      <span class="legend-note">colour follows the square root</span></div>${reading}${details}</div>
    <div><fieldset class="choice"><legend>Count pairs in</legend>${radios.map((radio) => radio.node)}</fieldset>
      ${alpha}${stats}${chart}${best}<p class="button-row">${reset}</p></div></div>
    ${writtenTitle}${written}</figure>`;

  function mapData() {
    return {title: "Counted: first character down, next across", table, vocabulary, selected: pair};
  }
  function choose(index: number): void {
    chosen = index;
    radios.forEach(({input}, i) => {
      input.checked = i === index;
    });
    show();
  }
  function show(): void {
    const {pairs} = lengths[chosen]!;
    table = countedTable(pairs, alpha.value);
    const at = lossesAt(alpha.value, pairs, heldOut);
    const curve = curves[chosen]!;
    stats.update([
      {label: "Pairs that occur", value: `${formatCount(kindsOfPairs(pairs))} of ${formatCount(V * V)}`},
      {label: "Loss, counted text", value: formatFixed(at.train, 3), unit: "nats"},
      {label: "Loss, held-out text", value: formatFixed(at.heldOut, 3), unit: "nats"}
    ]);
    chart.update({curve, at});
    const {smoothing, heldOut: least} = bestPoint(curve);
    setText(
      best,
      `The least held-out loss on this scale is ${formatFixed(least, 3)} nats, at α = ${formatSmoothing(smoothing)}.${areAsOne(curve) ? " The two lines lie on each other." : ""}`
    );
    showPair();
  }
  function showPair(): void {
    map.update(mapData());
    setText(reading, describe(hovered ?? pair));
    setText(
      writtenTitle,
      `${WRITTEN} draws from this table, beginning with ${tokenName(vocabulary[pair.row]!)}`
    );
    setText(written, write(pair.row));
    fillTable();
  }
  function write(start: number): string {
    const ids = [start];
    while (ids.length <= WRITTEN)
      ids.push(sampleToken(rowDistribution(table, V, ids.at(-1)!), drawAt(1, ids.length)));
    return ids.map((id) => (vocabulary[id] === "\n" ? "⏎" : vocabulary[id])).join("");
  }
  function fillTable(): void {
    if (!details.open) return;
    const {counts} = lengths[chosen]!.pairs;
    const {ids} = rowDistribution(table, V, pair.row);
    body.replaceChildren(
      ...[...ids].map((id, i) => {
        const at = pair.row * V + id;
        return html`<tr><td>${i + 1}</td><td><code>${visibleToken(vocabulary[id]!)}</code></td><td>${formatCount(counts[at]!)}</td><td>${formatPercent(table[at]!)}</td></tr>`;
      })
    );
  }
  choose(chosen);
  return asFigure(node, (row: number) => {
    if (row === pair.row) return;
    pair = {...pair, row};
    showPair();
  });
}

/** Whether the losses of counted and held-out text differ too little to be seen as two lines. */
const areAsOne = (curve: ReturnType<typeof smoothingCurve>): boolean =>
  curve.every(({train, heldOut}) => Math.abs(train - heldOut) < 0.01);
