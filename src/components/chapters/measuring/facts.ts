import type {Prediction} from "../../book/predict.js";
import {LONG_COPY} from "../../evaluation/sampleReport.js";
import {formatCount, formatFixed, formatPercent, formatPlural} from "../../views/format.js";
import type {DivergenceMeans, MeasuringPage} from "./measuringPage.js";
import {bestOrder} from "./recitalFigure.js";
import type {Mark} from "./ruler.js";

/** The losses that the ruler marks. */
export function marksOf({model, baselines, report}: MeasuringPage): Mark[] {
  const counted = ["U", "2", "3", "4", "5"];
  const names = ["single tokens, counted", "bigram", "trigram", "4-gram", "5-gram"];
  const {divergence} = report;
  return [
    {name: "blind guess", letter: "B", nats: Math.log(model.vocabSize)},
    ...baselines.map(({nats}, i) => ({
      name: names[i] ?? `${i + 1}-gram`,
      letter: counted[i] ?? String(i + 1),
      nats
    })),
    {name: "this site’s model", letter: "M", nats: report.loss.nats},
    ...(divergence ? [{name: "floor", letter: "F", nats: divergence.floor}] : [])
  ];
}

/** Numbers and sentences for the prose, all from what was measured. */
export function measuringFacts(page: MeasuringPage) {
  const {model, report, baselines, memory} = page;
  const {loss, divergence, disjoint, calibration} = report;
  const blind = Math.log(model.vocabSize);
  const ngram = baselines.at(-1)!.nats;
  const best = bestOrder(memory.rungs);
  const nats = (x: number) => formatFixed(x, 3);
  const way = divergence && (blind - loss.nats) / (blind - divergence.floor);
  const sure = calibration.top.bins
    .filter(({count}) => count >= 20)
    .map((bin) => ({...bin, gap: bin.confidence - bin.accuracy}))
    .reduce((a, b) => (Math.abs(b.gap) > Math.abs(a.gap) ? b : a));
  return {
    unit: model.unit,
    V: formatCount(model.vocabSize),
    blind: nats(blind),
    loss: nats(loss.nats),
    perplexity: formatFixed(loss.perplexity, 2),
    tokens: formatPlural(report.predicted, model.unit),
    warning: model.seesLater
      ? " But this model has no causal mask: it saw what it was to predict, and no number here is a prediction."
      : "",
    sides: divergence
      ? `The bars compare what the model said with the truth: this text was written by a ${page.text.name}, whose every probability is known.`
      : `Nobody knows the true probabilities of this text, so the bars show the model’s alone.`,
    truth: divergence
      ? `On these ${formatPlural(report.predicted, model.unit)} the loss is ${nats(loss.nats)}, the floor ${nats(divergence.floor)}, the mean KL ${nats(divergence.divergence)}. Loss less floor is ${nats(loss.nats - divergence.floor)}: the KL, but for chance, since the loss asks about what came and the KL about all that might have come. ${formatPercent(divergence.impossible)} of the model’s probability goes to what the grammar forbids.`
      : `Nobody knows the true probabilities of ${page.text.name}, so that here the loss is all there is: ${nats(loss.nats)} nats.`,
    windows: disjoint
      ? `In windows side by side its loss is ${nats(disjoint.disjoint.nats)} nats; when the window moves on by ${formatCount(page.text.stride)}, ${nats(disjoint.strided.nats)}.`
      : "",
    ngrams: `${loss.nats < ngram ? "The model beats the best of them" : "The model does not beat the best of them"}: ${nats(loss.nats)} nats against ${nats(ngram)}.${way ? ` From the blind guess to the floor it has gone ${formatPercent(way)} of the way, the ${baselines.length}-gram ${formatPercent((blind - ngram) / (blind - divergence!.floor))}.` : ""}`,
    calibration: `Its expected calibration error is ${formatPercent(calibration.top.expectedError)}. The bin that is farthest off, from ${formatPercent(sure.from)} to ${formatPercent(sure.to)}, came true in ${formatPercent(sure.accuracy)} of ${formatPlural(sure.count, "case")}: there the model is ${sure.gap > 0 ? "too sure" : "too timid"}.`,
    gap: gapWords(page),
    learnt:
      best < memory.rungs.length
        ? `Up to n = ${best} both losses fall. Beyond, the table only learns what this text happened to say: its own loss goes on falling, and the held-out loss rises.`
        : `Both losses fall up to n = ${best}, but its own falls farther.`
  };
}

/** What the model's losses on training and held-out text say, and, where the truth is known, its excess. */
function gapWords({memory: {trained}, report: {predicted, loss, divergence}, model}: MeasuringPage): string {
  const nats = (x: number) => formatFixed(x, 3);
  if (!trained)
    return "This site’s model was trained on another text, so there is no training loss to compare.";
  const losses = `On ${formatPlural(predicted, model.unit)} of its training text the model’s loss is ${nats(trained.loss.nats)}, on as many of held-out text ${nats(loss.nats)}.`;
  if (!trained.divergence || !divergence) return losses;
  const known = trained.divergence.excess;
  const verdict =
    known.nats < -2 * known.error
      ? "It has learnt a little of that text by heart, and not only the language"
      : "That is no more than chance, so nothing shows that it has learnt the text by heart";
  const apart = ({divergence, loss, floor}: DivergenceMeans) =>
    `${nats(loss - floor)} above the floor, where the KL is ${nats(divergence)}`;
  return `${losses} But pieces differ in how hard they are, and the truth allows a sharper test. Nobody who has not read a text can lose less on it than floor and KL together, but for chance. On held-out text the model stands ${apart(divergence)}; on training text ${apart(trained.divergence)}. That is ${nats(Math.abs(known.nats))} ${known.nats < 0 ? "too little" : "too much"}, ${formatFixed(Math.abs(known.nats) / known.error, 1)} standard errors. ${verdict}.`;
}

/** How much of a model's text is copied, beside how much of the source's own. */
export function copyQuestion({memory, model}: MeasuringPage): Prediction {
  const {sample, heldOut, searched} = memory;
  const ratio = sample.longest / heldOut.longest;
  return {
    question: `The model writes by itself. Its longest run of characters that stands word for word in the training text: how does it compare with the longest in as much held-out text, which the model never saw?`,
    choices: ["less than half as long", "about as long: half to twice", "more than twice as long"],
    right: ratio < 0.5 ? 0 : ratio <= 2 ? 1 : 2,
    because: `The model’s longest has ${formatCount(sample.longest)} characters, the held-out text’s ${formatCount(heldOut.longest)}. Of the model’s text ${formatPercent(sample.share)} is in copies of ${LONG_COPY} characters and more, of the held-out text ${formatPercent(heldOut.share)}: among ${formatCount(searched)} characters of such a text much has been said before. Only what goes beyond that would be recited by ${model.name}.`
  };
}
