import {html} from "htl";
import {BINS} from "../../evaluation/calibration.js";
import type {DivergenceReport} from "../../evaluation/divergence.js";
import type {HeldOutReport, HeldOutText} from "../../evaluation/heldOut.js";
import {type Loss, lossOf} from "../../evaluation/loss.js";
import {ngramName} from "../../evaluation/ngram.js";
import type {ClassLoss, TokenClass} from "../../evaluation/tokenClasses.js";
import type {ModelConfig} from "../../model/config.js";
import type {Tokenizer, TokenUnit} from "../../text/tokenizer.js";
import {asFigure, type Figure, setText} from "../../views/figure.js";
import {capital, formatCount, formatFixed, formatPercent, formatPlural} from "../../views/format.js";
import {type LineChartData, lineChart} from "../../views/lineChart.js";
import {lossBars} from "../../views/lossBars.js";
import {plainTable, type TableData} from "../../views/plainTable.js";

/** What of a reading is drawn: of this moment, or one that was made when the site was built. */
export interface Examined {
  report: Pick<HeldOutReport, "predicted" | "characters" | "loss" | "disjoint" | "calibration"> & {
    /** NaN where there is none. */
    byPosition: ArrayLike<number>;
    divergence: Pick<DivergenceReport, "floor"> | null;
  };
  /** n-grams of order 1, 2, …; null while they are being counted. */
  baselines: readonly Loss[] | null;
  stride: number;
  model: Pick<ModelConfig, "blockSize" | "vocabSize"> & {unit: TokenUnit};
}

/** The same with all that is known of a reading that was just made. */
export interface ExaminedHere extends Examined {
  report: HeldOutReport;
  text: HeldOutText;
  tokenizer: Tokenizer;
}

/** The loss in three units, beside what counting achieves and what nobody can do better than. */
export function losses(): Figure<Examined> {
  const bars = lossBars({caption: "", unit: "token", rows: [], floor: null});
  const note = html`<p class="figure-note"></p>`;
  const node = html`<figure class="figure">${bars}${note}</figure>`;
  return asFigure(node, ({report, baselines, stride, model}: Examined) => {
    const {loss, disjoint, divergence, characters, predicted} = report;
    const {vocabSize: V, blockSize, unit} = model;
    const as = (nats: number) => lossOf(nats * predicted, predicted, characters);
    const row = (name: string, loss: Loss) => ({name, loss});
    bars.update({
      caption: "The loss, beside others on the same text",
      unit,
      floor: divergence?.floor ?? null,
      rows: [
        row("A blind guess", as(Math.log(V))),
        ...(baselines ?? []).map((baseline, i) => row(countsName(i + 1), baseline)),
        ...(disjoint ? [row("The model, disjoint windows", disjoint.disjoint)] : []),
        {
          ...row(stride === blockSize ? "The model, disjoint windows" : `The model, stride ${stride}`, loss),
          own: true
        },
        ...(divergence ? [row("The source itself, which knows all", as(divergence.floor))] : [])
      ]
    });
    setText(
      note,
      `${divergence ? "The pale part of each bar is the floor: what nobody can save. " : ""}${baselines ? "The n-grams are counted over the training text, and mixed by weights that were fitted to its last tenth." : "The n-grams are not counted yet."}`
    );
  });
}

const countsName = (order: number): string =>
  order === 1 ? "Counts of single tokens" : capital(ngramName(order));

/** Loss against the tokens seen. */
export function positions(): Figure<Examined> {
  const chart = lineChart(EMPTY_CHART, {height: 220});
  const node = html`<figure class="figure"><p class="figure-title">The more it sees, the better it predicts</p>${chart}</figure>`;
  return asFigure(node, (examined: Examined) => chart.update(positionChart(examined)));
}

const EMPTY_CHART: LineChartData = {
  label: "",
  x: {label: "", min: 0, max: 1},
  y: {label: "", min: 0, max: 1},
  lines: [],
  reading: ""
};

/** Means over runs of places that grow, so that the noise of the later ones does not hide the curve. */
export function smoothed(byPosition: ArrayLike<number>): [seen: number, nats: number][] {
  const points: [number, number][] = [];
  for (let from = 0; from < byPosition.length; ) {
    const end = Math.min(byPosition.length, from + Math.max(1, from >> 2));
    const run = Array.from({length: end - from}, (_, i) => byPosition[from + i]!).filter(
      (nats) => !Number.isNaN(nats)
    );
    if (run.length > 0)
      points.push([(from + 1 + end) / 2, run.reduce((sum, nats) => sum + nats, 0) / run.length]);
    from = end;
  }
  return points;
}

