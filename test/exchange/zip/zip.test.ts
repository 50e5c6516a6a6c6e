import fc from "fast-check";
import {unzipSync, zipSync} from "fflate";
import {describe, expect, test} from "vitest";
import {FormatError} from "../../../src/components/exchange/formatError.js";
import {crc32} from "../../../src/components/exchange/zip/crc32.js";
import {isZip, readZip} from "../../../src/components/exchange/zip/zipReader.js";
import {writeZip} from "../../../src/components/exchange/zip/zipWriter.js";
import {stored, zeros, zipOf} from "../hostile/hostileZips.js";

const LIMITS = {members: 100, bytes: 1_000_000};
const bytes = (text: string) => new TextEncoder().encode(text);
const numbers = Uint8Array.from({length: 50_000}, (_, i) => (i * i) >> 3);

/** What a zip holds, by name. */
async function unpack(zip: Blob): Promise<Record<string, Uint8Array>> {
  const members = await readZip(zip, LIMITS);
  const unpacked = members.map(async ({name, open}) => [
    name,
    new Uint8Array(await (await open()).arrayBuffer())
  ]);
  return Object.fromEntries(await Promise.all(unpacked));
}

test("CRC-32 is the standard's, in one piece or several", () => {
  expect(crc32(bytes("123456789"))).toBe(0xcbf43926);
  for (const cut of [0, 1, 3, 4, 1001])
    expect(crc32(numbers.subarray(cut), crc32(numbers.subarray(0, cut)))).toBe(crc32(numbers));
});

test("what we write others read, and so do we; twice it is the same zip", async () => {
  const files = () => [
    {name: "README.md", content: "Grüße, 中 😀\n".repeat(100)},
    {name: "onnx/model.onnx", content: [numbers.subarray(0, 7), numbers.subarray(7)]},
    {name: "none", content: []}
  ];
  const told: number[] = [];
  const zip = writeZip(files(), (done) => told.push(done));
  const data = new Uint8Array(await zip.arrayBuffer());
  const expected = {
    "README.md": bytes("Grüße, 中 😀\n".repeat(100)),
    "onnx/model.onnx": numbers,
    none: new Uint8Array()
  };
  expect(unzipSync(data)).toEqual(expected);
  expect(await unpack(zip)).toEqual(expected);
  expect(told.at(-1)).toBe(expected["README.md"].length + numbers.length);
  expect(new Uint8Array(await writeZip(files()).arrayBuffer())).toEqual(data);
  // Weights are stored as they are: programs may map them.
  expect(data.length).toBeGreaterThan(numbers.length);
});

test("what others write is read, packed or not, with folders and a comment", async () => {
  const zip = zipSync(
    {folder: {"a.json": bytes("{}"), "b.bin": [numbers, {level: 0}], "c.bin": [numbers, {level: 9}]}},
    {comment: "PK\x05\x06"}
  );
  expect(await unpack(new Blob([zip as Uint8Array<ArrayBuffer>]))).toEqual({
    "folder/a.json": bytes("{}"),
    "folder/b.bin": numbers,
    "folder/c.bin": numbers
  });
  expect(await isZip(new Blob([zip as Uint8Array<ArrayBuffer>]))).toBe(true);
  expect(await isZip(new Blob(["PK or not"]))).toBe(false);
});

const whole = zipSync({"a.txt": bytes("one"), "b.txt": [numbers, {level: 6}]}) as Uint8Array<ArrayBuffer>;
const altered = (change: (view: DataView) => void) => {
  const copy = whole.slice();
  change(new DataView(copy.buffer));
  return new Blob([copy]);
};
/** Where the n-th record with a mark begins. */
function find(mark: number, n = 0): number {
  const view = new DataView(whole.buffer);
  for (let at = 0; at < whole.length - 4; at++) if (view.getUint32(at, true) === mark && n-- === 0) return at;
  throw new Error("not found");
}
const LINE = 0x02014b50;

const made = (...zip: Parameters<typeof zipOf>) => new Blob([zipOf(...zip) as Uint8Array<ArrayBuffer>]);

