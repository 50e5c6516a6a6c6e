import {specialToken} from "./addedToken.js";
import {MAX_VOCABULARY} from "./characterTokenizer.js";
import type {Tokenizer} from "./tokenizer.js";
import {readTokenizer} from "./tokenizerFile.js";
import {invalid, isRecord} from "./vocabularyFile.js";

/** Lines of `merges.txt`: one for each merge that there can be, and as many empty ones. */
const MOST_LINES = 2 * MAX_VOCABULARY;

/**
 * The byte-level BPE tokenizer in the two files that came before `tokenizer.json`: `vocab.json`, parsed, with the id of
 * each token, and `merges.txt`, one merge a line after a line with its version. A token more than bytes and merges make
 * is special, as GPT-2's `<|endoftext|>`. Throws an Error that says what is wrong, as `readTokenizer` does.
 */
export function readMergesFile(vocab: unknown, mergesText: string): Tokenizer {
  const lines = mergesText.split(/\r?\n/, MOST_LINES);
  if (lines.length === MOST_LINES)
    throw invalid(`its merges.txt has ${MOST_LINES.toLocaleString("en")} lines or more`);
  const merges = lines.filter((line, i) => line !== "" && !(i === 0 && line.startsWith("#version")));
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
