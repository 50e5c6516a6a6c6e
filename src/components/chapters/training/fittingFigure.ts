import {html} from "htl";
import {engineInWords} from "../../views/engineInWords.js";
import {capital, formatCount, formatFixed} from "../../views/format.js";
import {lineChart} from "../../views/lineChart.js";
import {choice} from "../block/choices.js";
import {type NamedStyle, styleKey} from "./curveStyles.js";
import {lowestOf, type TrialRecording, type TrialResult} from "./recordedTrials.js";
import {FITTINGS, type FittingName, fittingTrials, SHORT_TEXT} from "./trials.js";

const NAMES: Record<FittingName, string> = {
  tooSmall: "a very small model",
  byHeart: "a short text",
  dropout: "a short text, with dropout",
  moreText: "a long text"
};
const STYLES = {
  training: {name: "training", mark: "T", stroke: "var(--key)", dash: "none"},
  heldOut: {name: "held-out", mark: "H", stroke: "var(--query)", dash: "7 3"}
} satisfies Record<string, NamedStyle>;

export type FittingFigure = HTMLElement & {show(name: FittingName): void};

/** Training and held-out loss of a run that learns too little, one that learns by heart, and what helps. */
export function fittingFigure({fitting, corpus, engine}: TrialRecording): FittingFigure {
  const names = choice(
    "Train",
    FITTINGS.map((name) => ({value: name, label: NAMES[name]})),
    "byHeart"
  );
  const chart = lineChart(chartData(), {height: 300});
  names.addEventListener("change", () => chart.update(chartData()));
  const {steps, batchSize} = fittingTrials.byHeart.train;

  function chartData() {
    const name = names.value;
    const result = fitting[name];
    const lowest = lowestOf(result);
    const {steps} = fittingTrials[name].train;
    return {
      label: `Training and held-out loss of ${NAMES[name]}`,
      x: {label: "step", min: 0, max: steps},
      y: {label: "loss, nats", min: 0, max: 5},
      lines: [
        {...STYLES.training, points: lossPoints(result)},
        {...STYLES.heldOut, points: result.curve},
        ...(corpus.floor === null
          ? []
          : [
              {
                name: "floor",
                mark: "F",
                stroke: "var(--value)",
                dash: "2 2.5",
                points: [
                  [0, corpus.floor],
                  [steps, corpus.floor]
                ] as const
              }
            ])
      ],
      dots: [{x: lowest.step, y: lowest.loss, fill: "var(--query)", label: "lowest"}],
      reading: fittingWords(name, result)
    };
  }
  const node = html`<figure class="figure fitting-figure" aria-label="Overfitting and underfitting">
    ${names}<p class="legend">${Object.values(STYLES).map(styleKey)}${styleKey({name: "floor", mark: "F", stroke: "var(--value)", dash: "2 2.5"})}</p>${chart}
    <p class="figure-note">Recorded: ${formatCount(steps)} steps of ${batchSize} windows, AdamW, on ${engineInWords(engine)}; the short text is the first
      ${formatCount(SHORT_TEXT)} characters of “${corpus.name}”, and the held-out text is the same for all.</p></figure>` as HTMLElement;
  return Object.assign(node, {
    show(name: FittingName) {
      names.value = name;
      chart.update(chartData());
    }
  });
}

/** Mean losses at the middle of the steps that they are means of. */
export const lossPoints = ({losses}: TrialResult): [step: number, loss: number][] =>
  (losses?.values ?? []).map((loss, i) => [(i + 0.5) * losses!.group, loss]);

/** The end of a run in a sentence, and where its held-out loss was lowest. */
export function fittingWords(name: FittingName, result: TrialResult): string {
  const training = result.losses!.values.at(-1)!;
  const [step, heldOut] = result.curve.at(-1)!;
  const lowest = lowestOf(result);
  const where =
    lowest.step === step
      ? "It is still falling."
      : `It was lowest after ${formatCount(lowest.step)} steps, at ${formatFixed(lowest.loss, 2)}.`;
  return `${capital(NAMES[name])}: after ${formatCount(step)} steps the training loss is ${formatFixed(training, 2)} nats, the held-out loss ${formatFixed(heldOut, 2)}, a gap of ${formatFixed(heldOut - training, 2)}. ${where}`;
}
