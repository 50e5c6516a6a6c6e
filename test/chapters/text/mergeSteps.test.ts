import fc from "fast-check";
import {describe, expect, it} from "vitest";
import {cutAfter, mergeSteps} from "../../../src/components/chapters/text/mergeSteps.js";
import {bytePairTokenizer} from "../../../src/components/text/bytePairTokenizer.js";
import {countPreTokens} from "../../../src/components/text/preTokenise.js";
import {learnBytePairs} from "../../../src/components/text/trainBytePairs.js";

const training =
  "the hen and the other hen then gathered in the shed; aaaa aaa, the theatre — naïve naïveté 🙂🙂";
const merges = [...learnBytePairs(countPreTokens(training))];

describe("mergeSteps", () => {
  it("cuts a text as the tokenizer with so many merges does", () => {
    expect(merges.length).toBeGreaterThan(10);
    for (const text of [training, "", "aaaaa", "the naïve 🙂 gathers"]) {
      const cuts = mergeSteps(text, merges);
      for (let k = 0; k <= merges.length; k++) {
        const {ids} = cuts[cutAfter(cuts, k)]!;
        expect(ids).toEqual([...bytePairTokenizer(merges.slice(0, k)).encode(text).ids]);
      }
    }
  });

  it("does so for any text", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("th", "he", "a", " ", "ï", "🙂", "n", "\n"), {maxLength: 30}),
        fc.nat(merges.length),
        (parts, k) => {
          const text = parts.join("");
          const cuts = mergeSteps(text, merges);
          const {ids} = bytePairTokenizer(merges.slice(0, k)).encode(text);
          expect(cuts[cutAfter(cuts, k)]!.ids).toEqual([...ids]);
        }
      )
    );
  });

  it("lists only merges that change the text, each with fewer tokens than the one before", () => {
    const cuts = mergeSteps("the hen", merges);
    expect(cuts[0]).toEqual({merges: 0, ids: expect.any(Array)});
    for (let i = 1; i < cuts.length; i++) {
      expect(cuts[i]!.merges).toBeGreaterThan(cuts[i - 1]!.merges);
      expect(cuts[i]!.ids.length).toBeLessThan(cuts[i - 1]!.ids.length);
      // The merge that made the cut is in it.
      expect(cuts[i]!.ids).toContain(255 + cuts[i]!.merges);
    }
  });
});
