import type {ModelConfig} from "../../model/config.js";
import {cacheBytes} from "../../model/size.js";
import {formatBytes, formatCount, formatFixed, formatPercent} from "../../views/format.js";
import {decodingCost, writingCost} from "./decodingCost.js";
import type {InferencePage} from "./inferencePage.js";
import {OPENING, openingServing} from "./opening.js";
import {type Bits, formatName} from "./rounding.js";
import {servingCost} from "./servingCost.js";
import {formatTime} from "./servingWords.js";

/** The numbers of the chapter's prose. */
export function inferenceFacts({config, cache, onnx, parity, precision}: InferencePage) {
  return {
    operations: formatCount(onnx.nodes),
    saving: cache ? savingSentence(config) : "",
    parity: paritySentence(parity),
    precision: precision && precisionFacts(precision),
    large: largeExample()
  };
}

/** What the cache of a model saves and takes. */
function savingSentence(config: ModelConfig): string {
  const T = config.blockSize;
  const last = decodingCost(config, T);
  const all = writingCost(config, 1, T);
  return `At the end of this model’s context of ${formatCount(T)} tokens the cache saves a factor of ${formatFixed(last.without / last.withCache, 0)}; over a whole text, of ${formatFixed(all.without / all.withCache, 0)}. The price is memory: ${formatBytes(cacheBytes(config, 1))} a token, ${formatBytes(cacheBytes(config))} for a full context.`;
}

/** What two runtimes agree on, in a sentence. */
export function paritySentence({logits, greedy, perplexity}: InferencePage["parity"]): string {
  const words = greedy
    ? ` Left to write greedily, both write the same ${formatCount(greedy.same)} of ${formatCount(greedy.characters)} characters.`
    : "";
  return `Over ${formatCount(logits.count)} scores of size up to ${formatFixed(logits.scale, 1)} the largest difference is ${logits.largestDifference.toExponential(1)}.${words} The perplexity of ${formatCount(perplexity.tokens)} held-out tokens is ${perplexity.measured.toPrecision(6)} in one and ${perplexity.reference.toPrecision(6)} in the other.`;
}

/** How much the loss may rise before one minds. */
export const TOLERATED = 0.01;

/** The fewest bits whose loss is at most a hundredth above that of float32. */
export function fewestBits({rows}: NonNullable<InferencePage["precision"]>): Bits {
  const exact = rows.at(-1)!.loss;
  // Fewer bits than ones that lose too much are not trusted, whatever they happen to give.
  let fewest = rows.at(-1)!.bits;
  for (const {bits, loss} of [...rows].reverse()) {
    if (loss > exact * (1 + TOLERATED)) break;
    fewest = bits;
  }
  return fewest;
}

function precisionFacts(facts: NonNullable<InferencePage["precision"]>) {
  const {rows} = facts;
  const row = (bits: Bits) => rows.find((row) => row.bits === bits)!;
  const exact = row(32).loss;
  const fewest = fewestBits(facts);
  const rise = (bits: Bits) => formatPercent(Math.abs(row(bits).loss / exact - 1));
  return {
    fewest,
    because: `Down to ${formatName(fewest)} the loss stays within a hundredth of the ${formatFixed(exact, 4)} nats that float32 has: ${rows
      .filter(({bits}) => bits < 16)
      .map(({bits, loss}) => `${bits} bits ${formatFixed(loss, 3)}`)
      .join(
        ", "
      )}. With fewer the steps between possible values grow wide, and every weight may be wrong by half a step.`,
    files: rows
      .filter(({fileBytes}) => fileBytes !== null)
      .map(({bits, fileBytes}) => `${formatBytes(fileBytes!)} as ${formatName(bits)}`)
      .reverse()
      .join(", "),
    int8: rise(8)
  };
}

function largeExample() {
  const cost = servingCost(openingServing());
  const {memory, arithmetic} = cost.decode;
  const share = arithmetic / memory;
  return {
    ...OPENING,
    /** Index among “about as long”, “about a tenth as long”, “less than a fiftieth”. */
    answer: share > 0.5 ? 0 : share > 0.02 ? 1 : 2,
    because: `The ${formatBytes(cost.weightsRead)} of weights that a token is multiplied by and the ${formatBytes(cost.cache)} of cache have to come from memory to the arithmetic once for every token, which takes ${formatTime(memory)}; the arithmetic takes ${formatTime(arithmetic)}, ${formatPercent(share)} of that. A processor that computed twice as fast would gain nothing; a memory twice as fast would halve the time.`,
    cachePerToken: formatBytes(cost.cachePerToken)
  };
}
