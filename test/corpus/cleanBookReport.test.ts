import {expect, it} from "vitest";
import {cleanBook} from "../../src/components/corpus/cleanBook.js";
import {describeRemovals} from "../../src/components/corpus/cleanBookReport.js";

it("says in a sentence each what was done, and shows what would not show", () => {
  const book = `The Project Gutenberg eBook of X

*** START OF THE PROJECT GUTENBERG EBOOK X ***

“Yes.”\u00A0“No.”\u200B 


— So it ends.
`.replaceAll("\n", "\r\n");
  expect(describeRemovals(cleanBook(book).removed)).toEqual([
    "The licence header was removed: 81 characters, beginning “The Project Gutenberg eBook of X *** START OF THE PROJECT GUTENBERG EBOOK X ***”.",
    "U+000D U+000A became U+000A 8 times, first in line 1: one kind of line end is enough.",
    '“ (U+201C) became " 2 times, first in line 5: one kind of quotation mark is enough.',
    '” (U+201D) became " 2 times, first in line 5: one kind of quotation mark is enough.',
    "U+00A0 became a space once, first in line 5: a space like any other.",
    "U+200B was removed once, first in line 5: it prints nothing.",
    "— (U+2014) became -- once, first in line 8: hyphens stand for every dash.",
    "White space at the end of 1 line was dropped.",
    "More than one blank line in a row: 2 lines dropped."
  ]);
});

it("says that a clean text was clean", () => {
  expect(describeRemovals(cleanBook("A tale.\n").removed)).toEqual([
    "The text was clean: nothing was removed or replaced."
  ]);
});
