import {html, svg} from "htl";
import type {SamplingOptions} from "../../generation/distribution.js";
import {asFigure, type Figure} from "../../views/figure.js";
import {formatCount, formatPercent, visibleToken} from "../../views/format.js";
import {keptGroup} from "../../views/keptGroup.js";
import {roundTicks} from "../../views/ticks.js";
import {drawAtWidth} from "../../views/watchWidth.js";
import {cutMarks} from "./cutMarks.js";
import type {Filtered} from "./filterOrder.js";
import {hatching} from "./hatching.js";

export interface CutPlotData {
  filtered: Filtered;
  options: SamplingOptions;
  /** Whether equal lengths are equal factors instead of equal differences. */
  isLog: boolean;
}

const HEIGHT = 300;
const LEFT = 46;
const RIGHT = 8;
const TOP = 62;
const BOTTOM = 30;
/** A logarithmic axis begins here; what is less probable lies on it. */
const LEAST = 1e-6;
/** Bars narrower than this could not be seen apart; the rest of a larger vocabulary is told in words. */
const NARROWEST = 4;
/** A character below a bar, in px; a token's name has two of them at most. */
const CHARACTER = 8;
const NAME = 2;

/** Every token's probability as a bar, the likeliest first; the cuts as lines, and what they leave, scaled. */
export function cutPlot(data: CutPlotData, vocabulary: readonly string[]): Figure<CutPlotData> {
  let current = data;
  const hatch = hatching();
  const [kept, gain, cut] = ["cut-kept", "cut-gain", "cut-cut"].map(
    (name) => svg`<path class=${name}></path>`
  );
  cut!.setAttribute("style", hatch.fill);
  const [axis, names] = [keptGroup(), keptGroup()];
  const marks = cutMarks();
  const nameWidth = 1 + CHARACTER * Math.max(...vocabulary.map((token) => [...shortToken(token)].length));
  let tokens: Element[] = [];
  const image = svg`<svg class="cut-plot" role="img" height=${HEIGHT}>
    ${hatch.definition}${axis.node}${cut}${gain}${kept}${names.node}${marks.node}</svg>` as SVGElement;
  const frame = html`<div class="cut-frame" style=${`height: ${HEIGHT}px`}>${image}</div>`;

  function draw(width: number): void {
    const {filtered, options, isLog} = current;
    const {ids, probabilities} = filtered;
    const base = filtered.tempered;
    const shown = Math.min(ids.length, Math.floor((width - LEFT - RIGHT) / NARROWEST));
    const step = (width - LEFT - RIGHT) / shown;
    const top = Math.max(base[ids[0]!]!, probabilities[ids[0]!]!);
    const shares = isLog ? [1, 1e-2, 1e-4, LEAST] : axisTicks(top);
    const end = isLog ? 1 : shares.at(-1)!;
    const bottom = HEIGHT - BOTTOM;
    const y = (p: number) => {
      const share = isLog ? Math.max(0, 1 - Math.log(Math.max(p, LEAST)) / Math.log(LEAST)) : p / end;
      return bottom - (bottom - TOP) * Math.min(1, share);
    };
    const x = (i: number) => LEFT + i * step;
    const paths = {kept: "", gain: "", cut: ""};
    const gap = Math.min(2, step * 0.2);
    for (let i = 0; i < shown; i++) {
      const id = ids[i]!;
      const before = y(base[id]!);
      const after = i < filtered.kept ? y(probabilities[id]!) : before;
      const bar = (from: number, to: number) =>
        from - to < 0.05
          ? ""
          : `M${(x(i) + gap / 2).toFixed(1)} ${from.toFixed(1)}V${to.toFixed(1)}h${(step - gap).toFixed(1)}V${from.toFixed(1)}z`;
      if (i >= filtered.kept) paths.cut += bar(bottom, before);
      else {
        paths.kept += bar(bottom, Math.max(before, after));
        paths.gain += bar(before, after);
      }
    }
    kept!.setAttribute("d", paths.kept);
    gain!.setAttribute("d", paths.gain);
    cut!.setAttribute("d", paths.cut);
    image.setAttribute("aria-label", describe(current, vocabulary));
    axis.show([isLog, end, width], () => {
      image.setAttribute("width", String(width));
      image.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
      return shares.map(
        (
          share
        ) => svg`<g class="cut-axis"><line x1=${LEFT} x2=${width - RIGHT} y1=${y(share)} y2=${y(share)}></line>
          <text x=${LEFT - 6} y=${y(share) + 4} text-anchor="end">${share === LEAST ? "10⁻⁶" : formatPercent(share)}</text></g>`
      );
    });
    const stride = Math.ceil(nameWidth / step);
    // Most of a slider's moves change no name below the bars.
    names.show([ids, width], () => {
      tokens = Array.from({length: Math.ceil(shown / stride)}, (_, n) => {
        const name = shortToken(vocabulary[ids[n * stride]!] ?? "");
        return svg`<text x=${x(n * stride + 0.5)} y=${bottom + 16} text-anchor="middle">${name}</text>`;
      });
      const rest = ids.length - shown;
      if (rest === 0) return tokens;
      const more = `and ${formatCount(rest)} less probable →`;
      return [...tokens, svg`<text x=${width - RIGHT} y=${TOP + 12} text-anchor="end">${more}</text>`];
    });
    tokens.forEach((token, i) => {
      const name = i * stride < filtered.kept ? "cut-token" : "cut-token cut-token-out";
      if (token.getAttribute("class") !== name) token.setAttribute("class", name);
    });
    marks.draw(filtered, options, {x, y, left: LEFT, right: width - RIGHT, bottom, shown});
  }
  const redraw = drawAtWidth(frame, draw);
  return asFigure(frame, (next: CutPlotData) => {
    current = next;
    redraw();
  });
}

/** Round shares from 0 to the first that holds the longest bar. */
function axisTicks(largest: number): number[] {
  const marks = roundTicks(0, largest, 3);
  const last = marks.at(-1)!;
  return last > largest - 1e-9 ? marks : [...marks, last + marks[1]!];
}

/** What fits below a bar. */
const shortToken = (token: string): string => {
  const visible = [...visibleToken(token)];
  return visible.length > NAME ? `${visible[0]}…` : visible.join("");
};

function describe({filtered}: CutPlotData, vocabulary: readonly string[]): string {
  const {ids, kept, tempered} = filtered;
  const first = [...ids.subarray(0, 3)].map(
    (id) => `${visibleToken(vocabulary[id] ?? "")} ${formatPercent(tempered[id]!)}`
  );
  return `Probabilities of ${ids.length} tokens as bars, from the likeliest (${first.join(", ")}) down; the first ${kept} are kept.`;
}
