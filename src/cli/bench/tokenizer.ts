import {readText} from "../../components/corpus/readText.js";
import {writeStories} from "../../components/corpus/storyText.js";
import type {TokenizerChoice} from "../../components/text/tokenizerChoice.js";
import {readTokenizer} from "../../components/text/tokenizerFile.js";
import {trainTokenizer} from "../../components/text/trainTokenizer.js";
import {countOption} from "./options.js";
import {type Encode, plainBytePairs, plainCharacters, plainWordPieces} from "./plainTokenizers.js";
import {inTurns} from "./rounds.js";
import {median, significant} from "./spread.js";
import type {Report, Suite} from "./suite.js";

/** As long as the corpus that a build writes. */
const DEFAULT_BYTES = 1_000_000;

/** The tokenizers beside plain ones that make the same tokens. */
export const tokenizer: Suite = {
  summary: "bytes a second that tokenizers learn from and cut, beside the papers' own listings, in turns",
  options: {
    corpus: {type: "string"},
    bytes: {type: "string"},
    vocabulary: {type: "string", default: "512"},
    rounds: {type: "string", default: "3"}
  },
  help: {
    "corpus PATH|URL": "UTF-8 text; the built-in story grammar when absent",
    "bytes N": `only about so much of it (all; ${DEFAULT_BYTES.toLocaleString("en")} of the grammar's)`,
    "vocabulary V": "tokens of byte-pair and word-piece (512)",
    "rounds N": "turns of each (3)"
  },
  async run(values, report) {
    const bytes = countOption("bytes", values.bytes);
    const text =
      values.corpus === undefined
        ? writeStories({seed: 1, length: bytes ?? DEFAULT_BYTES}).text()
        : (await readText(String(values.corpus))).text.slice(0, bytes);
    const sizes = {
      vocabularySize: countOption("vocabulary", values.vocabulary, 257) ?? 512,
      rounds: countOption("rounds", values.rounds) ?? 3
    };
    await measureTokenizers(text, sizes, report);
  }
};

/** The same tokenizer as the papers write it. */
function plain(choice: TokenizerChoice): (text: string) => Encode {
  switch (choice.kind) {
    case "character":
      return plainCharacters;
    case "byte-pair":
      return (text) => plainBytePairs(text, choice.vocabularySize);
    case "word-piece":
      return (text) => plainWordPieces(text, choice.vocabularySize);
  }
}

/** Throws Error where the two make different tokens of the text. */
export async function measureTokenizers(
  text: string,
  {vocabularySize, rounds}: {vocabularySize: number; rounds: number},
  report: Report
): Promise<void> {
  const bytes = new TextEncoder().encode(text).length;
  report({bytes}, `${bytes.toLocaleString("en")} bytes of text`);
  const choices: TokenizerChoice[] = [
    {kind: "character"},
    {kind: "byte-pair", vocabularySize},
    {kind: "word-piece", vocabularySize}
  ];
  for (const choice of choices) {
    const {kind} = choice;
    const file = trainTokenizer(text, choice).toJSON();
    const encode = plain(choice)(text);
    const [ours, yardstick] = [readTokenizer(file).encode(text).ids, encode(text)];
    if (ours.length !== yardstick.length || ours.some((id, i) => id !== yardstick[i]))
      throw new Error(`The ${kind} tokenizer and its yardstick cut this text differently.`);
    const pairs = {
      train: [() => trainTokenizer(text, choice), () => plain(choice)(text)],
      // Read anew each time: a tokenizer remembers the words that it has cut.
      encode: [() => readTokenizer(file).encode(text), () => encode(text)]
    } as const;
    for (const [work, both] of Object.entries(pairs)) {
      const times = await inTurns(
        both.map((run) => async () => timeOf(run)),
        rounds
      );
      const [own, listing] = times as [number[], number[]];
      const rate = (ms: number[]) => significant((1000 * bytes) / median(ms));
      const bytesPerSecond = {ours: rate(own), listing: rate(listing)};
      const ratio = significant(median(listing.map((ms, round) => ms / own[round]!)));
      report(
        {
          tokenizer: kind,
          work,
          bytes,
          ...(kind !== "character" && {vocabularySize}),
          tokens: ours.length,
          bytesPerSecond,
          ratio
        },
        `  ${kind} ${work}: ${megabytes(bytesPerSecond.ours)} MB/s, the listing ${megabytes(bytesPerSecond.listing)} MB/s, ${ratio} times as fast`
      );
    }
  }
}

function timeOf(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

const megabytes = (bytes: number): number => significant(bytes / 1e6);
