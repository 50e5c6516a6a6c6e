import {describe, expect, it} from "vitest";
import {habitKeys, habits} from "../../../src/components/chapters/heads/habits.js";
import {readPassage} from "../../../src/components/chapters/heads/reading.js";

const passage = (text: string) => {
  const tokens = [...text];
  return {tokens, ids: tokens.map((token) => token.codePointAt(0)!)};
};
/** What a habit looks at from the query at `at`, as text with places. */
const looks = (key: string, text: string, at: number) =>
  habitKeys(passage(text))[habits.findIndex((habit) => habit.key === key)]![at];

describe("the structure of a text", () => {
  const text = 'Ann ran. "Hi, you!" said Bo.';
  const {wordStart, sentenceEnd, openQuote} = readPassage(passage(text));

  it("knows where words start", () => {
    expect([...wordStart].slice(0, 9)).toEqual([-1, -1, -1, -1, 4, 4, 4, -1, -1]);
    expect(wordStart[text.indexOf("ou!")]).toBe(text.indexOf("you"));
  });

  it("knows where the sentence before ended", () => {
    expect(sentenceEnd[5]).toBe(-1);
    expect(sentenceEnd[text.indexOf("Hi")]).toBe(7);
    expect(sentenceEnd[text.indexOf("said")]).toBe(text.indexOf("!"));
  });

  it("knows where sentences and quotations begin", () => {
    const {beginsSentence} = readPassage(passage(text));
    const begins = [...text].filter((character, t) => beginsSentence[t] && /\p{Lu}/u.test(character));
    expect(begins.join("")).toBe("AH");
  });

  it("knows which mark opens a quotation and which closes it", () => {
    const open = text.indexOf('"');
    const close = text.lastIndexOf('"');
    for (let t = 0; t < text.length; t++) expect(openQuote[t]).toBe(t >= open && t < close ? open : -1);
  });

  it("reads tokens of several characters", () => {
    const {wordStart, openQuote} = readPassage({tokens: ["The", " do", "or", ",", ' "', "No", '!"', " he"]});
    expect([...wordStart]).toEqual([-1, 1, 1, -1, -1, 5, -1, 7]);
    expect([...openQuote]).toEqual([-1, -1, -1, -1, 4, 4, -1, -1]);
  });

  it("reads curved marks", () => {
    expect([...readPassage(passage("a“b”c")).openQuote]).toEqual([-1, 1, 1, -1, -1]);
  });
});

describe("where somebody with a habit looks", () => {
  it("looks at itself, the one before, a few back and the first", () => {
    expect(looks("itself", "abcdef", 3)).toEqual([3]);
    expect(looks("previous", "abcdef", 3)).toEqual([2]);
    expect(looks("recent", "abcdef", 5)).toEqual([3, 2, 1]);
    expect(looks("first", "abcdef", 5)).toEqual([0]);
    expect(looks("first", "abcdef", 3)).toEqual([]);
  });

  it("looks at the start of the word and the gap before it", () => {
    expect(looks("wordStart", "a bread", 5)).toEqual([2]);
    expect(looks("wordStart", "a bread", 3)).toEqual([]);
    expect(looks("gap", "a bread", 3)).toEqual([1]);
  });

  it("looks for the same token, not counting the one just before", () => {
    expect(looks("same", "abaaba", 5)).toEqual([0, 2, 3]);
  });

  it("looks at what followed the same three tokens", () => {
    expect(looks("induction", "xabcd..abc", 9)).toEqual([4]);
    expect(looks("induction", "xabcd..bbc", 9)).toEqual([]);
  });

  it("looks at what followed in a name with the same beginning", () => {
    const text = "So Dan saw a Dane. Then Da";
    expect(looks("name", text, text.length - 1)).toEqual([text.indexOf("Dan") + 2, text.indexOf("Dane") + 2]);
    expect(looks("name", "so dan saw da", 12)).toEqual([]);
  });

  it("takes a capital for a name only where no sentence begins, and never “I”", () => {
    const began = "Dan ran. Da";
    expect(looks("name", began, began.length - 1)).toEqual([]);
    const quoted = 'A Dan said, "Da';
    expect(looks("name", quoted, quoted.length - 1)).toEqual([]);
    const after = 'A Dan. "Hi," Da';
    expect(looks("name", after, after.length - 1)).toEqual([4]);
    const own = "so I and I go";
    expect(looks("name", own, own.lastIndexOf("I"))).toEqual([]);
    const whole = [" saw", " Dan", " and", " then", " Dan"];
    const ids = whole.map((token) => whole.indexOf(token));
    const name = habits.findIndex((habit) => habit.key === "name");
    expect(habitKeys({tokens: whole, ids})[name]![4]).toEqual([2]);
  });

  it("looks for the open quotation mark, and for closing only after a stop", () => {
    const text = 'A "Go, Bo!" x';
    const bang = text.indexOf("!");
    expect(looks("quote", text, bang)).toEqual([2]);
    expect(looks("closing", text, bang)).toEqual([2]);
    expect(looks("closing", text, bang - 1)).toEqual([]);
    expect(looks("quote", text, text.length - 1)).toEqual([]);
  });

  it("never looks ahead", () => {
    const text = 'Ann and Ann. "Go, Ann!" said Ann and Anna. Then Anna went.';
    for (const queries of habitKeys(passage(text)))
      queries.forEach((keys, t) => void expect(keys.every((key) => key >= 0 && key <= t)).toBe(true));
  });
});
