import {constants, crc32, deflateRawSync} from "node:zlib";
import type {Random} from "../../../src/components/random.js";
import {joined, type Mutated, mutateBytes, pick, utf8} from "./mutations.js";

/** What a zip says of a member, whether or not it is so. */
export interface Entry {
  name: string;
  /** As packed. */
  bytes: Uint8Array;
  method: number;
  size: number;
  checksum: number;
  flags: number;
  /** Where its own header is said to begin. */
  begin?: number;
}

export const stored = (name: string, bytes: Uint8Array): Entry => ({
  name,
  bytes,
  method: 0,
  size: bytes.length,
  checksum: crc32(bytes),
  flags: 0
});

export const deflated = (name: string, bytes: Uint8Array): Entry => ({
  ...stored(name, bytes),
  bytes: deflateRawSync(bytes),
  method: 8
});

/** A deflated stream of this many megabytes of zeros, a thousand times as small. */
export function zeros(megabytes: number): Uint8Array {
  const one = deflateRawSync(new Uint8Array(1_000_000), {finishFlush: constants.Z_FULL_FLUSH});
  return joined(...Array.from({length: megabytes}, () => one), Uint8Array.of(3, 0));
}

/** A zip of these members, and of what its end says otherwise. */
export function zipOf(
  entries: readonly Entry[],
  end: {count?: number; length?: number; begin?: number; comment?: Uint8Array} = {}
): Uint8Array {
  const parts: Uint8Array[] = [];
  const lines: Uint8Array[] = [];
  let at = 0;
  for (const {name, bytes, method, size, checksum, flags, begin} of entries) {
    const named = utf8(name);
    const member = record(30, (view) => {
      view.setUint32(0, 0x04034b50, true);
      describe(view, 6, flags, method, checksum, bytes.length, size);
      view.setUint16(26, named.length, true);
    });
    lines.push(
      record(46, (view) => {
        view.setUint32(0, 0x02014b50, true);
        describe(view, 8, flags, method, checksum, bytes.length, size);
        view.setUint16(28, named.length, true);
        view.setUint32(42, begin ?? at, true);
      }),
      named
    );
    if (begin !== undefined) continue;
    parts.push(member, named, bytes);
    at += 30 + named.length + bytes.length;
  }
  const directory = joined(...lines);
  const comment = end.comment ?? new Uint8Array(0);
  const last = record(22, (view) => {
    view.setUint32(0, 0x06054b50, true);
    view.setUint16(8, end.count ?? entries.length, true);
    view.setUint16(10, end.count ?? entries.length, true);
    view.setUint32(12, end.length ?? directory.length, true);
    view.setUint32(16, end.begin ?? at, true);
    view.setUint16(20, comment.length, true);
  });
  return joined(...parts, directory, last, comment);
}

function record(length: number, fill: (view: DataView) => void): Uint8Array {
  const bytes = new Uint8Array(length);
  fill(new DataView(bytes.buffer));
  return bytes;
}

function describe(view: DataView, at: number, ...[flags, method, checksum, packed, size]: number[]): void {
  view.setUint16(at, flags!, true);
  view.setUint16(at + 2, method!, true);
  view.setUint32(at + 8, checksum!, true);
  view.setUint32(at + 12, packed!, true);
  view.setUint32(at + 16, size!, true);
}

