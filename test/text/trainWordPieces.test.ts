import fc from "fast-check";
import {describe, expect, it} from "vitest";
import {countBertWords} from "../../src/components/text/bertWords.js";
import {
  learnWordPieces,
  trainWordPieceTokenizer,
  type WordPieceMerge,
  wordPieceAlphabet
} from "../../src/components/text/trainWordPieces.js";

const hugs = new Map([
  ["hug", 10],
  ["pug", 5],
  ["pun", 12],
  ["bun", 4],
  ["hugs", 5]
]);

/** The algorithm as it is told, on strings: count pieces and pairs, merge the best everywhere, start again. */
function recountingTrainer(words: ReadonlyMap<string, number>): WordPieceMerge[] {
  const order = wordPieceAlphabet(words);
  const spelt = Array.from(words, ([word, count]) => ({
    pieces: [...word].map((character, i) => (i === 0 ? character : `##${character}`)),
    count
  }));
  const merges: WordPieceMerge[] = [];
  for (;;) {
    const pieceCounts = new Map<string, number>();
    const pairs = new Map<string, {left: string; right: string; count: number}>();
    for (const {pieces, count} of spelt)
      pieces.forEach((left, i) => {
        pieceCounts.set(left, (pieceCounts.get(left) ?? 0) + count);
        const right = pieces[i + 1];
        if (right === undefined) return;
        const pair = pairs.get(`${left} ${right}`) ?? {left, right, count: 0};
        pairs.set(`${left} ${right}`, {...pair, count: pair.count + count});
      });
    const best = [...pairs.values()]
      .filter(({left, right, count}) => count >= 2 && !order.includes(left + right.slice(2)))
      .map((pair) => ({
        ...pair,
        score: pair.count / (pieceCounts.get(pair.left)! * pieceCounts.get(pair.right)!)
      }))
      .sort(
        (a, b) =>
          b.score - a.score ||
          b.count - a.count ||
          order.indexOf(a.left) - order.indexOf(b.left) ||
          order.indexOf(a.right) - order.indexOf(b.right)
      )[0];
    if (!best) return merges;
    const piece = best.left + best.right.slice(2);
    for (const {pieces} of spelt)
      for (let i = 0; i + 1 < pieces.length; i++)
        if (pieces[i] === best.left && pieces[i + 1] === best.right) pieces.splice(i, 2, piece);
    order.push(piece);
    merges.push({
      ...best,
      piece,
      length: spelt.reduce((sum, {pieces, count}) => sum + pieces.length * count, 0)
    });
  }
}

describe("learnWordPieces", () => {
  it("learns the Hugging Face course's example as worked by hand", () => {
    expect(wordPieceAlphabet(hugs)).toEqual(["b", "h", "p", "##g", "##n", "##s", "##u"]);
    const merges = [...learnWordPieces(hugs)].map(({left, right, piece, count, score, length}) => [
      `${left} ${right}`,
      piece,
      count,
      1 / score,
      length
    ]);
    const row = (pair: string, piece: string, count: number, inverse: number, length: number) => [
      pair,
      piece,
      count,
      expect.closeTo(inverse, 9),
      length
    ];
    expect(merges).toEqual([
      row("##g ##s", "##gs", 5, 20, 108),
      row("p ##u", "pu", 17, 36, 91),
      row("h ##u", "hu", 15, 19, 76),
      row("b ##u", "bu", 4, 4, 72),
      row("hu ##gs", "hugs", 5, 15, 67),
      row("hu ##g", "hug", 10, 15, 57),
      row("bu ##n", "bun", 4, 16, 53),
      row("pu ##n", "pun", 12, 17, 41),
      row("pu ##g", "pug", 5, 5, 36)
    ]);
  });

  it("learns what a trainer that counts everything again learns", () => {
    const text = fc.string({unit: fc.constantFrom("a", "b", "c", "a", " ", "é", "."), maxLength: 100});
    fc.assert(
      fc.property(text, (text) => {
        const words = countBertWords(text);
        fc.pre(words.size > 0);
        expect([...learnWordPieces(words)]).toEqual(recountingTrainer(words));
      }),
      {numRuns: 150}
    );
  });

  it("passes words over that the tokenizer would not look at", () => {
    const words = new Map([
      ["ab", 2],
      ["x".repeat(101), 9],
      ["y\uD83D", 9]
    ]);
    expect([...learnWordPieces(words)].map(({piece}) => piece)).toEqual(["ab"]);
    expect(wordPieceAlphabet(words)).toEqual(["a", "##b"]);
  });
});

describe("trainWordPieceTokenizer", () => {
  it("gives the same tokenizer for the same text, and for its counts", () => {
    const text = "the cat sat on the mat, the rat sat on the cat";
    const options = {vocabularySize: 17, padding: "[PAD]"};
    const tokenizer = trainWordPieceTokenizer(text, options);
    expect(tokenizer.vocabulary).toHaveLength(18);
    expect(tokenizer.vocabulary[0]).toBe("[UNK]");
    expect(tokenizer.paddingId).toBe(17);
    expect(tokenizer.encode(text).unknown).toEqual([]);
    expect(trainWordPieceTokenizer(text, options).toJSON()).toEqual(tokenizer.toJSON());
    expect(trainWordPieceTokenizer(countBertWords(text), options).toJSON()).toEqual(tokenizer.toJSON());
  });

  it("refuses a text without words, and a size without room for the characters", () => {
    expect(() => trainWordPieceTokenizer(" \n", {vocabularySize: 100})).toThrow(/no words/);
    for (const vocabularySize of [7, 65_537, 20.5, Number.NaN])
      expect(() => trainWordPieceTokenizer(hugs, {vocabularySize})).toThrow(
        `vocabularySize is ${vocabularySize}; [UNK] and the characters that begin or continue words in this text alone need 8,`
      );
    expect(trainWordPieceTokenizer(hugs, {vocabularySize: 8}).vocabulary).toHaveLength(8);
  });
});
