import {distribution, PLAIN} from "../../generation/distribution.js";
import {attentionHeads, attentionLayers, type ModelConfig} from "../../model/config.js";
import type {Inspection} from "../../model/tensorModel.js";
import type {Tokenizer} from "../../text/tokenizer.js";
import {tokenTexts} from "../../text/tokenTexts.js";

/** What becomes of the last token of a line on its way through a model: everything that the figure shows. */
export interface Journey {
  /** The texts of the tokens read, and their ids. */
  tokens: string[];
  ids: number[];
  /** How many tokens the model knows. */
  vocabularySize: number;
  /** Whether a vector for the place in the line is added to that of the token. */
  addsPosition: boolean;
  /** The stream at the last token: after the embedding, and after each layer; C numbers each. */
  stream: number[][];
  /** For each layer that attends, the tokens that the last one looked at most, by any of its heads. */
  looks: {key: number; weight: number; head: number}[][];
  /** The likeliest next tokens, most probable first. */
  next: {token: string; probability: number}[];
}

const LOOKS = 3;
const CANDIDATES = 6;

/** The intermediates that a journey is made of, by the names that `Pass.tap` hears. */
export function journeyNames(config: ModelConfig): string[] {
  const layers = Array.from({length: attentionLayers(config)}, (_, i) => `transformer.h.${i}`);
  const isStack = config.architecture === "transformer";
  return [
    ...(config.architecture === "bigram" ? [] : ["embedding"]),
    ...layers.flatMap((h) => [`${h}.attn.weights`, ...(isStack ? [`${h}.after_mlp`] : [])]),
    "logits"
  ];
}

/** Reads the journey of the last token out of one pass over `ids`. */
export function journeyOf(
  config: ModelConfig,
  tokenizer: Tokenizer,
  ids: readonly number[],
  inspection: Inspection
): Journey {
  const T = ids.length;
  const last = ({data}: {data: Float32Array}) =>
    [...data.subarray(data.length - data.length / T)].map(rounded);
  const layers = Array.from({length: attentionLayers(config)}, (_, i) => `transformer.h.${i}`);
  const stream = ["embedding", ...layers.map((h) => `${h}.after_mlp`)].flatMap((name) =>
    inspection[name] ? [last(inspection[name])] : []
  );
  const logits = inspection.logits!.data;
  const ranked = distribution(logits.slice(logits.length - config.vocabSize), PLAIN);
  return {
    tokens: tokenTexts([...ids], tokenizer),
    ids: [...ids],
    vocabularySize: config.vocabSize,
    addsPosition:
      config.architecture === "transformer" &&
      (config.position === "learned" || config.position === "sinusoidal"),
    stream,
    looks: layers.map((h) => strongest(inspection[`${h}.attn.weights`]!.data, attentionHeads(config), T)),
    next: [...ranked.ids.subarray(0, CANDIDATES)].map((id) => ({
      token: tokenTexts([ids[T - 1]!, id], tokenizer)[1]!,
      probability: Number(ranked.probabilities[id]!.toPrecision(3))
    }))
  };
}

/** The keys on which some head of the last query puts most weight: weights [H, T, T]. */
function strongest(weights: Float32Array, H: number, T: number): Journey["looks"][number] {
  const best = Array.from({length: T}, (_, key) => ({key, weight: 0, head: 0}));
  for (let head = 0; head < H; head++)
    for (let key = 0; key < T; key++) {
      const weight = weights[(head * T + T - 1) * T + key]!;
      if (weight > best[key]!.weight) best[key] = {key, weight: rounded(weight), head};
    }
  return best.sort((a, b) => b.weight - a.weight).slice(0, LOOKS);
}

/** Three decimals: more than is drawn. */
const rounded = (value: number): number => Math.round(value * 1000) / 1000;
