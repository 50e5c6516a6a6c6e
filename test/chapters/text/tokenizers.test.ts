import {expect, it} from "vitest";
import {longestDocument, padDocuments, ROWS} from "../../../src/components/chapters/text/batch.js";
import {beginning, shortDocuments} from "../../../src/components/chapters/text/samples.js";
import {studyText} from "../../../src/components/chapters/text/study.js";
import {
  KINDS,
  overlapping,
  tokenizersOf,
  tokenSpans
} from "../../../src/components/chapters/text/tokenizers.js";
import {bytePairTokenizer} from "../../../src/components/text/bytePairTokenizer.js";

const study = studyText("hens", "The hen hid. The hen hid here, then there. ".repeat(5));

it("knows which part of the text each token stands for", () => {
  const text = "The hen 🙂 hid";
  for (const kind of KINDS) {
    const tokenizer = tokenizersOf(study, 300)[kind];
    const spans = tokenSpans(text, tokenizer);
    const {ids} = tokenizer.encode(text);
    expect(spans).toHaveLength(ids.length);
    ids.forEach((id, i) => {
      const part = text.slice(spans[i]!.start, spans[i]!.end);
      const token = tokenizer.vocabulary[id]!;
      if (/^<0x/.test(token) || token === "[UNK]") expect(part).toBe("🙂");
      else expect(part).toBe(token.replace(/^##/, ""));
    });
  }
});

it("lights the tokens that share a character", () => {
  const spans = [
    {start: 0, end: 2},
    {start: 2, end: 4},
    {start: 4, end: 5}
  ];
  expect(overlapping(spans, {start: 1, end: 3})).toEqual([true, true, false]);
  expect(overlapping(spans, null)).toEqual([false, false, false]);
});

it("pads documents as training does", () => {
  const tokenizer = bytePairTokenizer([], "<|pad|>");
  const batch = padDocuments("abc\n\nde\n\nfghijklm", tokenizer, 6, 1);
  expect(batch.inputs).toHaveLength(ROWS * 6);
  batch.inputs.forEach((id, i) => {
    expect(batch.padding[i]).toBe(id === tokenizer.paddingId ? 1 : 0);
    if (batch.padding[i]) expect(batch.targets[i]).toBe(-1);
    // Inside a document each target is the next input.
    const isInside = (i + 1) % 6 !== 0 && !batch.padding[i + 1];
    if (isInside) expect(batch.targets[i]).toBe(batch.inputs[i + 1]);
  });
  expect(batch.padding).toContain(1);
  // Its blank line belongs to a document.
  expect(longestDocument("abc\n\nde\n\nfgh", tokenizer)).toBe(5);
  expect(longestDocument("", tokenizer)).toBe(0);
  expect(padDocuments("abc\n\nde\n\nfghijklm", tokenizer, 6, 1)).toEqual(batch);
  expect(() => padDocuments("only one", tokenizer, 6, 1)).toThrow(/one document/);
  expect(() => padDocuments("a\n\nb", bytePairTokenizer([]), 6, 1)).toThrow(/padding/);
});

it("finds a text's beginning and some of its sentences", () => {
  expect(beginning("  One two.  Three four.\n\nFive.")).toBe("One two. Three four.");
  expect(beginning("One two. Three four.", 10)).toBe("One two.");
  expect(beginning("x".repeat(500))).toHaveLength(100);
  expect(beginning(`${"🙂".repeat(200)}`)).toBe("🙂".repeat(100));
  expect(beginning("")).toBe("");
  const documents = shortDocuments("The hen hid.\n\nThe hen hid behind the barn. She slept.\n\nA hen hid.");
  expect(documents.split("\n\n")).toEqual(["The hen hid.", "The hen hid behind the barn."]);
  expect(shortDocuments("nothing ends here")).toBe("nothing ends here\n\nnothing");
});
