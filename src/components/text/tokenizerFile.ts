import {inShort} from "../errorMessage.js";
import {characterTokenizer} from "./characterTokenizer.js";
import {atOnce, type InSteps} from "./inSteps.js";
import {readBytePairs} from "./readBytePairs.js";
import {readWordPieces} from "./readWordPieces.js";
import type {Tokenizer} from "./tokenizer.js";
import {invalid, isRecord, readPadding, readVocabulary} from "./vocabularyFile.js";

/**
 * The tokenizer in a parsed Hugging Face `tokenizer.json`, as `Tokenizer.toJSON` writes it. Throws an Error
 * that says what is wrong when the file is something else. Read are character tokenizers (a BPE model without
 * merges, nothing that changes or splits the text first), byte-level BPE as GPT-2 has it and WordPiece as cased
 * BERT has it.
 */
export const readTokenizer = (file: unknown): Tokenizer => atOnce(readTokenizerInSteps(file));

/** The same in steps: with `inTurns`, a page goes on while it reads a tokenizer of GPT-2's size. */
export function* readTokenizerInSteps(file: unknown): InSteps<Tokenizer> {
  if (!isRecord(file)) throw invalid("it is not a JSON object");
  if (file.version !== "1.0") throw invalid(`its version is ${inShort(file.version)}; 1.0 is understood`);
  const {model, decoder} = file;
  if (!isRecord(model)) throw invalid("it has no model");
  if (model.type === "WordPiece") return readWordPieces(file, model);
  // GPT-2's own file is from before models said their type; merges are BPE's alone.
  const isBytePair = model.type === "BPE" || (model.type === undefined && Array.isArray(model.merges));
  if (!isBytePair)
    throw invalid(`its model is ${inShort(model.type)}; only BPE and WordPiece are understood`);
  if (isRecord(file.pre_tokenizer) && file.pre_tokenizer.type === "ByteLevel")
    return yield* readBytePairs(file, model);
  if (!Array.isArray(model.merges) || model.merges.length > 0)
    throw invalid("its model must have an empty list of merges: only character tokenizers are understood");
  for (const step of ["normalizer", "pre_tokenizer", "post_processor"])
    if (file[step] !== null && file[step] !== undefined)
      throw invalid(`it has a ${step}, which a character tokenizer does not use`);
  if (!isRecord(decoder) || decoder.type !== "Fuse") throw invalid("its decoder must be Fuse");
  const vocabulary = readVocabulary(model.vocab);
  const padding = readPadding(file.added_tokens, vocabulary);
  return characterTokenizer(padding === undefined ? vocabulary : vocabulary.slice(0, -1), padding);
}
