import {describe, expect, it} from "vitest";
import {emojiQuestion, entropyBits, textFacts} from "../../../src/components/chapters/text/facts.js";
import {
  bytePairCurve,
  MERGES,
  mergesOf,
  STAGES,
  studyText
} from "../../../src/components/chapters/text/study.js";
import {KINDS, tokenizersOf} from "../../../src/components/chapters/text/tokenizers.js";
import {writeStories} from "../../../src/components/corpus/storyText.js";
import {compressionCurve} from "../../../src/components/text/compression.js";
import {wordFrequencies} from "../../../src/components/text/frequencies.js";
import {trainTokenizer} from "../../../src/components/text/trainTokenizer.js";

const text = writeStories({seed: 3, length: 60_000}).text();
const study = studyText("stories", text);

describe("studyText", () => {
  it("learns what the tokenizers of the same text are trained to", () => {
    const tokenizers = tokenizersOf(study, 400);
    for (const kind of KINDS) {
      const trained = trainTokenizer(text, {kind, vocabularySize: 400});
      expect(tokenizers[kind].vocabulary).toEqual(trained.vocabulary);
      expect(tokenizers[kind].encode(study.sentence)).toEqual(trained.encode(study.sentence));
    }
  });

  it("measures the compression that the components measure", () => {
    const size = 256 + mergesOf(study).length;
    expect(bytePairCurve(study)).toEqual(compressionCurve(text, {kind: "byte-pair", vocabularySize: size}));
    const pieces = compressionCurve(text, {kind: "word-piece", vocabularySize: 256 + MERGES});
    expect(study.pieceCurve[1]).toEqual(pieces[20]);
    expect(study.pieceCurve.at(-1)).toEqual(pieces.at(-1));
  });

  it("keeps the first ranks of words, the last, and fewer between", () => {
    const all = wordFrequencies(text);
    const {frequencies, kinds, total} = study.words;
    expect(kinds).toBe(all.length);
    expect(total).toBe(all.reduce((sum, {count}) => sum + count, 0));
    expect(frequencies.slice(0, 60)).toEqual(all.slice(0, 60));
    expect(frequencies.at(-1)).toEqual(all.at(-1));
    expect(frequencies.length).toBeLessThan(all.length);
    for (const one of frequencies) expect(all[one.rank - 1]).toEqual(one);
  });

  it("says which stage it is at, once each", () => {
    const stages: number[] = [];
    studyText("short", "a hen, a hen", (stage) => stages.push(stage));
    expect(stages).toEqual(STAGES.map((_, i) => i));
  });

  it("takes a text that teaches nothing, and refuses one without words", () => {
    const tiny = studyText("tiny", "x");
    expect(tiny.merges).toEqual([]);
    expect(tokenizersOf(tiny, 512)["byte-pair"].vocabulary).toHaveLength(256);
    expect(() => studyText("blank", " \n ")).toThrow(/no words/);
  });

  it("fits a file of 60 kB for a text of a megabyte", () => {
    const whole = studyText("story grammar", writeStories({seed: 1, length: 1e6}).text());
    expect(JSON.stringify(whole).length).toBeLessThan(60_000);
    expect(JSON.parse(JSON.stringify(whole))).toEqual(whole);
  });
});

describe("textFacts", () => {
  it("computes the numbers of the prose", () => {
    const facts = textFacts(study);
    expect(facts.characters).toBe(text.length); // the stories are ASCII
    expect(facts.kinds).toBe(new Set(text).size);
    expect(facts.entropy).toBeLessThan(facts.evenBits);
    const words = wordFrequencies(text);
    expect(facts.topWords).toBeCloseTo(
      words.slice(0, 10).reduce((sum, {share}) => sum + share, 0),
      12
    );
    const {count, parts} = facts.firstMerge;
    expect(parts).toEqual(["‘h’", "‘e’"]);
    expect(count).toBe(text.split("he").length - 1);
    expect(facts.first.vocabularySize).toBe(512);
    expect(facts.bytes).toMatchObject({vocabularySize: 256, compression: 1});
    // "Further tokens help less and less."
    expect(facts.last.compression - facts.first.compression).toBeLessThan(
      ((facts.first.compression - 1) * (facts.last.vocabularySize - 512)) / 256
    );
    expect(facts.reads).toBe("");
    expect(textFacts({...study, reads: "character"}).reads).toBe("This site’s model reads characters.");
  });

  it("measures entropy in bits", () => {
    expect(entropyBits([{share: 0.5}, {share: 0.25}, {share: 0.25}])).toBe(1.5);
    expect(entropyBits([{share: 1}, {share: 0}])).toBe(0);
    expect(entropyBits(Array.from({length: 64}, () => ({share: 1 / 64})))).toBeCloseTo(6, 12);
  });
});

describe("emojiQuestion", () => {
  it("has one right answer, which the tokenizers give", () => {
    const {text: sentence, choices, right, isKnown, characters} = emojiQuestion(study);
    const counts = KINDS.map(
      (kind) => trainTokenizer(text, {kind, vocabularySize: 512}).encode(sentence).ids.length
    );
    expect(choices[right]).toBe(`${counts[0]} characters, ${counts[1]} byte pairs, ${counts[2]} word pieces`);
    expect(new Set(choices).size).toBe(4);
    expect(isKnown).toBe(false);
    expect(counts[0]).toBe(characters - 1);
  });
});
