import {characterCounts} from "./characterCounts.js";
import {trainCharacterTokenizer} from "./characterTokenizer.js";
import type {Tokenizer} from "./tokenizer.js";
import {checkTokenizerChoice, type TokenizerChoice} from "./tokenizerChoice.js";
import {trainBytePairTokenizer} from "./trainBytePairs.js";
import {trainWordPieceTokenizer} from "./trainWordPieces.js";

/** How the padding token is spelt, as GPT-2's and BERT's users spell it; no text can merge into either. */
export const PADDING = {character: "<|pad|>", "byte-pair": "<|pad|>", "word-piece": "[PAD]"} as const;

/**
 * The tokenizer of the chosen kind that a text teaches. A short text may teach fewer byte pairs or word pieces than
 * wanted. Throws RangeError as `checkTokenizerChoice` does, before any work, and for a text without characters
 * (words, for WordPiece) or with more characters than the vocabulary has room for.
 */
export function trainTokenizer(text: string, choice: TokenizerChoice): Tokenizer {
  checkTokenizerChoice(choice);
  const padding = choice.padding ? {padding: PADDING[choice.kind]} : {};
  switch (choice.kind) {
    case "character":
      return trainCharacterTokenizer(characterCounts(text), padding);
    case "byte-pair":
      return trainBytePairTokenizer(text, {vocabularySize: choice.vocabularySize, ...padding});
    case "word-piece":
      return trainWordPieceTokenizer(text, {vocabularySize: choice.vocabularySize, ...padding});
  }
}
