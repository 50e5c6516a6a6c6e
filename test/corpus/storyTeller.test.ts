import fc from "fast-check";
import {describe, expect, it} from "vitest";
import {
  EndOfText,
  readingTeller,
  type Teller,
  writingTeller
} from "../../src/components/corpus/storyTeller.js";
import {createRandom} from "../../src/components/random.js";

/** A grammar small enough to enumerate: weights, shared beginnings, a choice that depends on another. */
function tellSmall({pick, say, choose}: Teller): void {
  const pet = choose(
    ["a cat", "a camel", "an owl"],
    (word) => word,
    (word) => word.length
  );
  say(" ");
  if (pet === "a cat") pick("sat", "sang", "slept");
  else pick("sat", "stood");
  say(".");
}
const probabilities = new Map([
  ["a cat sat.", 5 / 18 / 3],
  ["a cat sang.", 5 / 18 / 3],
  ["a cat slept.", 5 / 18 / 3],
  ["a camel sat.", 7 / 18 / 2],
  ["a camel stood.", 7 / 18 / 2],
  ["an owl sat.", 6 / 18 / 2],
  ["an owl stood.", 6 / 18 / 2]
]);

const massOf = (prefix: string): number =>
  [...probabilities].reduce((sum, [text, p]) => sum + (text.startsWith(prefix) ? p : 0), 0);

function read(text: string) {
  const telling = readingTeller(text);
  try {
    tellSmall(telling.teller);
    return {characters: telling.characters, next: null};
  } catch (error) {
    if (!(error instanceof EndOfText)) throw error;
    return {characters: telling.characters, next: error.next};
  }
}

describe("a teller", () => {
  it("gives each character the probability that enumerating all texts gives it", () => {
    for (const text of probabilities.keys()) {
      const {characters} = read(text);
      expect(characters).toHaveLength(text.length);
      characters.forEach((logProbability, i) => {
        expect(Math.exp(logProbability)).toBeCloseTo(
          massOf(text.slice(0, i + 1)) / massOf(text.slice(0, i)),
          12
        );
      });
    }
  });

  it("writes texts with the frequencies of their probabilities", () => {
    const random = createRandom(3);
    const counts = new Map<string, number>();
    for (let i = 0; i < 20_000; i++) {
      const telling = writingTeller(random);
      tellSmall(telling.teller);
      counts.set(telling.text(), (counts.get(telling.text()) ?? 0) + 1);
    }
    let chiSquared = 0;
    for (const [text, p] of probabilities)
      chiSquared += ((counts.get(text) ?? 0) - 20_000 * p) ** 2 / (20_000 * p);
    expect(counts.size).toBe(probabilities.size);
    expect(chiSquared).toBeLessThan(22.5); // 99.9 % of samples at 6 degrees of freedom
  });

  it("says what may come next where a text stops or leaves the grammar", () => {
    const stopped = read("a ca");
    expect(stopped.characters).toHaveLength(4);
    expect(stopped.next!.get("t")).toBeCloseTo(5 / 12, 12);
    expect(stopped.next!.get("m")).toBeCloseTo(7 / 12, 12);
    const left = read("a dog");
    expect(left.characters).toHaveLength(2);
    expect([...left.next!]).toEqual([["c", 1]]);
  });

  it("refuses alternatives of which one begins another, whichever is drawn", () => {
    const {teller} = writingTeller(createRandom(1));
    expect(() => teller.pick("Ann", "Ben", "Anna")).toThrow(/"Ann" is a prefix of "Anna"/);
    expect(() => teller.pick("same", "same")).toThrow(/prefix/);
    expect(() => teller.pick("", "a")).toThrow(/prefix/);
    expect(() => teller.choose([], String)).toThrow(/at least one/);
  });

  it("accepts exactly the prefix-free lists", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({unit: fc.constantFrom("a", "b"), minLength: 1}), {minLength: 1}),
        (texts) => {
          const prefixFree = texts.every((a, i) => texts.every((b, j) => i === j || !b.startsWith(a)));
          const telling = () => writingTeller(createRandom(1)).teller.pick(...texts);
          if (prefixFree) telling();
          else expect(telling).toThrow(/prefix/);
        }
      )
    );
  });
});
