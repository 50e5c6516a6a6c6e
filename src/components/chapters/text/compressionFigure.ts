import {html} from "htl";
import {formatCount, formatFixed} from "../../views/format.js";
import {type Curve, type CurvePlotData, curvePlot} from "./curvePlot.js";
import {mergeSlider} from "./mergeSlider.js";
import type {TextState, TextStore} from "./state.js";
import {bytePairCurve, type TextStudy} from "./study.js";

/** Characters a token against the vocabulary's size, for byte pairs and word pieces, with the slider's place marked. */
export function compressionFigure(store: TextStore): HTMLElement {
  let study: TextStudy | null = null;
  let curves: Curve[] = [];
  let points: ReturnType<typeof bytePairCurve> = [];

  function plotData(state: TextState): CurvePlotData {
    if (study !== state.study) {
      study = state.study;
      points = bytePairCurve(study);
      curves = [
        {name: "byte pairs", look: "line", points: points.map((p) => [p.vocabularySize, p.compression])},
        {
          name: "word pieces",
          look: "dashed",
          points: study.pieceCurve.map((p) => [p.vocabularySize, p.compression])
        },
        {name: "characters", look: "dots", points: [[study.characterFrequencies.length, 1]]}
      ];
    }
    const all = curves.flatMap((curve) => curve.points);
    const here = points[state.learned]!;
    return {
      x: {
        label: "tokens in the vocabulary",
        scale: "linear",
        domain: [0, Math.max(...all.map(([x]) => x))],
        format: formatCount
      },
      y: {
        label: "characters a token",
        scale: "linear",
        domain: [0, Math.max(1, ...all.map(([, y]) => y))],
        format: (value) => formatFixed(value, value % 1 === 0 ? 0 : 1)
      },
      curves,
      marker: {x: here.vocabularySize, ys: [here.compression]},
      summary: `With ${formatCount(here.vocabularySize)} tokens, byte pairs cut the whole text (${state.study.name}) into ${formatCount(here.tokens)}: ${formatFixed(here.compression, 2)} characters a token.`
    };
  }
  const plot = curvePlot(plotData(store.state));
  store.listen((state) => plot.update(plotData(state)));
  return html`<figure class="figure" aria-label="Compression against the size of the vocabulary">
    ${mergeSlider(store)}${plot}</figure>` as HTMLElement;
}
