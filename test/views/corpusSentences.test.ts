import {expect, it} from "vitest";
import {trainTokenizer} from "../../src/components/text/trainTokenizer.js";
import {learntFrom, lossBounds, unknownUnitsOf} from "../../src/components/views/corpusSentences.js";
import {tinyCorpus} from "../training/corpus.js";

const {meta} = tinyCorpus(); // a text as CORPUS names one: its source is unknown
const stories = {...meta, name: "story grammar", floor: {train: 0.71, val: 0.7249}};

it("names the text that a model learnt from, and claims a known source only where there is one", () => {
  expect(learntFrom(stories)).toMatch(
    /learnt from the text of a story grammar whose every probability is known/
  );
  const foreign = learntFrom({...meta, name: "tinyshakespeare.txt"});
  expect(foreign).toMatch(/learnt from tinyshakespeare\.txt\. Nobody knows/);
  expect(foreign).not.toMatch(/stor|grammar/);
});

it("speaks of a floor only where there is one", () => {
  expect(lossBounds(stories)).toMatch(/\(story grammar\) you also see the floor, 0\.72 nats a character,/);
  expect(lossBounds({...meta, name: "tinyshakespeare.txt"})).toMatch(/\(tinyshakespeare\.txt\) are unknown/);
  expect(lossBounds(meta)).not.toMatch(/floor/);
});

it("says what of the text the tokenizer does not know, in words for word pieces", () => {
  const unknown = {
    total: 4,
    kinds: 2,
    list: [
      {text: "dog", count: 3},
      {text: "é", count: 1}
    ]
  };
  expect(lossBounds({...meta, name: "tales", unknown})).toBe(
    "How low it could go nobody knows: of the site's own text (tales) the tokens do not say everything. Its tokenizer does not know ‘dog’ (3 times) and ‘é’; they are left out."
  );
  const tokenizer = trainTokenizer("a cat", {kind: "word-piece", vocabularySize: 7}).toJSON();
  expect(unknownUnitsOf({unknown, tokenizer})).toBe(
    "Its tokenizer cannot spell ‘dog’ (3 times) and ‘é’: [UNK] stands in their place."
  );
  expect(unknownUnitsOf(meta)).toBeNull();
});

it("gives the floor of other tokens by character too", () => {
  const tokenizer = trainTokenizer("abab", {kind: "byte-pair", vocabularySize: 257}).toJSON();
  const counts = {...meta.counts, val: 100, valCharacters: 250};
  expect(lossBounds({...stories, tokenizer, counts, floor: {train: 2, val: 2}})).toMatch(
    /the floor, 2\.00 nats a token \(0\.80 a character\), that/
  );
});
