import {html} from "htl";
import {engineInWords} from "../../views/engineInWords.js";
import {formatFixed, formatPercent} from "../../views/format.js";
import {lineChart} from "../../views/lineChart.js";
import {choice} from "../block/choices.js";
import {type NamedStyle, styleKey} from "./curveStyles.js";
import {formatRate, formatSmall} from "./formatSmall.js";
import {endOf, hasBroken, lossWords, type TrialRecording, type TrialResult} from "./recordedTrials.js";
import {CLIP_NORMS, CLIP_RATES} from "./trials.js";

const STYLES: readonly NamedStyle[] = [
  {name: `clipped at ${CLIP_NORMS[0]}`, mark: "C", stroke: "var(--query)", dash: "none"},
  {name: "not clipped", mark: "N", stroke: "var(--surprise)", dash: "2 2.5"}
];
/** Powers of ten that are shown; what is larger is drawn at the top. */
const [LEAST, MOST] = [-1.5, 4];
/** The limit as a power of ten. */
const LIMIT = Math.log10(CLIP_NORMS[0]);

/** The gradient’s norm at every step of runs that are clipped and runs that are not. */
export function clippingFigure({clipping, engine, corpus}: TrialRecording): HTMLElement {
  let at = CLIP_RATES.length - 1;
  const rates = choice(
    "Learning rate",
    CLIP_RATES.map((rate) => ({value: String(rate), label: formatRate(rate)})),
    String(CLIP_RATES[at])
  );
  const chart = lineChart(chartData(), {height: 260});
  rates.addEventListener("change", () => {
    at = CLIP_RATES.findIndex((rate) => String(rate) === rates.value);
    chart.update(chartData());
  });
  function chartData() {
    const steps = clipping[at]![0]!.norms!.length;
    return {
      label: "The global norm of the gradient before clipping, step by step",
      x: {label: "step", min: 0, max: steps},
      y: {label: "gradient norm, as a power of ten", min: LEAST, max: MOST},
      lines: [
        ...clipping[at]!.map(({norms = []}, i) => ({
          ...STYLES[i]!,
          width: 1.2,
          points: norms.map(
            (norm, step) => [step + 1, Math.max(LEAST, Math.min(MOST, Math.log10(norm)))] as const
          )
        })),
        {
          name: "limit",
          stroke: "var(--ink)",
          dash: "5 3",
          width: 1,
          points: [
            [0, LIMIT],
            [steps, LIMIT]
          ] as const
        }
      ],
      reading: clippingWords(clipping[at]!)
    };
  }
  return html`<figure class="figure clipping-figure" aria-label="Gradient norms with and without clipping">
    ${rates}<p class="legend">${STYLES.map(styleKey)}</p>${chart}
    <p class="figure-note">Recorded: SGD with momentum, ${clipping[0]![0]!.norms!.length} steps, on ${engineInWords(engine)}, text “${corpus.name}”. The dashed
      line is the limit, ${CLIP_NORMS[0]}, whose power of ten is ${LIMIT}; what is above 10<sup>${MOST}</sup> is drawn at the top.</p></figure>` as HTMLElement;
}

/** What two runs’ norms and losses were. */
export function clippingWords([clipped, free]: readonly TrialResult[]): string {
  const norms = [...clipped!.norms!].sort((a, b) => a - b);
  const above = norms.filter((norm) => norm > CLIP_NORMS[0]).length / norms.length;
  const freely = Math.max(...free!.norms!);
  return `With clipping, half of the norms are below ${formatFixed(norms[Math.floor(norms.length / 2)]!, 2)}, and ${formatPercent(above)} are above the limit; the loss ends at ${lossWords(endOf(clipped!))}. Without it the largest norm is ${formatSmall(freely)}, and the loss ${hasBroken(endOf(free!)) ? "breaks" : `ends at ${lossWords(endOf(free!))}`}.`;
}