function positionChart({report, baselines, model: {unit}}: Examined): LineChartData {
  const points = smoothed(report.byPosition).map(([seen, nats]) => [seen, nats / Math.LN2] as const);
  const end = report.byPosition.length;
  const flat = (nats: number) => [[1, nats / Math.LN2] as const, [end, nats / Math.LN2] as const];
  const ngram = baselines?.at(-1);
  const order = baselines?.length ?? 0;
  const most = Math.max(...points.map(([, bits]) => bits), 0.1);
  const [first, last] = [points[0]!, points.at(-1)!];
  const beats = ngram && points.find(([, bits]) => bits < ngram.nats / Math.LN2);
  return {
    label: `Bits a ${unit} against the number of ${unit}s that the model saw before it`,
    x: {label: `${unit}s seen`, min: 1, max: Math.max(2, end)},
    y: {label: `bits a ${unit}`, min: 0, max: most * 1.05},
    lines: [
      ...(report.divergence
        ? [
            {
              name: "floor",
              mark: "F",
              stroke: "var(--value)",
              dash: "4 3",
              points: flat(report.divergence.floor)
            }
          ]
        : []),
      ...(ngram
        ? [
            {
              name: ngramName(order),
              mark: String(order),
              stroke: "var(--key)",
              dash: "6 3",
              points: flat(ngram.nats)
            }
          ]
        : []),
      {name: "model", mark: "M", stroke: "var(--query)", points}
    ],
    reading:
      `M, the model: ${formatFixed(first[1], 2)} bits from ${formatPlural(Math.round(first[0]), unit)}, ${formatFixed(last[1], 2)} from ${formatCount(last[0])}.` +
      (ngram
        ? ` ${order}, the ${ngramName(order)}${beats ? `: passed from ${formatPlural(Math.ceil(beats[0]), unit)} on` : ": not passed"}.`
        : "") +
      (report.divergence ? " F, the floor of this text." : "")
  };
}

export const CLASS_NAMES: Record<TokenClass, string> = {
  newline: "Line ends",
  space: "Spaces",
  punctuation: "Punctuation",
  digit: "Digits",
  capital: "Capital letters",
  wordStart: "Small letters that begin a word",
  wordInside: "Small letters inside a word",
  fragment: "Parts of characters, unknown words"
};

export function classes(): Figure<ExaminedHere> {
  const table = plainTable({caption: "", columns: [], rows: []});
  const node = html`<figure class="figure">${table}</figure>`;
  return asFigure(node, ({report, model}: ExaminedHere) =>
    table.update(classTable(report.byClass, model.unit))
  );
}

export function classTable(byClass: readonly ClassLoss[], unit: string): TableData {
  const tokens = byClass.reduce((sum, loss) => sum + loss.tokens, 0);
  const nats = byClass.reduce((sum, loss) => sum + loss.nats, 0);
  return {
    caption: `Where the surprise is${unit === "character" ? "" : ", by the first character that a token shows"}`,
    columns: ["Kind", `Bits a ${unit}`, `Share of the ${unit}s`, "Share of the surprise"],
    rows: byClass.map((loss) => [
      CLASS_NAMES[loss.name],
      formatFixed(loss.nats / loss.tokens / Math.LN2, 2),
      formatPercent(loss.tokens / tokens),
      formatPercent(nats > 0 ? loss.nats / nats : 0)
    ])
  };
}

/** Bins of fewer predictions are in the table only: their shares are chance. */
export const ENOUGH = 20;

export function calibration(): Figure<Examined> {
  const chart = lineChart(EMPTY_CHART, {height: 300});
  const table = plainTable({caption: "", columns: [], rows: []});
  Object.assign(table, {tabIndex: 0, role: "group", ariaLabel: "The bins in numbers"});
  const node = html`<figure class="figure calibration"><p class="figure-title">Are its probabilities what they say?</p>${chart}
    <details><summary>The bins in numbers</summary>${table}</details></figure>`;
  return asFigure(node, ({report}: Examined) => {
    const {top, all, places} = report.calibration;
    const points = ({bins}: typeof top) =>
      bins
        .filter(({count}) => count >= ENOUGH)
        .map(({confidence, accuracy}) => [100 * confidence, 100 * accuracy] as const);
    const curves = [
      {name: "most probable token", mark: "T", stroke: "var(--query)", points: points(top)},
      {name: "all tokens", mark: "A", stroke: "var(--gradient)", dash: "6 3", points: points(all)}
    ];
    chart.update({
      label: "How often predictions came true against the probability that they were given, in per cent",
      x: {label: "probability given, %", min: 0, max: 100},
      y: {label: "came true, %", min: 0, max: 100},
      lines: [
        {
          name: "perfect",
          stroke: "var(--rule)",
          width: 1,
          points: [
            [0, 0],
            [100, 100]
          ]
        },
        ...curves.filter(({points}) => points.length > 0)
      ],
      dots: curves.flatMap(({points, stroke}) => points.map(([x, y]) => ({x, y, fill: stroke}))),
      reading: `T, the most probable token: expected calibration error ${formatPercent(top.expectedError)}. A, every token of the vocabulary: ${formatPercent(all.expectedError)}. On the diagonal, what is given 30% comes true 3 times in 10; a point below it was too sure. Over ${formatPlural(places, "place")}.`
    });
    table.update({
      caption: `${BINS} bins of equal width`,
      columns: [
        "Probability",
        "Most probable: predictions",
        "given",
        "came true",
        "All: predictions",
        "given",
        "came true"
      ],
      rows: top.bins.map((bin, i) => {
        const other = all.bins[i]!;
        return [
          `${formatFixed(100 * bin.from, 0)}–${formatFixed(100 * bin.to, 0)}%`,
          ...[bin, other].flatMap(({count, confidence, accuracy}) => [
            formatCount(count),
            formatPercent(confidence),
            formatPercent(accuracy)
          ])
        ];
      })
    });
  });
}
