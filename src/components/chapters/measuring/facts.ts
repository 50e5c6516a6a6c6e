import type {Prediction} from "../../book/predict.js";
import {TRAIN_FRACTION} from "../../corpus/split.js";
import {ngramName} from "../../evaluation/ngram.js";
import {LONG_COPY} from "../../evaluation/sampleReport.js";
import {ENOUGH} from "../../studio/panels/heldOutFigures.js";
import {formatCount, formatFixed, formatPercent, formatPlural} from "../../views/format.js";
import {type DivergenceMeans, type MeasuringPage, promptLength} from "./measuringPage.js";
import {bestOrder} from "./recitalFigure.js";
import type {Mark} from "./ruler.js";

/** The losses that the ruler marks. */
export function marksOf({model, baselines, report}: MeasuringPage): Mark[] {
  const {divergence} = report;
  return [
    {name: "blind guess", letter: "B", nats: Math.log(model.vocabSize)},
    ...baselines.map(({nats}, i) => ({
      name: ngramName(i + 1),
      letter: i === 0 ? "U" : String(i + 1),
      nats
    })),
    {name: "this site’s model", letter: "M", nats: report.loss.nats},
    ...(divergence ? [{name: "floor", letter: "F", nats: divergence.floor}] : [])
  ];
}

/** Numbers and sentences for the prose, all from what was measured. */
export function measuringFacts(page: MeasuringPage) {
  const {model, report, baselines} = page;
  const {loss, divergence, disjoint, calibration} = report;
  const blind = Math.log(model.vocabSize);
  const ngram = baselines
    .map(({nats}, i) => ({nats, name: ngramName(i + 1)}))
    .reduce((best, one) => (one.nats < best.nats ? one : best));
  const nats = (x: number) => formatFixed(x, 3);
  const exact = (x: number) => formatFixed(x, 4);
  /** The share of the way from the blind guess to the floor. */
  const saved = (nats: number) => formatPercent((blind - nats) / (blind - divergence!.floor));
  const worst = calibration.top.bins
    .filter(({count}) => count >= ENOUGH)
    .map((bin) => ({...bin, gap: bin.confidence - bin.accuracy}))
    .reduce((a, b) => (Math.abs(b.gap) > Math.abs(a.gap) ? b : a));
  return {
    unit: model.unit,
    V: formatCount(model.vocabSize),
    blind: nats(blind),
    loss: nats(loss.nats),
    heldOutShare: `${formatFixed(100 * (1 - TRAIN_FRACTION), 0)}%`,
    prompt: formatPlural(promptLength(model.blockSize), model.unit),
    warning: model.seesLater
      ? "But this model has no causal mask: it saw what it was to predict, and no number here is a prediction."
      : "",
    sides: divergence
      ? `This text was written by a ${page.text.name}, whose every probability is known. Under the text, each ${model.unit} has a bar upwards for the probability that the model gave to what came, and a bar downwards for the true one; the table has what else might have come. KL, of which more below, is how far apart the two are over all that might.`
      : `Nobody knows the true probabilities of this text, so the bars show the model’s alone.`,
    truth: divergence
      ? `On these ${formatPlural(report.predicted, model.unit)} the loss is ${exact(loss.nats)}, the floor ${exact(divergence.floor)}, the mean KL ${exact(divergence.divergence)}. Loss less floor is ${exact(loss.nats - divergence.floor)}: the KL, but for chance, since the loss asks about what came and the KL about all that might have come. The truth knows all the text before, the model its window; what it misses there is part of the KL. Of the model’s probability ${formatPercent(divergence.impossible)} goes to what the grammar forbids.`
      : `Nobody knows the true probabilities of ${page.text.name}, so that here the loss is all there is: ${nats(loss.nats)} nats.`,
    windows: disjoint
      ? `In disjoint windows its loss is ${nats(disjoint.disjoint.nats)} nats; with a stride of ${formatCount(page.text.stride)}, where every guess past the first window is made from at least ${formatPlural(model.blockSize - page.text.stride + 1, model.unit)}, it is ${nats(disjoint.strided.nats)} on the same ${model.unit}s.`
      : "",
    ngrams: `The model ${loss.nats < ngram.nats ? "beats" : "does not beat"} the best of them, the ${ngram.name}: ${nats(loss.nats)} nats against ${nats(ngram.nats)}.${divergence ? ` Of the way from the blind guess to the floor it has gone ${saved(loss.nats)}, the ${ngram.name} ${saved(ngram.nats)}.` : ""}`,
    calibration: `The model’s expected calibration error is ${formatPercent(calibration.top.expectedError)} (T). Of the bins with at least ${ENOUGH} predictions, the one that is farthest off holds ${formatCount(worst.count)}, given ${formatPercent(worst.confidence)} on average; ${formatPercent(worst.accuracy)} of them came true. There the model is ${worst.gap > 0 ? "too sure" : "too timid"}.`,
    gap: gapWords(page),
    learnt: learntWords(page)
  };
}

