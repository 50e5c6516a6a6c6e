import {METADATA} from "../../../src/components/exchange/safetensors/safetensorsHeader.js";
import type {Random} from "../../../src/components/random.js";
import {deep, joined, type Mutated, mutateBytes, mutateJson, mutateText, pick, utf8} from "./mutations.js";

type Entry = Record<string, unknown> & {shape: number[]; data_offsets: [number, number]; dtype: string};
export type Header = Record<string, Entry>;

/** A safetensors file in its two parts. */
export function takeApart(file: Uint8Array): {header: Header; data: Uint8Array} {
  const view = new DataView(file.buffer, file.byteOffset);
  const start = 8 + Number(view.getBigUint64(0, true));
  return {header: JSON.parse(new TextDecoder().decode(file.subarray(8, start))), data: file.subarray(start)};
}

/** A file of any text for a header, which says that it has `length` bytes. */
export function withHeader(text: string, data: Uint8Array, length?: bigint): Uint8Array {
  const bytes = utf8(text);
  const head = new Uint8Array(8);
  new DataView(head.buffer).setBigUint64(0, length ?? BigInt(bytes.length), true);
  return joined(head, bytes, data);
}

const lengths = [0n, 1n, 7n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 53n - 8n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n];

/** Changes to one tensor's entry of which none can be harmless. */
const entryChanges: Record<string, (entry: Entry, header: Header, size: number) => unknown> = {
  "another type": (entry) => Object.assign(entry, {dtype: "F64"}),
  "no type": (entry) => Object.assign(entry, {dtype: "F128"}),
  "a type that is none": (entry) => Object.assign(entry, {dtype: {toString: 1}}),
  "a shape of more": (entry) => entry.shape.push(2),
  "a huge shape": (entry) => Object.assign(entry, {shape: [2 ** 52, 2 ** 52, 2 ** 52]}),
  "a shape that wraps": (entry) => Object.assign(entry, {shape: [2 ** 32, 2 ** 32]}),
  "a negative shape": (entry) => Object.assign(entry, {shape: entry.shape.map((n) => -n)}),
  "a broken shape": (entry) => Object.assign(entry, {shape: entry.shape.map((n) => n + 0.5)}),
  "many dimensions": (entry) =>
    Object.assign(entry, {shape: [...entry.shape, ...new Array(100_000).fill(1)]}),
  "a negative beginning": (entry) => entry.data_offsets.splice(0, 1, -8),
  "an end before the beginning": (entry) => entry.data_offsets.reverse(),
  "an end beyond": (entry) => entry.data_offsets.splice(1, 1, entry.data_offsets[1] + 2 ** 40),
  "an end near 2^53": (entry) => entry.data_offsets.splice(1, 1, 2 ** 53 - 1),
  "an end that is no number": (entry) => entry.data_offsets.splice(1, 1, 1e308),
  "a broken beginning": (entry) => entry.data_offsets.splice(0, 1, entry.data_offsets[0] + 0.25),
  "another's bytes": (entry, header) => {
    const other = Object.entries(header).find(([name, one]) => name !== METADATA && one !== entry)![1];
    entry.data_offsets = [...other.data_offsets];
    entry.shape = [...other.shape];
  },
  "a hole before it": (entry, header, size) => {
    for (const [name, one] of Object.entries(header))
      if (name !== METADATA && (one === entry || one.data_offsets[0] >= entry.data_offsets[1]))
        one.data_offsets = one.data_offsets.map((at) => Math.min(size, at + 4)) as [number, number];
  },
  "no offsets": (entry) => Object.assign(entry, {data_offsets: null}),
  "three offsets": (entry) => (entry.data_offsets as number[]).push(0)
};

/** A safetensors file that is damaged or hostile. */
export function mutateSafetensors(file: Uint8Array, random: Random): Mutated<Uint8Array> {
  const {header, data} = takeApart(file);
  // Masks are no weights and are not read; scalars have no shape to change.
  const names = Object.keys(header).filter(
    (name) => name !== METADATA && !/\.attn\.(masked_)?bias$/.test(name) && header[name]!.shape.length > 0
  );
  const name = pick(random, names);
  const kind = random.integer(12);
  if (kind < 4) {
    const [label, change] = pick(random, Object.entries(entryChanges));
    change(header[name]!, header, data.length);
    return {
      label: `${label} of ${name}`,
      content: withHeader(JSON.stringify(header), data),
      mustFail: true
    };
  }
  if (kind === 4) {
    const length = pick(random, lengths);
    return {
      label: `a header of ${length} bytes`,
      content: withHeader(JSON.stringify(header), data, length),
      mustFail: true
    };
  }
  if (kind === 5) {
    const {label, content, mustFail = false} = mutateJson(header, random);
    return {label: `header: ${label}`, content: withHeader(content, data), mustFail};
  }
  if (kind === 6) {
    const {label, content} = mutateText(JSON.stringify(header), random);
    return {label: `header: ${label}`, content: withHeader(content, data)};
  }
  if (kind === 7 && header[name]!.dtype === "F32")
    return {label: `no number in ${name}`, content: withNumber(file, header, name, random), mustFail: true};
  if (kind === 8) {
    const other = pick(random, [
      "__proto__",
      "constructor",
      "hasOwnProperty",
      "",
      "n".repeat(1_000_000),
      "../x"
    ]);
    const renamed = Object.entries(header).map(
      ([key, value]) => [key === name ? other : key, value] as const
    );
    const text = `{${renamed.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join()}}`;
    return {label: `${name} named ${other.slice(0, 20)}`, content: withHeader(text, data), mustFail: true};
  }
  if (kind === 9) {
    const text = JSON.stringify(header).replace("{", `{"x":${deep(random.integer(100_000) + 200)},`);
    return {label: "a deep header", content: withHeader(text, data), mustFail: true};
  }
  const {label, content} = mutateBytes(file, random);
  return {label, content};
}

/** The file with a float32 of a tensor that is not finite. */
export function withNumber(
  file: Uint8Array,
  header: Header,
  name: string,
  random: Random,
  value = pick(random, [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
): Uint8Array {
  const copy = file.slice();
  const [begin, end] = header[name]!.data_offsets;
  const start =
    copy.length -
    Math.max(...Object.entries(header).map(([key, e]) => (key === METADATA ? 0 : e.data_offsets[1])));
  new DataView(copy.buffer).setFloat32(start + begin + 4 * random.integer((end - begin) / 4), value, true);
  return copy;
}
