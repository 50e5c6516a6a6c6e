import {inShort} from "../errorMessage.js";
import type {Tokenizer} from "./tokenizer.js";
import {invalid, isRecord, readPadding, readVocabulary} from "./vocabularyFile.js";
import {CONTINUING, MAX_WORD_CHARACTERS, UNKNOWN, wordPieceTokenizer} from "./wordPieceTokenizer.js";

type Json = Record<string, unknown>;

/**
 * The WordPiece tokenizer in a `tokenizer.json` whose model is WordPiece. Throws an Error that says what is wrong
 * where the file asks for anything else than `Tokenizer.toJSON` writes: a normalizer, sentence markers, another
 * prefix, `[UNK]` elsewhere than at 0.
 */
export function readWordPieces(file: Json, model: Json): Tokenizer {
  const {pre_tokenizer: preTokenizer, decoder} = file;
  if (!isRecord(decoder) || decoder.type !== "WordPiece" || decoder.prefix !== CONTINUING || decoder.cleanup)
    throw invalid(
      `its model is "WordPiece", so its decoder must be WordPiece, with ${CONTINUING} and no cleanup`
    );
  if (!isRecord(preTokenizer) || preTokenizer.type !== "BertPreTokenizer")
    throw invalid("its pre_tokenizer must be BertPreTokenizer");
  for (const step of ["normalizer", "post_processor"])
    if (file[step] !== null && file[step] !== undefined)
      throw invalid(`it has a ${step}, which this WordPiece tokenizer does not use`);
  const settings = {
    unk_token: UNKNOWN,
    continuing_subword_prefix: CONTINUING,
    max_input_chars_per_word: MAX_WORD_CHARACTERS
  };
  for (const [setting, value] of Object.entries(settings))
    if (model[setting] !== value)
      throw invalid(`its ${setting} is ${inShort(model[setting])}; ${inShort(value)} is understood`);
  const vocabulary = readVocabulary(model.vocab);
  const padding = readPadding(file.added_tokens, vocabulary);
  if (vocabulary[0] !== UNKNOWN) throw invalid(`token 0 is ${inShort(vocabulary[0])}; it must be ${UNKNOWN}`);
  const pieces = vocabulary.slice(1, padding === undefined ? undefined : -1);
  try {
    return wordPieceTokenizer(pieces, padding);
  } catch (error) {
    throw invalid((error as Error).message.replace(/\.$/, "").replace(/^The/, "the"));
  }
}
