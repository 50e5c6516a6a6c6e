import {bytePairTokenizer} from "../../text/bytePairTokenizer.js";
import {characterLength} from "../../text/characterLength.js";
import type {Frequency} from "../../text/frequencies.js";
import {formatCount, tokenName} from "../../views/format.js";
import {FIRST_LEARNED} from "./state.js";
import {bytePairCurve, type TextStudy} from "./study.js";
import {KINDS, type Kind, tokenizersOf} from "./tokenizers.js";

/**
 * The entropy of units drawn by their frequencies, −Σ p log₂ p, in bits a unit (Shannon 1948): what the best code
 * would need that gives each unit bits of its own and looks at no neighbours.
 */
export const entropyBits = (frequencies: readonly Pick<Frequency, "share">[]): number =>
  frequencies.reduce((sum, {share}) => sum - (share > 0 ? share * Math.log2(share) : 0), 0);

/** The site's study as its build wrote it: with the kind of tokenizer that the shipped model reads. */
export type SiteStudy = TextStudy & {reads?: Kind};

const READS: Record<Kind, string> = {
  character: "This site’s model reads characters.",
  "byte-pair": "This site’s model reads byte pairs.",
  "word-piece": "This site’s model reads word pieces."
};

/** The numbers of the chapter's prose, of the site's own text. */
export function textFacts(study: SiteStudy) {
  const curve = bytePairCurve(study);
  const kinds = study.characterFrequencies.length;
  const {merges} = study;
  const bytes = bytePairTokenizer([]).vocabulary;
  return {
    /** Characters of the text, and how many are different. */
    characters: study.characters,
    kinds,
    /** Bits that tell so many kinds apart, and bits of entropy, a character. */
    evenBits: Math.log2(kinds),
    entropy: entropyBits(study.characterFrequencies),
    /** Share of the text's words that the ten most frequent make up. */
    topWords: study.words.frequencies.slice(0, 10).reduce((sum, {share}) => sum + share, 0),
    /** The first merge: the two bytes as text, their ids, and how often they were neighbours. */
    firstMerge: {
      parts: merges.slice(0, 2).map((id) => tokenName(bytes[id]!)),
      ids: merges.slice(0, 2),
      count: merges[2] ?? 0
    },
    /** Characters a token after the merges that the page begins with, and after all. */
    first: curve[Math.min(FIRST_LEARNED, curve.length - 1)]!,
    last: curve.at(-1)!,
    /** The same with bytes alone. */
    bytes: curve[0]!,
    /** What the site's model reads, in a sentence. */
    reads: study.reads ? READS[study.reads] : ""
  };
}

export const EMOJI = "🙂";

/** A question with its answers: how many tokens a sentence with an emoji has in each of the site's tokenizers. */
export function emojiQuestion(study: TextStudy) {
  const words = study.sentence.split(" ").slice(0, 6).join(" ");
  const text = `${words} ${EMOJI}`;
  const tokenizers = tokenizersOf(study, 256 + FIRST_LEARNED);
  const right = KINDS.map((kind) => tokenizers[kind].encode(text).ids.length);
  const [character, bytePair, wordPiece] = right as [number, number, number];
  const wrong = [
    [character + 1, Math.max(1, bytePair - 3), wordPiece],
    [character + 1, bytePair, wordPiece - 1],
    [character, Math.max(1, bytePair - 4), wordPiece - 1]
  ];
  const say = ([c, b, w]: number[]) => `${c} characters, ${b} byte pairs, ${w} word pieces`;
  const choices = [...wrong, right].map(say).sort();
  return {
    text,
    characters: characterLength(text),
    choices,
    right: choices.indexOf(say(right)),
    isKnown: study.characterFrequencies.some(({unit}) => unit === EMOJI),
    kinds: formatCount(study.characterFrequencies.length)
  };
}
