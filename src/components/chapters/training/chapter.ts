import {lazily} from "../../book/lazily.js";
import {predict} from "../../book/predict.js";
import type {CorpusSource} from "../../training/protocol.js";
import {formatCount, formatFixed, formatPercent} from "../../views/format.js";
import {batchFigure, batchVerdict} from "./batchFigure.js";
import {clippingFigure} from "./clippingFigure.js";
import {fittingFigure} from "./fittingFigure.js";
import {formatRate} from "./formatSmall.js";
import {landscapeFigure} from "./landscapeFigure.js";
import {optimiserFigure} from "./optimiserFigure.js";
import {overfitFigure} from "./overfitFigure.js";
import {bestOf, endOf, lowestOf, type TrialRecording, type TrialResult} from "./recordedTrials.js";
import {scheduleFigure, scheduleWords} from "./scheduleFigure.js";
import {scrubberFigure} from "./scrubberFigure.js";
import type {StepTrace} from "./stepTracer.js";
import {type PackedTimeline, unpackTimeline} from "./timeline.js";
import {OPTIMISERS, RATES, SHORT_TEXT} from "./trials.js";

export interface ChapterData {
  timeline: PackedTimeline;
  step: StepTrace;
  runs: TrialRecording;
}

/** The chapter's figures but for the stepped loop, which waits for its sources; each is made when its cell is reached. */
export function trainingChapter({timeline, runs}: ChapterData, corpus: CorpusSource) {
  const disposers: (() => void)[] = [];
  const disposed = <Figure extends {dispose(): void}>(figure: Figure): Figure => {
    disposers.push(() => figure.dispose());
    return figure;
  };
  const figures = lazily({
    scrubber: () => disposed(scrubberFigure(unpackTimeline(timeline))),
    landscape: () => landscapeFigure(),
    optimisers: () => disposed(optimiserFigure({recording: runs, corpus})),
    schedule: () => scheduleFigure(runs),
    clipping: () => clippingFigure(runs),
    batches: () => batchFigure(runs),
    overfit: () => disposed(overfitFigure({recording: runs, corpus})),
    fitting: () => fittingFigure(runs),
    prediction: () => predict(ratePrediction(runs))
  });
  return Object.assign(figures, {
    dispose: () => {
      for (const dispose of disposers) dispose();
    }
  });
}

/** What becomes of plain SGD at the rate that suits AdamW best; the answer is read off the recorded runs. */
export function ratePrediction({optimisers}: TrialRecording) {
  const of = (rule: (typeof OPTIMISERS)[number]) => optimisers[OPTIMISERS.indexOf(rule)]!;
  const best = bestOf(of("adamW"));
  const adamW = endOf(of("adamW")[best]!);
  const sgd = endOf(of("sgd")[best]!);
  const [, begun] = of("sgd")[best]!.curve[0]!;
  // Which of the three it is, the numbers say: within a tenth of a nat, less than half of the way, or between.
  const share = (begun - sgd) / (begun - adamW);
  const right = sgd - adamW < 0.1 ? 0 : share > 0.5 ? 1 : 2;
  return {
    question: `AdamW does best here at a learning rate of ${formatRate(RATES[best]!)}. The same model is trained by plain SGD, from the same seed, at that same rate. Where does it end?`,
    choices: [
      "At about the same loss",
      "Higher, but more than half of the way down",
      "Less than half of the way down, or worse than it began"
    ],
    right,
    because: `AdamW goes from ${formatFixed(begun, 2)} nats to ${formatFixed(adamW, 2)}, SGD to ${formatFixed(sgd, 2)}: ${formatPercent(Math.max(0, share))} of the way. At its own best rate, ${formatRate(RATES[bestOf(of("sgd"))]!)}, SGD comes to ${formatFixed(Math.min(...of("sgd").map(endOf)), 2)}. A learning rate means something only together with an optimiser.`
  };
}

/** Numbers for the prose, as text; losses are in nats a token. */
export function trainingNumbers({timeline, step, runs}: ChapterData) {
  const {fitting, oneBatch, optimisers} = runs;
  const {run, moments, floor, vocabulary} = timeline;
  // In the first step, the number that is watched of each parameter is that with the largest gradient.
  const largestGradient = (parameter: string) =>
    Math.abs(step.watched.find(({name}) => name === parameter)!.gradient);
  const tokensAStep = run.batchSize * run.blockSize;
  const trainingEnd = ({losses}: TrialResult) => losses!.values.at(-1)!;
  const shortLowest = lowestOf(fitting.byHeart);
  const best = (rule: (typeof OPTIMISERS)[number]) =>
    Math.min(...optimisers[OPTIMISERS.indexOf(rule)]!.map(endOf));
  return {
    checkpoints: moments.length,
    gradientRatio: formatCount(
      largestGradient("transformer.wte.weight") / largestGradient("transformer.ln_f.weight")
    ),
    parameters: formatCount(timeline.model.parameters),
    steps: formatCount(run.steps),
    tokensAStep: formatCount(tokensAStep),
    blind: formatFixed(Math.log(vocabulary.length), 2),
    end: formatFixed(moments.at(-1)!.loss, 2),
    floor: formatFixed(floor, 3),
    epochs: formatFixed((run.steps * tokensAStep) / run.textLength, 1),
    stepsAnEpoch: formatCount(run.textLength / tokensAStep),
    textLength: formatCount(run.textLength),
    schedules: scheduleWords(runs.schedules),
    batches: batchVerdict(runs.batches),
    shortText: formatCount(SHORT_TEXT),
    shortLowest: formatFixed(shortLowest.loss, 2),
    shortLowestStep: formatCount(shortLowest.step),
    shortEnd: formatFixed(endOf(fitting.byHeart), 2),
    shortTraining: formatFixed(trainingEnd(fitting.byHeart), 2),
    dropoutEnd: formatFixed(endOf(fitting.dropout), 2),
    longEnd: formatFixed(endOf(fitting.moreText), 2),
    longTraining: formatFixed(trainingEnd(fitting.moreText), 2),
    smallTraining: formatFixed(trainingEnd(fitting.tooSmall), 2),
    smallEnd: formatFixed(endOf(fitting.tooSmall), 2),
    memorised: formatFixed(trainingEnd(oneBatch), 3),
    sgdBest: formatFixed(best("sgd"), 2),
    adamWBest: formatFixed(best("adamW"), 2),
    muonBest: formatFixed(best("muon"), 2)
  };
}
