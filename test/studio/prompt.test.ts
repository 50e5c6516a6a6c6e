import {expect, test} from "vitest";
import {readPrompt} from "../../src/components/studio/prompt.js";
import {fakeModel} from "../fixtures/fakeModel.js";

const {tokenizer, config} = fakeModel(); // a … g, context 8
const read = (text: string) => readPrompt(text, tokenizer, config);

test("a prompt that fits is taken as it is", () => {
  expect(read("abc")).toEqual({ids: Uint16Array.of(0, 1, 2), remarks: [], problem: null});
});

test("an empty prompt and one of unknown characters alone say what to do", () => {
  expect(read("").problem).toMatch(/^The prompt is empty: write at least one character/);
  expect(read("XX").problem).toMatch(/does not know ‘X’ \(2 times\); they are left out\. Nothing remains/);
});

test("unknown characters are named with their counts and left out", () => {
  const {ids, remarks} = read("aXbYX\n");
  expect([...ids]).toEqual([0, 1]);
  expect(remarks).toEqual(["This model does not know ‘X’ (2 times), ‘Y’ and newline; they are left out."]);
  expect(read("aX").remarks).toEqual(["This model does not know ‘X’; it is left out."]);
  expect(read("aABCDEFGHIJ").remarks[0]).toMatch(/‘H’ and 2 other characters; they/);
});

test("a prompt longer than the context says how much of it the model sees", () => {
  expect(read("abcdefga").remarks).toEqual([]);
  expect(read("abcdefgab").remarks).toEqual([
    "The prompt has 9 characters and the model sees at most 8 at once: it continues from the last 5."
  ]);
});

test("markup in a prompt is text", () => {
  expect(read("<script>a</script>").remarks[0]).toMatch(/^This model does not know ‘<’ \(2 times\), ‘s’/);
});
