import {unknownUnits} from "../corpus/unknownUnits.js";
import {windowStart} from "../generation/window.js";
import {attentionLayers, type ModelConfig} from "../model/config.js";
import type {Tokenizer} from "../text/tokenizer.js";
import {formatCount, formatPlural} from "../views/format.js";
import {unknownSentence} from "../views/unknownSentence.js";

/** A prompt as the model takes it. */
export interface Prompt {
  /** Its tokens; empty when there is nothing to continue. */
  ids: Uint16Array;
  /** Sentences on what of it is not used. */
  remarks: string[];
  /** Why it cannot be used at all, or null. */
  problem: string | null;
}

/** Encodes a prompt and says what becomes of it. */
export function readPrompt(text: string, tokenizer: Tokenizer, config: ModelConfig): Prompt {
  const {blockSize} = config;
  const noun = tokenizer.kind === "word-piece" ? "word" : "character";
  const {ids, unknown} = tokenizer.encode(text);
  const left = unknownSentence("This model", unknownUnits([unknown]), noun);
  if (ids.length === 0) {
    const problem = left
      ? `${left} Nothing remains to continue from: write at least one character that it knows.`
      : `The prompt ${text === "" ? "is empty" : "is only white space, which this model does not see"}: write at least one ${noun} for the model to continue from. The figures still show the last one.`;
    return {ids, remarks: [], problem};
  }
  const remarks = left ? [left] : [];
  // The others see a few tokens of any text, however long; what they are says so.
  if (ids.length > blockSize && attentionLayers(config) > 0) {
    const seen = ids.length - windowStart(ids.length, blockSize);
    remarks.push(
      `The prompt has ${formatPlural(ids.length, tokenizer.unit)} and the model sees at most ${formatCount(blockSize)} at once: it continues from the last ${formatCount(seen)}.`
    );
  }
  return {ids, remarks, problem: null};
}
