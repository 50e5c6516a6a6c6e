import fc from "fast-check";
import {beforeAll, describe, expect, it} from "vitest";
import {readStories, writeStories} from "../../src/components/corpus/storyText.js";

const numerals = "no one two three four five six seven eight nine ten".split(" ");
const number = (word: string): number => {
  const value = numerals.indexOf(word.toLowerCase());
  if (value < 0) throw new Error(`${word} is not a number`);
  return value;
};
const anyNumber = numerals.join("|");

/** Whole stories of many seeds; what they must satisfy is read off the text alone. */
let stories: string[];
beforeAll(() => {
  const texts = Array.from({length: 6}, (_, seed) => writeStories({seed, length: 50_000}).text());
  stories = texts.flatMap((text) => text.trimEnd().split("\n\n"));
});

/** All matches in all stories, and at least `atLeast` of them, so that no check passes for want of cases. */
function matches(pattern: RegExp, atLeast: number): RegExpMatchArray[] {
  const found = stories.flatMap((story) => [...story.matchAll(pattern)]);
  expect(found.length, `cases of ${pattern}`).toBeGreaterThanOrEqual(atLeast);
  return found;
}

describe("the exact probabilities", () => {
  it("sum to the same over characters and over choices", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const {characters, choices, text} = writeStories({seed, length: 2000});
        const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
        expect(characters).toHaveLength(text().length);
        expect(Math.abs(sum(characters) / sum(choices) - 1)).toBeLessThan(1e-9);
      }),
      {numRuns: 30}
    );
  });

  it("are the same when the text is followed as when it was written", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const {characters, text} = writeStories({seed, length: 1500});
        expect(readStories(text()).logProbabilities).toEqual(characters);
      }),
      {numRuns: 30}
    );
  });

  it("belong to a distribution over the next character at every place", () => {
    const {characters, text} = writeStories({seed: 5, length: 1200});
    for (let i = 0; i < text().length; i++) {
      const {next, logProbabilities} = readStories(text().slice(0, i));
      expect(logProbabilities).toHaveLength(i);
      expect([...next.values()].reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12);
      expect(Math.log(next.get(text()[i]!)!)).toBeCloseTo(characters[i]!, 12);
    }
  });

  it("end where a text leaves the grammar", () => {
    const text = writeStories({seed: 9, length: 400}).text();
    for (const i of [0, 7, 100, 399]) {
      const {logProbabilities} = readStories(`${text.slice(0, i)}#${text.slice(i + 1)}`);
      expect(logProbabilities).toHaveLength(i);
    }
  });

  it("are reproduced by the seed, and only by it", () => {
    const text = (seed: number) => writeStories({seed, length: 3000}).text();
    expect(text(4)).toBe(text(4));
    expect(text(4)).not.toBe(text(5));
  });
});