test("names with dots that lead nowhere, and zeros in a small zip, are no harm", async () => {
  const zip = made([
    stored("a/..b/c...", numbers),
    {...stored("zeros", new Uint8Array(3_000_000)), bytes: zeros(3), method: 8}
  ]);
  const members = await readZip(zip, {members: 10, bytes: 2 ** 32});
  expect(members.map(({name}) => name)).toEqual(["a/..b/c...", "zeros"]);
  expect((await members[1]!.open()).size).toBe(3_000_000);
  const bomb = made([{...stored("zeros", new Uint8Array(0)), bytes: zeros(20), method: 8, size: 20_000_000}]);
  await expect(readZip(bomb, {members: 10, bytes: 2 ** 32})).rejects.toThrow(
    /would be [\d,]+ times as large as it is, which no model's are/
  );
});

describe("refused", () => {
  test.each<[string, Blob, string]>([
    ["nothing", new Blob([]), "breaks off before its directory"],
    ["no zip", new Blob(["x".repeat(1000)]), "breaks off before its directory"],
    [
      "a huge number of files",
      altered((view) => view.setUint16(find(0x06054b50) + 10, 65_000, true)),
      "65000 files; a model's has at most 100"
    ],
    [
      "a directory outside",
      altered((view) => view.setUint32(find(0x06054b50) + 16, 2 ** 31, true)),
      "its directory lies outside of it"
    ],
    [
      "zip64",
      altered((view) => view.setUint32(find(0x06054b50) + 16, 2 ** 32 - 1, true)),
      "for more than 4 GB"
    ],
    ["encryption", altered((view) => view.setUint16(find(LINE) + 8, 1, true)), "is encrypted"],
    [
      "a bomb by its own word",
      altered((view) => view.setUint32(find(LINE) + 24, 2 ** 31, true)),
      "would have more than 1 MB"
    ],
    [
      "a bomb that lies",
      altered((view) => view.setUint32(find(LINE, 1) + 24, 10, true)),
      '"b.txt" is not what was packed'
    ],
    [
      "an unknown method",
      altered((view) => view.setUint16(find(LINE) + 10, 12, true)),
      "is packed by method 12"
    ],
    [
      "another checksum",
      altered((view) => view.setUint32(find(LINE) + 16, 1, true)),
      '"a.txt" is not what was packed'
    ],
    [
      "a file elsewhere",
      altered((view) => view.setUint32(find(LINE) + 42, 5, true)),
      '"a.txt" is not where its directory says'
    ],
    [
      "two files of a name",
      altered((view) => view.setUint8(find(LINE, 1) + 46, 0x61)),
      'two files named "a.txt"'
    ],
    ...["../x", "a/../../x", "..\\x", "/etc/x", "C:\\x", "a\0b"].map((name): [string, Blob, string] => [
      `a file named ${JSON.stringify(name)}`,
      made([stored(name, bytes("x"))]),
      `it has a file named ${JSON.stringify(name)}, which would lie outside of it`
    ]),
    [
      "files in the same bytes",
      made([stored("a", numbers), {...stored("b", numbers), begin: 0}]),
      '"b" shares its bytes with another file'
    ],
    [
      "a line that is not counted",
      made([stored("a", numbers), stored("b", numbers)], {count: 1}),
      "its directory has more than it says"
    ]
  ])("%s", async (_, zip, sentence) => {
    await expect(unpack(zip)).rejects.toThrow(FormatError);
    await expect(unpack(zip)).rejects.toThrow(sentence);
  });

  test("any change gives the same files or a FormatError, soon", async () => {
    const mutation = fc.tuple(fc.nat(whole.length - 1), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(
        fc.array(mutation, {minLength: 1, maxLength: 4}),
        fc.nat(whole.length),
        async (changes, cut) => {
          const copy = whole.slice();
          for (const [at, value] of changes) copy[at] = value;
          // Ends are where directories are, so half of the files keep theirs.
          const zip = new Blob([cut % 2 ? copy.subarray(0, cut) : copy]);
          const start = performance.now();
          await unpack(zip).catch((error) => expect(error).toBeInstanceOf(FormatError));
          expect(performance.now() - start).toBeLessThan(1000);
        }
      ),
      {seed: 3, numRuns: 500}
    );
  });

  test("reading ends when it is told to", async () => {
    const [member] = await readZip(new Blob([whole]), LIMITS);
    await expect(member!.open({signal: AbortSignal.abort(new Error("enough"))})).rejects.toThrow("enough");
  });
});
