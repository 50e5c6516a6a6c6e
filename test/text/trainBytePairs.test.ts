import fc from "fast-check";
import {describe, expect, it} from "vitest";
import {createRandom} from "../../src/components/random.js";
import {TOKEN_OF_BYTE, utf8Bytes} from "../../src/components/text/byteAlphabet.js";
import {countPreTokens} from "../../src/components/text/preTokenise.js";
import {
  type BytePairMerge,
  learnBytePairs,
  trainBytePairTokenizer
} from "../../src/components/text/trainBytePairs.js";

/** The algorithm as it is told: count all pairs, merge the best everywhere, start again. */
function recountingTrainer(preTokens: ReadonlyMap<string, number>): BytePairMerge[] {
  const words = Array.from(preTokens, ([preToken, count]) => ({
    symbols: Array.from(utf8Bytes(preToken), (byte) => TOKEN_OF_BYTE[byte]!),
    count
  }));
  const spellings = Array.from({length: 256}, (_, id) => `${id}.`);
  const merges: BytePairMerge[] = [];
  for (;;) {
    const counts = new Map<string, BytePairMerge>();
    for (const {symbols, count} of words)
      symbols.slice(1).forEach((right, i) => {
        const left = symbols[i]!;
        const pair = counts.get(`${left} ${right}`) ?? {left, right, count: 0, length: 0};
        counts.set(`${left} ${right}`, {...pair, count: pair.count + count});
      });
    const best = [...counts.values()]
      .filter(
        ({left, right, count}) => count >= 2 && !spellings.includes(spellings[left]! + spellings[right]!)
      )
      .sort((a, b) => b.count - a.count || a.left - b.left || a.right - b.right)[0];
    if (!best) return merges;
    for (const word of words)
      for (let i = 0; i + 1 < word.symbols.length; i++)
        if (word.symbols[i] === best.left && word.symbols[i + 1] === best.right)
          word.symbols.splice(i, 2, spellings.length);
    spellings.push(spellings[best.left]! + spellings[best.right]!);
    merges.push({...best, length: words.reduce((sum, {symbols, count}) => sum + symbols.length * count, 0)});
  }
}

/** 10⁶ characters of made-up words, frequent as 1 / rank. */
function zipfText(): string {
  const random = createRandom(7);
  const letter = () => "etaoinshrdlucmfw"[Math.floor(16 * random.uniform() ** 2)]!;
  const words = Array.from({length: 12_000}, () =>
    Array.from({length: 2 + random.integer(9)}, letter).join("")
  );
  const pieces: string[] = [];
  for (let length = 0; length < 1_000_000; length += pieces.at(-1)!.length)
    pieces.push(
      `${words[Math.floor(12_000 ** random.uniform()) - 1]}${random.integer(9) === 0 ? ".\n" : " "}`
    );
  return pieces.join("").slice(0, 1_000_000);
}

describe("learnBytePairs", () => {
  it("learns the example of Sennrich et al. as worked by hand", () => {
    const words = new Map([
      ["low", 5],
      ["lower", 2],
      ["newest", 6],
      ["widest", 3]
    ]);
    const {vocabulary} = trainBytePairTokenizer(words, {vocabularySize: 1000});
    const merges = [...learnBytePairs(words)].map(({left, right, count, length}) => [
      `${vocabulary[left]} ${vocabulary[right]}`,
      count,
      length
    ]);
    expect(merges).toEqual([
      ["e s", 9, 70],
      ["es t", 9, 61],
      ["l o", 7, 54],
      ["lo w", 7, 47],
      ["e w", 6, 41],
      ["n ew", 6, 35],
      ["new est", 6, 29],
      ["d est", 3, 26],
      ["i dest", 3, 23],
      ["w idest", 3, 20],
      ["e r", 2, 18],
      ["low er", 2, 16]
    ]);
    expect(vocabulary.slice(256)).toEqual(
      "es est lo low ew new newest dest idest widest er lower".split(" ")
    );
  });

  it("learns what a trainer that counts everything again learns", () => {
    const text = fc.string({unit: fc.constantFrom("a", "b", "c", " ", "a", "é", "\n"), maxLength: 120});
    fc.assert(
      fc.property(text, (text) => {
        fc.pre(text.length > 0);
        const preTokens = countPreTokens(text);
        expect([...learnBytePairs(preTokens)]).toEqual(recountingTrainer(preTokens));
      }),
      {numRuns: 150}
    );
  });

  it("stops at the given count and learns nothing from single characters", () => {
    const words = new Map([
      ["ab", 5],
      ["cd", 4]
    ]);
    expect([...learnBytePairs(words, 5)]).toHaveLength(1);
    expect([...learnBytePairs(new Map([["a", 9]]))]).toEqual([]);
  });

  it("learns 512 merges over 1 MB in about a second", () => {
    const text = zipfText();
    const seconds = Math.min(
      ...[1, 2].map(() => {
        const start = performance.now();
        expect(trainBytePairTokenizer(text, {vocabularySize: 768}).vocabulary).toHaveLength(768);
        return (performance.now() - start) / 1000;
      })
    );
    expect(seconds).toBeLessThan(1);
  });

  it("takes long words without spaces in its stride", () => {
    const random = createRandom(3);
    const word = Array.from({length: 100_000}, () => "abcd"[random.integer(4)]).join("");
    const start = performance.now();
    expect(trainBytePairTokenizer(word, {vocabularySize: 512}).vocabulary).toHaveLength(512);
    expect(performance.now() - start).toBeLessThan(2000);
  });
});

describe("trainBytePairTokenizer", () => {
  it("gives the same tokenizer for the same text, and for its counts", () => {
    const text = "the cat sat on the mat, the rat sat on the cat";
    const options = {vocabularySize: 265, padding: "<|pad|>"};
    const tokenizer = trainBytePairTokenizer(text, options);
    expect(tokenizer.vocabulary).toHaveLength(266);
    expect(tokenizer.paddingId).toBe(265);
    expect(trainBytePairTokenizer(text, options).toJSON()).toEqual(tokenizer.toJSON());
    expect(trainBytePairTokenizer(countPreTokens(text), options).toJSON()).toEqual(tokenizer.toJSON());
  });

  it("refuses an empty text and sizes that no vocabulary has", () => {
    expect(() => trainBytePairTokenizer("", {vocabularySize: 300})).toThrow(/text is empty/);
    for (const vocabularySize of [255, 65_537, 300.5, Number.NaN, -1])
      expect(() => trainBytePairTokenizer("abc", {vocabularySize})).toThrow(
        `vocabularySize is ${vocabularySize}; a byte-level BPE vocabulary has 256 to 65536`
      );
    expect(() => trainBytePairTokenizer("abc", {vocabularySize: 65_536, padding: "<|pad|>"})).toThrow(
      /256 to 65535 tokens and padding/
    );
  });
});
