import {expect, it} from "vitest";
import {mergeNotes, NOTES_LIMIT, tidyNotes} from "../../src/components/training/notes.js";

it("trims notes and cuts them where there is no more room", () => {
  expect(tidyNotes("  a\r\nb\rc \n")).toBe("a\nb\nc");
  expect(tidyNotes("x".repeat(NOTES_LIMIT + 9))).toHaveLength(NOTES_LIMIT);
  expect(tidyNotes(`${"x".repeat(NOTES_LIMIT - 1)}🙂`)).toBe("x".repeat(NOTES_LIMIT - 1));
});

it("loses neither of two notes on one run, and repeats none", () => {
  expect(mergeNotes("", "theirs")).toBe("theirs");
  expect(mergeNotes("own, and theirs", "theirs")).toBe("own, and theirs");
  expect(mergeNotes("own", "own, longer")).toBe("own, longer");
  expect(mergeNotes("own", "theirs")).toBe("own\n\ntheirs");
});
