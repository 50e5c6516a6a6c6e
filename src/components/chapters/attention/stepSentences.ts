import {formatFixed, formatPercent, formatPlural} from "../../views/format.js";
import {at, hidden, type Moment, nameToken, writtenSum} from "./moment.js";

/** What each step does, in a sentence or two about the numbers that are shown. */
export const stepSentences = {
  input({head}: Moment): string {
    const {tokens, layer, model} = head;
    const placed = model.position === "learned" || model.position === "sinusoidal";
    const what =
      layer === 0
        ? `its embedding, which says what stands there${placed ? " and where" : ""}`
        : `what the ${layer === 1 ? "layer" : `${layer} layers`} before made of it`;
    const norms = {layerNorm: ", rescaled by LayerNorm", rmsNorm: ", rescaled by RMSNorm", none: ""};
    const rescaled = model.normPlacement === "pre" ? norms[model.norm] : "";
    return `Each of the ${formatPlural(tokens.length, "token")} arrives as a row of ${model.nEmbd} numbers: ${what}${rescaled}.`;
  },

  project({head, query}: Moment): string {
    return `Three learnt matrices turn each row into three shorter ones, of ${head.headWidth} numbers: a query, what the token looks for; a key, what it can be found by; a value, what it hands over. Marked is the query of ${nameToken(head, query)}.`;
  },

  product(moment: Moment): string {
    const {head, query, key, steps} = moment;
    const terms = products(moment);
    return `How well does the query of ${nameToken(head, query)} fit the key of ${nameToken(head, key)}? Multiply number by number and add up ${formatPlural(terms.length, "product")}: ${writtenSum(terms)} = ${formatFixed(at(moment, steps.products))}.`;
  },

  scores({head, query, key}: Moment): string {
    const T = head.tokens.length;
    return `The same for all ${T} × ${T} pairs is one product of matrices, q·kᵀ. Row: the token that asks. Column: the token that is asked. Marked: ${nameToken(head, query)} asks ${nameToken(head, key)}.`;
  },

  scale(moment: Moment): string {
    const {head, steps} = moment;
    const root = Math.sqrt(head.headWidth);
    const score = at(moment, steps.products);
    const far = head.slope > 0 ? " Then ALiBi takes something off for every step of distance." : "";
    return `A sum of ${head.headWidth} products is large because it is long, so every score is divided by √${head.headWidth} = ${formatFixed(root)}: ${formatFixed(score)} becomes ${formatFixed(score / root)}.${far}`;
  },

  mask(moment: Moment): string {
    const {head, query, key} = moment;
    if (!head.model.causal)
      return "This model was trained without a causal mask: every token may ask every other, later ones too.";
    const rule =
      "A token may not ask what comes after it: those scores are struck out before anything is shared.";
    return hidden(moment)
      ? `${rule} So ${nameToken(head, query)} learns nothing of ${nameToken(head, key)}.`
      : `${rule} The first row keeps one score, the last all ${head.tokens.length}.`;
  },

  softmax(moment: Moment): string {
    const {head, steps, query, key} = moment;
    const share = hidden(moment) ? "none" : formatPercent(at(moment, steps.weights));
    return `Each row for itself: raise e to every score and divide by the row’s sum, so that the row holds shares of 1. ${nameToken(head, key).replace("t", "T")} gets ${share} of the attention of ${nameToken(head, query)}.`;
  },

  mix(moment: Moment): string {
    const {head, steps, query, dimension} = moment;
    const D = head.headWidth;
    return `Every token adds its value, weighed by its share. Number ${dimension + 1} of the output of ${nameToken(head, query)} is the sum of the last line, ${formatFixed(steps.output[query * D + dimension]!)}; ${D} such sums are what the head says at this place.`;
  }
};

/** The D products of the query's numbers with the key's. */
export function products({head, query, key}: Moment): number[] {
  const {q, k, headWidth: D} = head;
  return Array.from({length: D}, (_, d) => q[query * D + d]! * k[key * D + d]!);
}

/** What each key adds to one number of the query's output. */
export function mixed({head, steps, query, dimension}: Moment): number[] {
  const {v, headWidth: D, tokens} = head;
  const T = tokens.length;
  return Array.from(tokens, (_, key) => steps.weights[query * T + key]! * v[key * D + dimension]!);
}

/** What is known of a pair at a step. */
export type Known = "nothing" | "score" | "scaled" | "weight";

/** The pair that is pointed at, with what is known of it. */
export function pairReading(moment: Moment, known: Known): string {
  const {head, steps, query, key} = moment;
  const parts = [`Query: ${nameToken(head, query)}. Key: ${nameToken(head, key)}.`];
  if (known !== "nothing") parts.push(`Score ${formatFixed(at(moment, steps.products))}.`);
  if (known === "scaled" || known === "weight")
    parts.push(`Divided by √D: ${formatFixed(at(moment, steps.scaled))}.`);
  if (known === "weight")
    parts.push(hidden(moment) ? "Masked: weight 0." : `Weight ${formatPercent(at(moment, steps.weights))}.`);
  return parts.join(" ");
}
