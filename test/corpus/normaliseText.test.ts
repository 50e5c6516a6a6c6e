import fc from "fast-check";
import {expect, it} from "vitest";
import {normaliseText} from "../../src/components/corpus/normaliseText.js";

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
