import {specialToken} from "./addedToken.js";
import type {Tokenizer} from "./tokenizer.js";
import {readTokenizer} from "./tokenizerFile.js";
import {isRecord} from "./vocabularyFile.js";

/**
 * The byte-level BPE tokenizer in the two files that came before `tokenizer.json`: `vocab.json`, parsed, with the id of
 * each token, and `merges.txt`, one merge a line after a line with its version. A token more than bytes and merges make
 * is special, as GPT-2's `<|endoftext|>`. Throws an Error that says what is wrong, as `readTokenizer` does.
 */
export function readMergesFile(vocab: unknown, mergesText: string): Tokenizer {
  const merges = mergesText
    .split(/\r?\n/)
    .filter((line, i) => line !== "" && !(i === 0 && line.startsWith("#version")));
  const added = isRecord(vocab) ? specialOf(vocab, merges.length) : [];
  return readTokenizer({
    version: "1.0",
    added_tokens: added,
    pre_tokenizer: {type: "ByteLevel", add_prefix_space: false},
    decoder: {type: "ByteLevel"},
    model: {type: "BPE", vocab, merges}
  });
}

function specialOf(vocab: Record<string, unknown>, merges: number) {
  const tokens = Object.entries(vocab);
  if (tokens.length !== 256 + merges + 1) return [];
  const last = tokens.find(([, id]) => id === tokens.length - 1);
  return last ? [specialToken(tokens.length - 1, last[0])] : [];
}