describe("the stories", () => {
  it("are short, use a small alphabet, and end as sentences do", () => {
    const lengths = stories.map((story) => story.length);
    expect(lengths.reduce((sum, length) => sum + length, 0) / stories.length).toBeGreaterThan(250);
    expect(lengths.reduce((sum, length) => sum + length, 0) / stories.length).toBeLessThan(500);
    expect(Math.min(...lengths)).toBeGreaterThan(120);
    const alphabet = [...new Set(stories.join("\n"))].sort().join("");
    expect(alphabet).toBe("\n !\"',.?ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
    for (const story of stories) {
      expect(story).toMatch(/^[A-Z].*[.!?]"?$/);
      expect(story).not.toMatch(/ {2}|\n| [.,?!]|\.(" | )[a-z]/);
    }
  });

  it("close every quotation they open, before the sentence goes on", () => {
    let quotations = 0;
    for (const story of stories) {
      const marks = [...story.matchAll(/"/g)].map(({index}) => index);
      expect(marks.length % 2, story).toBe(0);
      for (let i = 0; i < marks.length; i += 2) {
        expect(story[marks[i]! - 1] ?? " ").toBe(" ");
        expect(story[marks[i]! + 1]).toMatch(/[A-Z]/);
        expect(story[marks[i + 1]! - 1]).toMatch(/[.,!?]/);
        expect(story[marks[i + 1]! + 1] ?? " ").toBe(" ");
        quotations++;
      }
    }
    expect(quotations).toBeGreaterThan(500);
  });

  it("speak of their hero again, by name and with the same pronoun", () => {
    const gender = new Map<string, string>();
    const heroes = stories.map((story) => {
      const hero =
        /named (?<name>\w+)\./.exec(story) ??
        /tale about (?<name>\w+),/.exec(story) ??
        /^(?<name>\w+) was a/.exec(story);
      const name = hero!.groups!.name!;
      const child = / (boy|girl) /.exec(story)![1]!;
      expect(gender.get(name) ?? child, `${name} is always a ${child}`).toBe(child);
      gender.set(name, child);
      expect(story.split(new RegExp(`\\b${name}\\b`)).length - 1, story).toBeGreaterThanOrEqual(3);
      return name;
    });
    expect(gender.size).toBeGreaterThan(35);

    let checked = 0;
    stories.forEach((story, i) => {
      const child = gender.get(heroes[i]!)!;
      const others = [...gender.keys()].filter((name) => new RegExp(`\\b${name}\\b`).test(story));
      if (others.some((name) => gender.get(name) !== child)) return;
      expect(story).not.toMatch(child === "boy" ? /\b(she|her|hers)\b/i : /\b(he|him|his)\b/i);
      checked++;
    });
    expect(checked).toBeGreaterThan(300);
  });

  it("agree in number: nouns, verbs, articles", () => {
    for (const story of stories) {
      expect(story).not.toMatch(/\b(one|there was) \w+ were\b/i);
      expect(story).not.toMatch(/\b(two|three|four|five|six|no) \w+ was\b/i);
      expect(story).not.toMatch(/\bone (\w+s|geese|boxes)\b/);
      expect(story).not.toMatch(/\bis (two|three|four|five) for you|are one for you\b/);
      expect(story).not.toMatch(/\ba [aeiou]|\ban [^aeiou]/i);
    }
    matches(/one \w+ was left/g, 10);
    matches(/(no|two|three) \w+ were left/g, 10);
  });
});

describe("what is counted comes out", () => {
  it("when something is given away", () => {
    const given = `(?:"May I have (${anyNumber})\\?" asked \\w+\\. "Of course," said \\w+|"Here (?:is|are) (${anyNumber}) for you," said \\w+|\\w+ gave (${anyNumber}) of them to \\w+)`;
    const left = `(?:Now \\w+ had (${anyNumber}) (\\w+) and \\w+ had (${anyNumber})|Then \\w+ had (${anyNumber}) (\\w+) left)\\.`;
    const pattern = new RegExp(
      `had (${anyNumber}) \\w+ (\\w+)\\. [^"]*?, who had none\\. ${given}\\. ${left}`,
      "g"
    );
    for (const [, had, many, asked, offered, gave, kept, thing, received, alone, aloneThing] of matches(
      pattern,
      60
    )) {
      const gift = number((asked ?? offered ?? gave)!);
      expect(number((kept ?? alone)!)).toBe(number(had!) - gift);
      if (received) expect(number(received)).toBe(gift);
      if (number((kept ?? alone)!) > 1) expect(thing ?? aloneThing).toBe(many);
      else expect(thing ?? aloneThing).not.toBe(many);
    }
  });

  it("when things are gathered in two places", () => {
    const pattern = new RegExp(
      `(\\w+)\\. (?:He|She) found (${anyNumber}) [^.]* and (${anyNumber}) [^.]*\\. (?:"Now I have|That made|So \\w+ had) (${anyNumber}) (\\w+)`,
      "g"
    );
    for (const [, things, first, second, sum, same] of matches(pattern, 60)) {
      expect(number(first!) + number(second!)).toBe(number(sum!));
      expect(same).toBe(things);
    }
  });

  it("when something is missing", () => {
    const pattern = new RegExp(
      `needed (${anyNumber}) (\\w+), but s?he had only (${anyNumber})\\. "(?:Can I have|May I have|I need) (${anyNumber}) .*? (?:Now|Then) \\w+ had (${anyNumber}) (\\w+), so`,
      "g"
    );
    for (const [, needed, things, had, asked, now, same] of matches(pattern, 60)) {
      expect(number(had!) + number(asked!)).toBe(number(needed!));
      expect(now).toBe(needed);
      expect(same).toBe(things);
    }
  });

  it("when animals leave", () => {
    const pattern = new RegExp(
      `saw (${anyNumber}) (\\w+) .*? Then (${anyNumber}) .*?\\?" asked [^"]*"(${anyNumber})," said \\w+\\. Then (${anyNumber}) more .*? (?:Now|So) (${anyNumber}) `,
      "gi"
    );
    for (const [, had, , gone, seen, more, left] of matches(pattern, 60)) {
      expect(number(seen!)).toBe(number(had!) - number(gone!));
      expect(number(left!)).toBe(number(seen!) - number(more!));
    }
  });

  it("when coins are shared", () => {
    const pattern = new RegExp(
      `Inside were (${anyNumber}) coins\\. \\w+ kept (${anyNumber}) and gave (${anyNumber}) to`,
      "g"
    );
    for (const [, coins, kept, gave] of matches(pattern, 30)) {
      expect(kept).toBe(gave);
      expect(2 * number(kept!)).toBe(number(coins!));
    }
  });

  it("and a lost thing is asked for as what was lost, and is where it was said to be", () => {
    const pattern =
      /lost (?:his|her) (\w+ \w+)\. .*?"(?:Where is|Have you seen) my (\w+ \w+)\?" .*?"(?:The|I saw your) (\w+ \w+) (?:is )?([^"]*)," said \w+\. (.*?)[.!] /g;
    for (const [, lost, asked, answered, place, found] of matches(pattern, 60)) {
      expect(asked).toBe(lost);
      expect(answered).toBe(lost);
      expect(found).toContain(place);
    }
  });
});
