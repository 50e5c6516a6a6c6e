import {expect, test} from "vitest";
import {defaultPassage, defaultPrompt} from "../../src/components/studio/opening.js";

const story = "ended.\n\nOnce there was a tall boy named Zack. He lived under a tree.\n\nNext.";

test("the boxes begin at a whole paragraph", () => {
  expect(defaultPrompt(story)).toBe("Once there was a ");
  expect(defaultPassage(story)).toBe("Once there was a tall boy named Zack. He lived under a tree.\n\nNext.");
});

test("any text gives a prompt: one without words, one of a few, none", () => {
  expect(defaultPrompt("あ".repeat(40))).toBe("あ".repeat(16));
  expect(defaultPrompt("two words")).toBe("two words");
  expect(defaultPrompt("")).toBe("");
});

test("a long passage ends with a sentence", () => {
  const passage = defaultPassage("A sentence of some words. ".repeat(60));
  expect(passage.length).toBeLessThanOrEqual(600);
  expect(passage.endsWith(".")).toBe(true);
});