/** What tables of longer and longer runs lose on their own text and on another, and what they copy. */
function learntWords({memory: {rungs}}: MeasuringPage): string {
  const best = rungs[bestOrder(rungs) - 1]!;
  const last = rungs.at(-1)!;
  const bits = (nats: number) => formatFixed(nats / Math.LN2, 2);
  const copied = `Of what the table of n = ${last.order} wrote, ${formatPercent(last.sample.share)} stands word for word in that text, in stretches of ${LONG_COPY} characters and more.`;
  if (best === last)
    return `The held-out loss is lowest at n = ${last.order}: ${bits(last.heldOut)} bits, against ${bits(last.train)} on the text that was counted. ${copied}`;
  return `The held-out loss is lowest at n = ${best.order}. Beyond, the table only learns what this text happened to say: from there to n = ${last.order} its loss on that goes from ${bits(best.train)} bits to ${bits(last.train)}, the held-out loss from ${bits(best.heldOut)} up to ${bits(last.heldOut)}. ${copied}`;
}

/** What the model's losses on training and held-out text say, and, where the truth is known, its excess. */
function gapWords({memory: {trained}, report: {predicted, loss, divergence}, model}: MeasuringPage): string {
  const nats = (x: number) => formatFixed(x, 4);
  if (!trained)
    return "This site’s model was trained on another text, so there is no training loss to compare.";
  const losses = `On the first ${formatPlural(predicted, model.unit)} of its training text the model’s loss is ${nats(trained.loss.nats)}, on as many of held-out text ${nats(loss.nats)}.`;
  if (!trained.divergence || !divergence) return losses;
  const {excess} = trained.divergence;
  const verdict =
    excess.nats < -2 * excess.error
      ? "So it has learnt a little of that text by heart, and not only the language"
      : "So nothing shows that it has learnt the text by heart";
  const apart = ({divergence, loss, floor, excess}: DivergenceMeans) =>
    `${nats(loss - floor)} above the floor, where the KL is ${nats(divergence)}: ${formatFixed(Math.abs(excess.nats) / excess.error, 1)} standard errors too ${excess.nats < 0 ? "little" : "much"}`;
  return `${losses} But pieces differ in how hard they are, and the truth allows a sharper test. On a text that a model has not read its loss is floor plus KL, but for chance, which is seldom more than two standard errors; less than that takes knowing what comes. On held-out text the model stands ${apart(divergence)}. On training text it stands ${apart(trained.divergence)}. ${verdict}.`;
}

/** How much of a model's text is copied, beside how much of the source's own. */
export function copyQuestion({memory}: MeasuringPage): Prediction {
  const {sample, heldOut, searched} = memory;
  const ratio = sample.longest / heldOut.longest;
  return {
    question: `The longest run of characters in the model’s text that stands word for word in the training text: how long is it beside the longest in as much held-out text, which the model never saw?`,
    choices: ["less than half as long", "about as long: half to twice", "more than twice as long"],
    right: ratio < 0.5 ? 0 : ratio <= 2 ? 1 : 2,
    because: `The model’s longest has ${formatCount(sample.longest)} characters, the held-out text’s ${formatCount(heldOut.longest)}. Of the model’s text ${formatPercent(sample.share)} is in copies of ${LONG_COPY} characters and more, of the held-out text ${formatPercent(heldOut.share)}: among ${formatCount(searched)} characters of such a text much has been said before. Only what goes well beyond that would show that the model recites.`
  };
}
