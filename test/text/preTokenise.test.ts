import fc from "fast-check";
import {expect, it} from "vitest";
import {countPreTokens, forEachPreToken, preTokenise} from "../../src/components/text/preTokenise.js";

const anyCodePoint = fc
  .oneof(fc.integer({min: 0, max: 0xffff}), fc.integer({min: 0, max: 0x10ffff}))
  .map((point) => String.fromCodePoint(point));

it.each<[string, string[]]>([
  ["", []],
  ["Hello world", ["Hello", " world"]],
  ["I'll we've you're he'd it's", ["I", "'ll", " we", "'ve", " you", "'re", " he", "'d", " it", "'s"]],
  ["I'm DON'T ' s", ["I", "'m", " DON", "'", "T", " '", " s"]],
  ["a  b", ["a", " ", " b"]],
  ["a   \n b", ["a", "   \n", " b"]],
  ["a\n\nb", ["a", "\n", "\n", "b"]],
  ["a\tb", ["a", "\t", "b"]],
  ["tail  ", ["tail", "  "]],
  ["  's", [" ", " '", "s"]],
  ["x=1,234.5%", ["x", "=", "1", ",", "234", ".", "5", "%"]],
  ["_foo__bar", ["_", "foo", "__", "bar"]],
  ["¿qué? naïve", ["¿", "qué", "?", " naïve"]],
  ["e\u0301", ["e", "\u0301"]],
  ["日本語 テスト。", ["日本語", " テスト", "。"]],
  ["x² ½ Ⅷ", ["x", "²", " ½", " Ⅷ"]],
  [" 😀😀 ok", [" 😀😀", " ok"]],
  ["𝒳𝒴 𝟙", ["𝒳𝒴", " 𝟙"]],
  ["a\u00A0b", ["a", "\u00A0", "b"]],
  ["\u0085a\uFEFFb", ["\u0085", "a", "\uFEFF", "b"]],
  ["a\uD800b", ["a", "\uD800", "b"]]
])("splits %j as GPT-2 does", (text, expected) => {
  expect(preTokenise(text)).toEqual(expected);
});

it("leaves nothing out and gives no empty pre-token, for any text", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({unit: anyCodePoint}),
        fc.string({unit: fc.constantFrom(" ", "\n", "'", "s", "l", "1", "!", "é", "😀", "\uD83D", "\uDE00")})
      ),
      (text) => {
        const preTokens = preTokenise(text);
        expect(preTokens.join("")).toBe(text);
        expect(preTokens).not.toContain("");
      }
    )
  );
});

it("says where each pre-token starts, also when a visit splits another text", () => {
  const starts: number[] = [];
  forEachPreToken("a bc😀 d", (_, start) => {
    starts.push(start);
    preTokenise("another text");
  });
  expect(starts).toEqual([0, 1, 4, 6]);
});

it("counts pre-tokens in order of first appearance", () => {
  expect([...countPreTokens("the cat the hat the")]).toEqual([
    ["the", 1],
    [" cat", 1],
    [" the", 2],
    [" hat", 1]
  ]);
});

it("cuts runs after 100,000 characters, so that none is too long for a regular expression", () => {
  const lengths = (text: string) => preTokenise(text).map((preToken) => preToken.length);
  expect(lengths(` ${"あ".repeat(99_999)}x y`)).toEqual([100_001, 2]);
  expect(lengths("あ".repeat(250_000))).toEqual([100_000, 100_000, 50_000]);
  expect(lengths("😀".repeat(150_000))).toEqual([200_000, 100_000]);
  expect(lengths("7".repeat(5_000_000))).toHaveLength(50);
  expect(lengths(`${" ".repeat(5_000_000)}x`).slice(-2)).toEqual([99_999, 2]);
});
