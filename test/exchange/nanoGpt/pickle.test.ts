import {mkdtempSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterAll, describe, expect, it, test} from "vitest";
import {FormatError} from "../../../src/components/exchange/formatError.js";
import {type PickledDict, readPickle, writePickle} from "../../../src/components/exchange/nanoGpt/pickle.js";
import {createRandom} from "../../../src/components/random.js";
import pickles from "../../fixtures/pickles.json" with {type: "json"};
import {python, runPython} from "../../python.js";

const folder = mkdtempSync(join(tmpdir(), "pickle-"));
afterAll(() => rmSync(folder, {recursive: true}));

const bytes = (hex: string) => new Uint8Array(Buffer.from(hex, "hex"));
const CHARACTERS = ["\n", " ", "a", "é", "—", "😀"];
const META: PickledDict = new Map<string, number | PickledDict>([
  ["vocab_size", 6],
  ["itos", new Map(CHARACTERS.map((character, id) => [id, character]))],
  ["stoi", new Map(CHARACTERS.map((character, id) => [character, id]))]
]);

describe("Python's own pickles", () => {
  it.each(Object.entries(pickles.meta))("of protocol %s are read", (_protocol, hex) => {
    expect(readPickle(bytes(hex), "meta.pkl")).toEqual(META);
  });

  it.each(Object.entries(pickles.numbers))(
    "may hold whole numbers of any size: protocol %s",
    (_protocol, hex) => {
      expect(Object.fromEntries(readPickle(bytes(hex), "meta.pkl"))).toEqual({
        small: 5,
        "two bytes": 60000,
        "four bytes": 2 ** 31 - 1,
        negative: -7,
        more: 2 ** 40,
        less: -(2 ** 40)
      });
    }
  );

  it.each(Object.entries(pickles.many))("may be long: protocol %s", (_protocol, hex) => {
    const many = readPickle(bytes(hex), "meta.pkl");
    expect(many.size).toBe(1100);
    expect(many.get(1099)).toBe("token 1099");
  });

  it.each([
    ["call", /^meta\.pkl has the pickle instruction 0x63 at byte \d+, .* nothing in it was run\.$/],
    ["call4", /instruction 0x93 at byte \d+/],
    ["old", /is no pickle of protocol 2 to 5/],
    ["protocol1", /is no pickle of protocol 2 to 5/],
    ["list", /instruction 0x5d/],
    ["bytes", /instruction 0x43/],
    ["none", /instruction 0x4e/],
    ["float", /instruction 0x47/],
    ["huge", /a number that is too large/],
    ["text", /holds a text; it must hold a dict/],
    ["itself", /a dict in two places/],
    ["surrogate", /a text in it is not UTF-8/]
  ] as const)("that ask for more are refused, and nothing is run: %s", (name, message) => {
    const read = () => readPickle(bytes(pickles.refused[name]), "meta.pkl");
    expect(read).toThrow(FormatError);
    expect(read).toThrow(message);
  });
});

test("what is written is read again, and by Python", async () => {
  const numbers: PickledDict = new Map([0, 255, 256, 65536, -1, 2 ** 31 - 1, -(2 ** 31)].map((n) => [n, n]));
  const all: PickledDict = new Map<string, PickledDict>([
    ["meta", META],
    ["numbers", numbers],
    ["empty", new Map()]
  ]);
  const written = writePickle(all);
  expect(readPickle(written, "meta.pkl")).toEqual(all);
  expect(() => writePickle(new Map([["x", 2 ** 31]]))).toThrow("cannot be pickled");
  expect(() => writePickle(new Map([["x", 0.5]]))).toThrow("cannot be pickled");
  // Byte for byte what pickletools calls PROTO, EMPTY_DICT, MARK, BINUNICODE, BININT1, SETITEMS, STOP.
  expect(Buffer.from(writePickle(new Map([["a", 7]]))).toString("hex")).toBe(
    "80027d2858010000006" + "14b07752e"
  );
  if (!python) return;
  const file = join(folder, "all.pkl");
  writeFileSync(file, written);
  const script =
    "import json, pickle, sys; d = pickle.load(open(sys.argv[1], 'rb')); print(json.dumps([d['meta'], list(d['numbers'].items()), d['empty']]))";
  expect(JSON.parse(await runPython(["-c", script, file]))).toEqual([
    {
      vocab_size: 6,
      itos: Object.fromEntries(CHARACTERS.entries()),
      stoi: Object.fromEntries(CHARACTERS.map((character, id) => [character, id]))
    },
    [...numbers],
    {}
  ]);
});

test("damaged pickles end in a sentence, whatever is damaged", () => {
  const sound = [...Object.values(pickles.meta), ...Object.values(pickles.numbers)].map(bytes);
  const random = createRandom(7);
  let refused = 0;
  for (let i = 0; i < 4000; i++) {
    const mutated = Uint8Array.from(sound[i % sound.length]!);
    for (let n = random.integer(3); n >= 0; n--)
      mutated[random.integer(mutated.length)] = random.integer(256);
    const cut = random.integer(2) ? mutated : mutated.subarray(0, random.integer(mutated.length));
    try {
      readPickle(cut, "meta.pkl");
    } catch (error) {
      expect(error).toBeInstanceOf(FormatError);
      expect((error as Error).message).toMatch(/^meta\.pkl .*\.$/);
      refused++;
    }
  }
  expect(refused).toBeGreaterThan(2000);
});
