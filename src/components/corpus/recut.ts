import type {Tokenizer} from "../text/tokenizer.js";
import {readTokenizer} from "../text/tokenizerFile.js";
import {assembleCorpus} from "./buildCorpus.js";
import {type Corpus, floorPerToken} from "./meta.js";

/**
 * A text that is at hand by character, cut with a tokenizer that was learnt elsewhere. The parts stay the same; what the
 * tokenizer does not know is counted in `meta.unknown`. Throws RangeError where a part has too few tokens for the context.
 */
export function recut(corpus: Corpus, tokenizer: Tokenizer, blockSize: number): Corpus {
  const {name, source, license, sha256, counts, floor} = corpus.meta;
  const characters = readTokenizer(corpus.meta.tokenizer);
  const part = (ids: Uint16Array, length: number) => ({
    ...tokenizer.encode(characters.decode(ids)),
    characters: length
  });
  const cut = assembleCorpus(
    {name, source, license, blockSize},
    tokenizer,
    {bytes: counts.bytes, sha256},
    {train: part(corpus.train, counts.trainCharacters), val: part(corpus.val, counts.valCharacters)}
  );
  if (floor)
    cut.meta.floor = floorPerToken(
      {train: floor.train * counts.train, val: floor.val * counts.val},
      cut.meta
    );
  return cut;
}
