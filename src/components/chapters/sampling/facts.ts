import {distribution, PLAIN} from "../../generation/distribution.js";
import {formatCount, formatFixed, formatPercent, formatPlural} from "../../views/format.js";
import type {SamplingDesk} from "./desk.js";
import {type Measured, RUN, spreadOf} from "./repeated.js";

/** The prose's numbers, from what was recorded. */
export function samplingFacts({page, logits, ids}: SamplingDesk) {
  const {unit, vocabulary, places, written, heldOut} = page;
  const plain = distribution(logits, PLAIN, ids);
  const said = (measured: readonly Measured[]) => spreadOf(measured, ({said}) => said);
  const greedy = written[0]!.measured[0]!;
  const own = written.find(({temperature}) => temperature === 1);
  const real = said(heldOut).mean;
  return {
    units: `${unit}s`,
    vocabulary: formatCount(vocabulary.length),
    plainChoices: formatFixed(Math.exp(plain.entropy.after), 1),
    opening: `The bars are the probabilities that the shipped model gives to each of the ${formatCount(vocabulary.length)} ${unit}s it knows, after a text that it was not trained on. ${places.length > 1 ? `There are ${formatCount(places.length)} such places to choose from. ` : ""}The model’s scores were recorded when the site was built; what the sliders make of them is computed as you move them. Each cut is drawn in as a line, with the mass that it takes away, which is the sum of the probabilities cut. What is left is scaled up until it sums to 1 again.`,
    repetition: `${greedy.said > real ? "Greedy text repeats itself. " : ""}${formatPercent(greedy.said)} of the words that the model writes at temperature 0 stand in a run of ${RUN} words that it has written before; in as much held-out text it is ${formatPercent(real)}${own ? `, and in what it writes at temperature 1, ${formatPercent(said(own.measured).mean)}, the mean of ${formatPlural(own.measured.length, "text")}` : ""}. The longest such stretch of the greedy text has ${formatCount(greedy.longest)} words; a punctuation mark counts as one.${greedy.said > real ? "" : " Greedy text of most models repeats itself; that of this one does so no more than real text."}`
  };
}
