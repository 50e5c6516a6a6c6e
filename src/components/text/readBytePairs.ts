import {inShort} from "../errorMessage.js";
import {CHARACTER_OF_TOKEN} from "./byteAlphabet.js";
import {bytePairTokenizerInSteps} from "./bytePairTokenizer.js";
import {MAX_VOCABULARY} from "./characterTokenizer.js";
import type {InSteps} from "./inSteps.js";
import type {Tokenizer} from "./tokenizer.js";
import {invalid, isRecord, readPadding, readVocabulary} from "./vocabularyFile.js";

type Json = Record<string, unknown>;

/** Merges read in a step: a millisecond or less. */
const STEP = 512;

/**
 * The byte-level BPE tokenizer in a `tokenizer.json` whose `pre_tokenizer` is ByteLevel, in steps. Throws an Error that
 * says what is wrong where the file asks for anything that GPT-2's tokenizer does not do, and where its ids
 * are not the 256 bytes in GPT-2's order, the merges in theirs, then at most one special token for padding.
 */
export function* readBytePairs(file: Json, model: Json): InSteps<Tokenizer> {
  const {pre_tokenizer: preTokenizer, decoder, post_processor: postProcessor} = file;
  if (!isRecord(preTokenizer) || preTokenizer.add_prefix_space === true || preTokenizer.use_regex === false)
    throw invalid("its pre_tokenizer must split as GPT-2 does, and add no space in front");
  if (!isRecord(decoder) || decoder.type !== "ByteLevel")
    throw invalid("its pre_tokenizer is ByteLevel, so its decoder must be ByteLevel too");
  if (isSet(file.normalizer)) throw invalid("it has a normalizer, which byte-level BPE does not use");
  // GPT-2's own file has this one: it moves the offsets of tokens, nothing else.
  if (isSet(postProcessor) && !(isRecord(postProcessor) && postProcessor.type === "ByteLevel"))
    throw invalid("it has a post_processor that would add tokens");
  for (const affix of ["continuing_subword_prefix", "end_of_word_suffix"])
    if (isSet(model[affix]) && model[affix] !== "") throw invalid(`its model has a ${affix}`);
  for (const choice of ["dropout", "byte_fallback", "ignore_merges"])
    if (isSet(model[choice]) && model[choice] !== false && model[choice] !== 0)
      throw invalid(`its model sets ${choice}, which GPT-2's does not`);

  const vocabulary = readVocabulary(model.vocab);
  const padding = readPadding(file.added_tokens, vocabulary);
  yield;
  const merges = yield* readMerges(model.merges, vocabulary);
  const size = 256 + merges.length + (padding === undefined ? 0 : 1);
  if (vocabulary.length !== size)
    throw invalid(
      `its vocab has ${vocabulary.length} tokens, but its bytes, merges and padding make ${size}`
    );
  return yield* bytePairTokenizerInSteps(merges, padding);
}

function* readMerges(
  merges: unknown,
  vocabulary: readonly string[]
): InSteps<{left: number; right: number}[]> {
  if (!Array.isArray(merges)) throw invalid("its model has no list of merges");
  if (merges.length > MAX_VOCABULARY - 256)
    throw invalid(`its model has ${merges.length} merges; at most ${MAX_VOCABULARY - 256} are allowed`);
  CHARACTER_OF_TOKEN.forEach((character, id) => {
    if (vocabulary[id] !== character)
      throw invalid(
        `token ${id} is ${inShort(vocabulary[id])}; it must be the byte written ${inShort(character)}`
      );
  });
  const ids = new Map(CHARACTER_OF_TOKEN.map((character, id) => [character, id]));
  const read: {left: number; right: number}[] = [];
  for (const [i, merge] of (merges as unknown[]).entries()) {
    if (i % STEP === 0) yield;
    const [first, second, ...rest] = typeof merge === "string" ? merge.split(" ") : asList(merge);
    const left = ids.get(first as string);
    const right = ids.get(second as string);
    if (left === undefined || right === undefined || rest.length > 0)
      throw invalid(`merge ${i} is ${inShort(merge)}, not two tokens that exist before it`);
    const made = `${first}${second}`;
    if (ids.has(made)) throw invalid(`merge ${i} makes ${inShort(made)}, which exists already`);
    if (vocabulary[256 + i] !== made)
      throw invalid(
        `merge ${i} makes ${inShort(made)}, but token ${256 + i} is ${inShort(vocabulary[256 + i])}`
      );
    ids.set(made, 256 + i);
    read.push({left, right});
  }
  return read;
}

const isSet = (value: unknown): boolean => value !== null && value !== undefined;

const asList = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
