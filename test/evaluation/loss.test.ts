import {expect, test} from "vitest";
import {lossOf} from "../../src/components/evaluation/loss.js";

test("tells one loss in three units", () => {
  // Ten tokens of two characters, each met with probability 1/4: two bits a token, one a character.
  const {nats, perplexity, bitsPerCharacter} = lossOf(10 * Math.log(4), 10, 20);
  expect(nats).toBeCloseTo(Math.log(4), 12);
  expect(perplexity).toBeCloseTo(4, 12);
  expect(bitsPerCharacter).toBeCloseTo(1, 12);
});
