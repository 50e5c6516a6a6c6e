import {predict} from "../../book/predict.js";
import {distribution, PLAIN} from "../../generation/distribution.js";
import {formatCount, formatFixed, formatPercent, tokenName} from "../../views/format.js";
import type {SamplingDesk} from "./desk.js";
import {countDraws, expectedCount} from "./draws.js";
import type {DrawsFigure} from "./drawsFigure.js";

const DRAWS = 1_000;
/** Seeds whose counts of the likeliest token the answer is computed from. */
const SEEDS = 100;

/** "How near do 1,000 draws come?": answered by the sampler itself, with a hundred seeds. */
export function drawsPrediction(desk: SamplingDesk, figure: () => DrawsFigure): HTMLElement {
  const from = distribution(desk.logits, PLAIN, desk.ids);
  const best = from.ids[0]!;
  const p = from.probabilities[best]!;
  const {mean, deviation} = expectedCount(p, DRAWS);
  const place = desk.state.place;
  const name = tokenName(desk.page.vocabulary[best]!);
  const said = document.createElement("p");
  return predict(
    {
      question: `With nothing cut, ${name} has ${formatPercent(p)} at the first place above. Draw ${formatCount(DRAWS)} times, with each of ${SEEDS} seeds. How far from ${formatFixed(mean, 0)} is its count, usually?`,
      choices: [
        `Never more than 1 or 2 away: ${formatCount(DRAWS)} is a large number`,
        `About ${formatFixed(deviation, 0)} away, and now and then twice that`,
        `About ${formatFixed(mean / 2, 0)} away: it is chance, after all`
      ],
      right: 1,
      because: said
    },
    {
      onReveal: () => {
        // Counted when it is asked for: a hundred times a thousand draws are not part of the page's opening.
        const counts = Array.from({length: SEEDS}, (_, seed) => countDraws(from, seed + 1, DRAWS)[best]!);
        const within = counts.filter((n) => Math.abs(n - mean) <= deviation).length;
        const within2 = counts.filter((n) => Math.abs(n - mean) <= 2 * deviation).length;
        said.textContent = `The count is binomial: its standard deviation is √(n · p · (1 − p)) = ${formatFixed(deviation, 1)}. Just now the ${SEEDS} seeds gave from ${formatCount(Math.min(...counts))} to ${formatCount(Math.max(...counts))}; ${within} of them lay within one standard deviation, and ${within2} within two. The figure below now draws from the same probabilities.`;
        desk.set({place, options: PLAIN});
        figure().play();
      }
    }
  );
}
