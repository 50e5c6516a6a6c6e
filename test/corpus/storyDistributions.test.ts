import {describe, expect, test} from "vitest";
import {storyDistributions} from "../../src/components/corpus/storyDistributions.js";
import {readStories, writeStories} from "../../src/components/corpus/storyText.js";
import {characterTokenizer} from "../../src/components/text/characterTokenizer.js";

const {text, characters} = (() => {
  const telling = writeStories({seed: 11, length: 60_000});
  return {text: telling.text(), characters: telling.characters};
})();
const tokenizer = characterTokenizer([...new Set(writeStories({seed: 1, length: 200_000}).text())].sort());
const idOf = (character: string) => tokenizer.vocabulary.indexOf(character);

describe("of whole stories", () => {
  const {offsets, ids, probabilities} = storyDistributions(text, "", tokenizer)!;

  test("are known at every place, sum to 1, and give what stands there its own probability", () => {
    expect(offsets).toHaveLength(text.length + 1);
    for (let i = 0; i < text.length; i++) {
      let [sum, own] = [0, 0];
      for (let k = offsets[i]!; k < offsets[i + 1]!; k++) {
        sum += probabilities[k]!;
        if (ids[k] === idOf(text[i]!)) own += probabilities[k]!;
      }
      if (Math.abs(sum - 1) > 1e-9) expect(sum).toBeCloseTo(1, 9);
      if (Math.abs(Math.log(own) - characters[i]!) > 1e-9)
        expect(Math.log(own)).toBeCloseTo(characters[i]!, 9);
    }
  });

  test("written stories match them: surprise and entropy agree as far as chance lets them", () => {
    // Surprise − entropy is a martingale difference: its sum over n places has the sum of the variances.
    let [difference, variance] = [0, 0];
    for (let i = 0; i < text.length; i++) {
      let [entropy, square] = [0, 0];
      for (let k = offsets[i]!; k < offsets[i + 1]!; k++) {
        const [p, nats] = [probabilities[k]!, -Math.log(probabilities[k]!)];
        entropy += p * nats;
        square += p * nats * nats;
      }
      difference += -characters[i]! - entropy;
      variance += square - entropy * entropy;
    }
    expect(Math.abs(difference)).toBeLessThan(4 * Math.sqrt(variance));
  });
});

test("the first characters of stories come as often as they should", () => {
  const stories = writeStories({seed: 2, length: 400_000}).text().split("\n\n").slice(0, -1);
  const next = readStories("").next;
  let chiSquare = 0;
  for (const [character, p] of next) {
    const seen = stories.filter((story) => story[0] === character).length;
    chiSquare += (seen - p * stories.length) ** 2 / (p * stories.length);
  }
  const freedom = next.size - 1;
  expect(chiSquare).toBeLessThan(freedom + 4 * Math.sqrt(2 * freedom));
});

test("a text that begins inside a story is read on from what came before", () => {
  const at = text.indexOf("\n\n", 900) + 25;
  const cut = storyDistributions(text.slice(at, at + 500), text.slice(0, at), tokenizer)!;
  const whole = storyDistributions(text, "", tokenizer)!;
  expect(cut.offsets).toHaveLength(501);
  const [from, to] = [whole.offsets[at]!, whole.offsets[at + 500]!];
  expect(cut.probabilities).toEqual(whole.probabilities.slice(from, to));
  expect(cut.ids).toEqual(whole.ids.slice(from, to));
});

test("a text that leaves the grammar is known up to there, and a foreign one not at all", () => {
  const left = storyDistributions(`${text.slice(0, 40)}#${text.slice(40, 80)}`, "", tokenizer)!;
  expect(left.offsets).toHaveLength(41);
  expect(storyDistributions("Call me Ishmael.", "#", tokenizer)).toBeNull();
});

test("tokens that are not characters, or an alphabet that lacks some, have none", () => {
  expect(storyDistributions(text, "", {kind: "byte-pair", vocabulary: tokenizer.vocabulary})).toBeNull();
  expect(storyDistributions(text, "", {kind: "character", vocabulary: [..."abc"]})).toBeNull();
});
