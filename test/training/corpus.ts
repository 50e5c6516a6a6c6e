import type {Corpus} from "../../src/components/corpus/meta.js";
import {createRandom} from "../../src/components/random.js";

const VOCABULARY = ["\n", " ", ".", "a", "b", "c", "d", "e"];

/** A small corpus with something to learn: words of two kinds that alternate, 4,000 tokens. */
export function tinyCorpus(): Corpus {
  const random = createRandom(5);
  const words = [
    ["abc", "bad", "cab"],
    ["deed", "ebb", "dace"]
  ];
  let text = "";
  for (let i = 0; text.length < 4000; i++)
    text += `${words[i % 2]![random.integer(3)]}${i % 6 === 5 ? ".\n" : " "}`;
  const tokens = Uint16Array.from(text, (character) => VOCABULARY.indexOf(character));
  const boundary = Math.floor(0.9 * tokens.length);
  return {
    train: tokens.subarray(0, boundary),
    val: tokens.subarray(boundary),
    meta: {
      version: 2,
      name: "test words",
      source: "test",
      license: "none",
      sha256: "0".repeat(64),
      split: 0.9,
      counts: {
        bytes: text.length,
        characters: text.length,
        tokens: tokens.length,
        train: boundary,
        val: tokens.length - boundary,
        trainCharacters: boundary,
        valCharacters: tokens.length - boundary
      },
      unknown: {total: 0, kinds: 0, list: []},
      tokenizer: {
        version: "1.0",
        model: {
          type: "BPE",
          vocab: Object.fromEntries(VOCABULARY.map((character, id) => [character, id])),
          merges: [],
          unk_token: null
        },
        pre_tokenizer: null,
        decoder: {type: "Fuse"}
      },
      floor: null
    }
  };
}

/** The same, with a blank line after every sentence: each is a document. */
export function tinyDocuments(): Corpus {
  const spaced = tinyCorpus();
  // Its "\n" becomes two.
  const twice = (tokens: Uint16Array) =>
    Uint16Array.from([...tokens].flatMap((id) => (id === 0 ? [0, 0] : [id])));
  const [train, val] = [twice(spaced.train), twice(spaced.val)];
  const counts = {...spaced.meta.counts, train: train.length, val: val.length};
  return {train, val, meta: {...spaced.meta, counts}};
}
