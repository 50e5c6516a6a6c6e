import type {ModelConfig} from "../model/config.js";
import type {TokenUnit} from "../text/tokenizer.js";
import {formatPlural} from "./format.js";

/** What a model is called: "a GPT", "a bigram that counts". */
export function modelName({architecture, causal}: ModelConfig): string {
  switch (architecture) {
    case "transformer":
      return causal ? "a GPT" : "a transformer without the causal mask";
    case "attention":
      return `a single head of attention${causal ? "" : " without the causal mask"}`;
    case "mlp":
      return "a network with a fixed window";
    case "neuralBigram":
      return "a neural bigram";
    case "bigram":
      return "a bigram that counts";
  }
}

/** Whether a model could see, in training and when it scores a text, the very tokens that it is to predict. */
export const seesLater = ({architecture, causal}: ModelConfig): boolean =>
  !causal && (architecture === "transformer" || architecture === "attention");

/** What a model is and what it can see, where it is not a GPT; then null. */
export function modelKind(config: ModelConfig, unit: TokenUnit): string | null {
  const {architecture} = config;
  if (architecture === "transformer" && config.causal) return null;
  const what: Record<ModelConfig["architecture"], string> = {
    transformer: "",
    attention: " and nothing else: no second layer, no feed-forward network",
    mlp: `: it sees the last ${formatPlural(config.windowSize, unit)} and nothing before`,
    neuralBigram: `: from the last ${unit} alone a network computes the chances of the next`,
    bigram: `: it knows how often each ${unit} followed each other one, and sees only the last`
  };
  const later = seesLater(config)
    ? ` It was trained seeing later ${unit}s, the one to be predicted among them, so it has learnt to look it up. When it writes, nothing comes after, and it is at a loss.`
    : "";
  return `It is ${modelName(config)}${what[architecture]}.${later}`;
}

/** What a prediction was made from: "Over 20 characters, each predicted from …". */
export function seenBefore(config: ModelConfig): string {
  switch (config.architecture) {
    case "bigram":
    case "neuralBigram":
      return "the one before it";
    case "mlp":
      return config.windowSize === 1 ? "the one before it" : `the ${config.windowSize} before it`;
    default:
      return "those before it";
  }
}
