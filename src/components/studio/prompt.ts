import {windowStart} from "../generation/window.js";
import type {ModelConfig} from "../model/config.js";
import type {Tokenizer} from "../text/tokenizer.js";
import {formatCount, formatPlural} from "../views/format.js";
import {unknownSentence} from "./unknown.js";

/** A prompt as the model takes it. */
export interface Prompt {
  /** Its known characters; empty when there is nothing to continue. */
  ids: Uint16Array;
  /** Sentences on what of it is not used. */
  remarks: string[];
  /** Why it cannot be used at all, or null. */
  problem: string | null;
}

/** Encodes a prompt and says what becomes of it. */
export function readPrompt(text: string, tokenizer: Tokenizer, {blockSize}: ModelConfig): Prompt {
  const {ids, unknown} = tokenizer.encode(text);
  const left = unknownSentence(unknown);
  if (ids.length === 0) {
    const problem = left
      ? `${left} Nothing remains to continue from: write at least one character that it knows.`
      : "The prompt is empty: write at least one character for the model to continue from. The figures still show the last one.";
    return {ids, remarks: [], problem};
  }
  const remarks = left ? [left] : [];
  if (ids.length > blockSize) {
    const seen = ids.length - windowStart(ids.length, blockSize);
    remarks.push(
      `The prompt has ${formatPlural(ids.length, "token")} and the model sees at most ${formatCount(blockSize)} at once: it continues from the last ${formatCount(seen)}.`
    );
  }
  return {ids, remarks, problem: null};
}
