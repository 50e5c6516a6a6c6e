import {expect, test} from "vitest";
import {defaultPassage, defaultPrompt} from "../../src/components/studio/opening.js";

const story = "ended.\n\nOnce there was a tall boy named Zack. He lived under a tree.\n\nNext.";

test("the boxes begin at a whole paragraph", () => {
  expect(defaultPrompt(story, "character")).toBe("Once there was a ");
  expect(defaultPrompt(story, "token")).toBe("Once there was a");
  expect(defaultPassage(story)).toBe("Once there was a tall boy named Zack. He lived under a tree.\n\nNext.");
});

test("any text gives a prompt: one without words, one of a few, none", () => {
  expect(defaultPrompt("あ".repeat(40), "character")).toBe("あ".repeat(16));
  expect(defaultPrompt("two words", "character")).toBe("two words");
  expect(defaultPrompt("", "character")).toBe("");
});

test("a text without paragraphs begins at its first whole sentence", () => {
  expect(defaultPrompt("he end . Once there was a girl . She sang .", "token")).toBe("Once there was a");
  expect(defaultPrompt("a word and more and only then a dot .", "token")).toBe("a word and more");
});

test("a long passage ends with a sentence", () => {
  const passage = defaultPassage("A sentence of some words. ".repeat(60));
  expect(passage.length).toBeLessThanOrEqual(600);
  expect(passage.endsWith(".")).toBe(true);
});
