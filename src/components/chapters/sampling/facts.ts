import {distribution, PLAIN} from "../../generation/distribution.js";
import {formatCount, formatFixed, formatPercent} from "../../views/format.js";
import type {SamplingDesk} from "./desk.js";
import {measureRepetition, RUN} from "./repeated.js";

/** The prose's numbers, from what was recorded. */
export function samplingFacts({page, logits, ids}: SamplingDesk) {
  const {unit, vocabulary, places, written, heldOut} = page;
  const plain = distribution(logits, PLAIN, ids);
  const measured = written.map(({text, strange}) => measureRepetition(text, strange));
  const greedy = measured[0]!;
  const own = written.findIndex(({temperature}) => temperature === 1);
  const real = measureRepetition(heldOut, []);
  return {
    units: `${unit}s`,
    vocabulary: formatCount(vocabulary.length),
    plainChoices: formatFixed(Math.exp(plain.entropy.after), 1),
    opening: `These are the probabilities that the shipped model gives to each of the ${formatCount(vocabulary.length)} ${unit}s it knows, at ${formatCount(places.length)} places of text that it was not trained on; its scores were recorded when the site was built. Move the sliders. Each cut is drawn in as a line, with the mass that it takes away, and what is left is scaled up until it sums to 1 again.`,
    repetition: `${greedy.said > real.said ? "Greedy text goes in circles. " : ""}${formatPercent(greedy.said)} of the words that the model writes at temperature 0 stand in a run of ${RUN} words that it has written before; in as much held-out text it is ${formatPercent(real.said)}${own < 0 ? "" : `, and at the model’s own temperature of 1 ${formatPercent(measured[own]!.said)}`}. The longest such stretch has ${formatCount(greedy.longest)} words.${greedy.said > real.said ? "" : " Greedy text of most models goes in circles; of this one it repeats no more than real text."}`
  };
}
