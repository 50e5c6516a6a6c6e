import fc from "fast-check";
import {expect, it} from "vitest";
import {normalisePieces, normaliseText} from "../../src/components/corpus/normaliseText.js";

it("drops the byte-order mark, unifies line ends and replaces lone surrogates", () => {
  expect(normaliseText("\uFEFFa\r\nb\rc\n\uD83Dd😀")).toBe("a\nb\nc\n\uFFFDd😀");
});

it("survives a round trip through UTF-8 and a second pass unchanged", () => {
  fc.assert(
    fc.property(fc.string({unit: fc.constantFrom("a", "\r", "\n", "\uD83D", "\uDE00", "é")}), (text) => {
      const once = normaliseText(text);
      expect(new TextDecoder().decode(new TextEncoder().encode(once))).toBe(once);
      expect(normaliseText(once)).toBe(once);
    })
  );
});

it("does the same to a text in pieces", async () => {
  const characters = fc.constantFrom("a", "\r", "\n", "\r\n", "\uFEFF", "😀", "é", "|");
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.array(characters, {maxLength: 4}).map((list) => list.join("")),
        {maxLength: 6}
      ),
      async (pieces) => {
        async function* stream() {
          yield* pieces;
        }
        let text = "";
        for await (const piece of normalisePieces(stream())) text += piece;
        expect(text).toBe(normaliseText(pieces.join("")));
      }
    ),
    {numRuns: 500}
  );
});
