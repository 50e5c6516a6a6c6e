import type {Random} from "../../../src/components/random.js";

/** A damaged or hostile input, and what was done to it. */
export interface Mutated<Content> {
  label: string;
  content: Content;
  /** Whether no reader may take it: what was done cannot be harmless. */
  mustFail?: boolean;
}

export const pick = <T>(random: Random, values: readonly T[]): T => values[random.integer(values.length)]!;

const byteChanges: Record<string, (bytes: Uint8Array, at: number, random: Random) => Uint8Array> = {
  "cut short": (bytes, at) => bytes.subarray(0, at),
  "cut at the front": (bytes, at) => bytes.subarray(Math.min(at, 64) + 1),
  "a bit": (bytes, at, random) => bytes.with(at, bytes[at]! ^ (1 << random.integer(8))),
  "a byte": (bytes, at, random) => bytes.with(at, random.integer(256)),
  "some bytes": (bytes, at, random) => filled(bytes, at, 1 + random.integer(8), () => random.integer(256)),
  zeros: (bytes, at, random) => filled(bytes, at, 1 + random.integer(64), () => 0),
  "the largest number": (bytes, at, random) => filled(bytes, at, pick(random, [1, 2, 4, 8]), () => 255),
  "a negative number": (bytes, at) => filled(bytes, at, 4, (i) => (i === 3 ? 0x80 : 0)),
  "bytes between": (bytes, at, random) =>
    joined(
      bytes.subarray(0, at),
      Uint8Array.from({length: 1 + random.integer(40)}, () => random.integer(256)),
      bytes.subarray(at)
    ),
  "bytes left out": (bytes, at, random) =>
    joined(bytes.subarray(0, at), bytes.subarray(at + 1 + random.integer(40))),
  "a piece twice": (bytes, at, random) =>
    joined(bytes.subarray(0, at + 1 + random.integer(200)), bytes.subarray(at)),
  "more after the end": (bytes, at) => joined(bytes, bytes.subarray(0, at))
};

/** One to three changes somewhere; two of three near the beginning or the end, where headers are. */
export function mutateBytes(bytes: Uint8Array, random: Random): Mutated<Uint8Array> {
  const labels: string[] = [];
  let content = bytes;
  for (let i = random.integer(3); i >= 0; i--) {
    const [label, change] = pick(random, Object.entries(byteChanges));
    const span = Math.max(1, content.length);
    const at = pick(random, [
      random.integer(span),
      random.integer(Math.min(400, span)),
      span - 1 - random.integer(Math.min(400, span))
    ]);
    content = change(content, at, random);
    labels.push(`${label} at ${at}`);
  }
  return {label: labels.join(", "), content};
}

function filled(bytes: Uint8Array, at: number, count: number, value: (i: number) => number): Uint8Array {
  const copy = bytes.slice();
  for (let i = 0; i < count && at + i < copy.length; i++) copy[at + i] = value(i);
  return copy;
}

export function joined(...parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, {length}) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

const MEGABYTE = "x".repeat(1_000_000);
/** Stands for lists within lists, which `JSON.stringify` has too small a stack for. */
const DEEP = "\u0001deep";
export const deep = (levels = 50_000): string => `${"[".repeat(levels)}${"]".repeat(levels)}`;
/** A parsed `__proto__` is a field like others; one that is assigned is not. */
const poisoned = JSON.parse('{"__proto__": {"isAdmin": true, "length": 5, "0": "x"}}');

const hostileValues: unknown[] = [
  ...[null, true, false, -1, 0, -0, 0.5, 7, 1e308, -1e308, 2 ** 31, 2 ** 32, 2 ** 53, 2 ** 53 - 1],
  ...[
    "",
    "x",
    "NaN",
    "__proto__",
    "constructor",
    "../../etc/passwd",
    "<img src=x>",
    "\ud800",
    "\0",
    MEGABYTE
  ],
  ...[[], {}, [[]], [null], [-1, -1], [2 ** 53, 1], Array.from({length: 70_000}, () => 1), poisoned, DEEP]
];
const hostileKeys = [
  "__proto__",
  "constructor",
  "toString",
  "",
  "0",
  "-1",
  "length",
  "../x",
  "k".repeat(100_000)
];

/** The value as JSON with one to three places changed: another value, another key, one left out, one more. */
export function mutateJson(value: unknown, random: Random): Mutated<string> {
  const holder: Record<string, unknown> = {whole: structuredClone(value)};
  const labels: string[] = [];
  for (let i = random.integer(3); i >= 0; i--) labels.push(changeSomewhere(holder, random));
  const text = JSON.stringify(holder.whole) ?? "";
  const content = text.replaceAll(JSON.stringify(DEEP), deep());
  return {label: labels.join(", "), content, mustFail: content.length > text.length + 1000};
}

function changeSomewhere(whole: Record<string, unknown>, random: Random): string {
  const path: string[] = [];
  let holder = whole;
  let key = "whole";
  for (;;) {
    const inner = holder[key];
    if (typeof inner !== "object" || inner === null || random.uniform() < 0.15) break;
    const keys = Object.keys(inner);
    if (keys.length === 0) break;
    holder = inner as Record<string, unknown>;
    key = pick(random, keys);
    path.push(key.slice(0, 20));
  }
  const place = path.join(".") || "the whole";
  const set = (name: string, value: unknown) =>
    Object.defineProperty(holder, name, {value, enumerable: true, configurable: true, writable: true});
  const kind = random.integer(10);
  if (kind === 0) {
    if (Array.isArray(holder)) holder.splice(Number(key), 1);
    else delete holder[key];
    return `${place} left out`;
  }
  if (kind === 1 && !Array.isArray(holder)) {
    set(pick(random, hostileKeys), holder[key]);
    return `${place} under another key too`;
  }
  const index = random.integer(hostileValues.length);
  set(key, structuredClone(hostileValues[index]));
  return `${place} is hostile value ${index}`;
}

/** What is no JSON at all, or barely, around a JSON text. */
export function mutateText(text: string, random: Random): Mutated<string> {
  const at = random.integer(text.length);
  const changes: Record<string, () => string> = {
    "cut short": () => text.slice(0, at),
    "a byte-order mark": () => `\ufeff${text}`,
    "more after the end": () => `${text}]`,
    nothing: () => "",
    "a number": () => "1",
    null: () => "null",
    "NaN for a number": () => text.replace(/\d+/, "NaN"),
    "single quotes": () => text.replaceAll('"', "'"),
    "lists within lists": () => deep(),
    "objects within objects": () => '{"a":'.repeat(50_000),
    "an open text": () => text.replace(/"[^"]*$/, '"'),
    backslashes: () => `"${"\\".repeat(100_000)}`,
    "another sign": () =>
      text.slice(0, at) + String.fromCharCode(random.integer(0x10000)) + text.slice(at + 1)
  };
  const [label, change] = pick(random, Object.entries(changes));
  return {label, content: change()};
}

/** Either of the two. */
export const mutateJsonOrText = (value: unknown, random: Random): Mutated<string> =>
  random.integer(4) ? mutateJson(value, random) : mutateText(JSON.stringify(value), random);