/** Changes of which no reader may take the outcome for a whole zip. */
const zipChanges: Record<string, (entries: Entry[], entry: Entry, random: Random) => Uint8Array> = {
  "a step upwards": (entries, entry) => renamed(entries, entry, `../${entry.name}`),
  "a step upwards within": (entries, entry) => renamed(entries, entry, `a/../../${entry.name}`),
  "a step upwards as Windows has it": (entries, entry) => renamed(entries, entry, `..\\${entry.name}`),
  "an absolute name": (entries, entry) => renamed(entries, entry, `/etc/${entry.name}`),
  "a name on a drive": (entries, entry) => renamed(entries, entry, `C:\\${entry.name}`),
  "a name with a zero": (entries, entry) => renamed(entries, entry, `${entry.name}\0.txt`),
  "a folder upwards": (entries) => zipOf([...entries, stored("../", new Uint8Array(0))]),
  "a file twice": (entries, entry) => zipOf([...entries, entry]),
  "two files in the same bytes": (entries, entry) =>
    zipOf([...entries, {...entry, name: "b.json", begin: 0}]),
  "a thousand files in the same bytes": (entries, entry) =>
    zipOf([...entries, ...Array.from({length: 990}, (_, i) => ({...entry, name: `${i}.json`, begin: 0}))]),
  "more files than a model has": (entries) =>
    zipOf([...entries, ...Array.from({length: 2000}, (_, i) => stored(`${i}`, new Uint8Array(0)))]),
  "a size that is too large": (entries, entry) => changed(entries, entry, {size: entry.size + 1}),
  "a size that is too small": (entries, entry) => changed(entries, entry, {size: entry.size - 1}),
  "a huge size": (entries, entry) => changed(entries, entry, {size: 0xfffffffe}),
  "another checksum": (entries, entry) => changed(entries, entry, {checksum: entry.checksum ^ 1}),
  encryption: (entries, entry) => changed(entries, entry, {flags: 1}),
  "another method": (entries, entry, random) =>
    changed(entries, entry, {method: pick(random, [1, 9, 12, 14, 93, 0xffff])}),
  "a member elsewhere": (entries, entry, random) =>
    zipOf(entries.map((one) => (one === entry ? {...one, begin: random.integer(2 ** 32)} : one))),
  "a bomb that says so": (entries) =>
    zipOf([...entries, {...deflated("bomb.json", utf8("{}")), bytes: BOMB, size: 1_000_000_000}]),
  "a bomb that lies": (entries) =>
    zipOf([...entries, {...deflated("bomb.json", utf8("{}")), bytes: BOMB, size: 1000}]),
  "a bomb instead of the weights": (entries) =>
    zipOf(entries.map((one) => (one.name.endsWith(".safetensors") ? {...one, bytes: BOMB, method: 8} : one))),
  "a stream that breaks off": (entries) =>
    zipOf(
      entries.map((one) =>
        one.name.endsWith("config.json")
          ? {...deflated(one.name, utf8("{}".repeat(5000))), bytes: BOMB.subarray(0, 100)}
          : one
      )
    ),
  "fewer files than there are": (entries) => zipOf(entries, {count: entries.length - 1}),
  "more files than there are": (entries) => zipOf(entries, {count: entries.length + 1}),
  "a directory elsewhere": (entries, _, random) => zipOf(entries, {begin: random.integer(2 ** 32)}),
  "a directory that is too long": (entries, _, random) => zipOf(entries, {length: random.integer(2 ** 32)}),
  "a zip in a zip": (entries) => zipOf([stored("model.onnx", zipOf(entries))]),
  "a zip in a zip in a zip": (entries) => zipOf([stored("a.json", zipOf([stored("b.json", zipOf(entries))]))])
};

const BOMB = zeros(1000);

const renamed = (entries: Entry[], entry: Entry, name: string): Uint8Array => changed(entries, entry, {name});

const changed = (entries: Entry[], entry: Entry, change: Partial<Entry>): Uint8Array =>
  zipOf(entries.map((one) => (one === entry ? {...one, ...change} : one)));

/** A zip of these files that is damaged or hostile. */
export function mutateZip(entries: Entry[], random: Random): Mutated<Uint8Array> {
  if (random.integer(3) === 0) return mutateBytes(zipOf(entries), random);
  const [label, change] = pick(random, Object.entries(zipChanges));
  const entry = pick(random, entries);
  return {label: `${label}: ${entry.name}`, content: change(entries, entry, random), mustFail: true};
}
