import {expect, it, test} from "vitest";
import {buildCorpus} from "../../../src/components/corpus/buildCorpus.js";
import {FormatError} from "../../../src/components/exchange/formatError.js";
import {
  nanoGptData,
  nanoGptMeta,
  readNanoGptCorpus,
  readNanoGptMeta
} from "../../../src/components/exchange/nanoGpt/nanoGptCorpus.js";
import {writePickle} from "../../../src/components/exchange/nanoGpt/pickle.js";

const description = {name: "words", source: "test", license: "none", blockSize: 4};
const text = "Ça va? A🙂b — yes, and so on.\n".repeat(7);

test("a corpus goes out and comes back, and splits where prepare.py does", async () => {
  const corpus = await buildCorpus(text, description);
  const data = nanoGptData(corpus);
  // prepare.py, in JavaScript: characters sorted, the first int(n * 0.9) for training.
  const characters = [...text];
  const stoi = new Map(
    [...new Set(characters)].sort((a, b) => a.codePointAt(0)! - b.codePointAt(0)!).map((c, i) => [c, i])
  );
  const ids = Uint16Array.from(characters, (c) => stoi.get(c)!);
  const n = Math.floor(characters.length * 0.9);
  expect(data.train).toEqual(new Uint8Array(ids.slice(0, n).buffer));
  expect(data.val).toEqual(new Uint8Array(ids.slice(n).buffer));
  expect(readNanoGptMeta(data.meta!)).toEqual([...stoi.keys()]);
  expect(await readNanoGptCorpus(data, description)).toEqual(corpus);
});

test("tokens that are no characters have no meta.pkl, and cannot come back", async () => {
  const tokenizer = {kind: "byte-pair", vocabularySize: 260} as const;
  const data = nanoGptData(await buildCorpus(text, {...description, tokenizer}));
  expect(data.meta).toBeNull();
  await expect(readNanoGptCorpus(data, description)).rejects.toThrow(/meta\.pkl is missing: .* GPT-2's/);
});

it.each<[string, Uint8Array, RegExp]>([
  ["not a pickle", new TextEncoder().encode("{}"), /is no pickle/],
  ["of another kind", writePickle(new Map([["x", 1]])), /no dict named itos/],
  [
    "of two minds about the number of tokens",
    writePickle(
      new Map<string, number | Map<number | string, number | string>>([
        ["vocab_size", 3],
        ["itos", new Map([[0, "a"]])],
        ["stoi", new Map([["a", 0]])]
      ])
    ),
    /vocab_size 3, but 1 tokens in itos/
  ],
  [
    "of two minds about a token",
    writePickle(
      new Map<string, number | Map<number | string, number | string>>([
        ["vocab_size", 1],
        ["itos", new Map([[0, "a"]])],
        ["stoi", new Map([["b", 0]])]
      ])
    ),
    /does not name token 0 the same/
  ],
  ["of tokens that are no characters", nanoGptMeta(["a", "bc"]), /meta\.pkl: .*bc/]
])("a meta.pkl that is %s is refused", async (_what, meta, message) => {
  const tokens = new Uint8Array(40);
  const reading = readNanoGptCorpus({train: tokens, val: tokens, meta}, description);
  await expect(reading).rejects.toThrow(FormatError);
  await expect(reading).rejects.toThrow(message);
});

test("tokens outside the vocabulary, and halves of tokens, are refused", async () => {
  const meta = nanoGptMeta(["a", "b"]);
  const fine = new Uint8Array(40);
  const outside = Uint8Array.from(fine, (_, i) => (i === 6 ? 9 : 0));
  await expect(readNanoGptCorpus({train: outside, val: fine, meta}, description)).rejects.toThrow(
    /train\.bin: .*9/
  );
  await expect(readNanoGptCorpus({train: fine, val: fine.subarray(1), meta}, description)).rejects.toThrow(
    /val\.bin: .*cut short/
  );
  await expect(readNanoGptCorpus({train: fine, val: fine.subarray(0, 2), meta}, description)).rejects.toThrow(
    /too few for a context of 4/
  );
});
