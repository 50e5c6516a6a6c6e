import {inShort, messageOf} from "../errorMessage.js";
import {FormatError} from "./formatError.js";

/** How deep lists and objects may lie within each other: what is deeper could be read, but not written again. */
const DEEPEST = 100;
/** Values in a text of JSON, unless its reader says otherwise: the largest tokenizers have half as many. */
const MOST_VALUES = 500_000;
/** Characters of a text, unless its reader says otherwise: names, sentences, licences. */
const LONGEST_TEXT = 10_000;
/** Characters of a key in a complaint. */
const LONGEST_KEY = 80;

/**
 * Walks through parsed JSON that came from outside and names the place in every complaint, as in
 * "run.json: trainConfig.steps is "many"; it must be a number."
 */
export class JsonReader {
  readonly #value: unknown;
  readonly #file: string;
  readonly #path: string;

  /** `file` is what messages call the whole, for people. */
  constructor(value: unknown, file: string, path = "") {
    this.#value = value;
    this.#file = file;
    this.#path = path;
  }

  /** Parses a text; throws FormatError where it is not JSON, or nested more deeply or of more values than such files are. */
  static parse(text: string, file: string, most = MOST_VALUES): JsonReader {
    const excess = excessOf(text, most);
    if (excess) throw new FormatError(`${file} ${excess}: it is damaged or of another kind.`);
    try {
      return new JsonReader(JSON.parse(text), file);
    } catch {
      throw new FormatError(`${file} is not JSON: it is damaged or of another kind.`);
    }
  }

  /** The value under a key of an object; every reader of a missing value complains. */
  get(key: string): JsonReader {
    const value = this.#object();
    const inner = Object.hasOwn(value, key) ? value[key] : undefined;
    const name = key.slice(0, LONGEST_KEY);
    return new JsonReader(inner, this.#file, this.#path ? `${this.#path}.${name}` : name);
  }

  keys(): string[] {
    return Object.keys(this.#object());
  }

  #object(): Record<string, unknown> {
    const value = this.#value;
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : this.fail("an object");
  }

  number(): number {
    const value = this.#value;
    return typeof value === "number" && Number.isFinite(value) ? value : this.fail("a number");
  }

  /** A whole number from `min` to `max`. */
  integer(min = 0, max = Number.MAX_SAFE_INTEGER): number {
    const value = this.#value;
    return typeof value === "number" && Number.isSafeInteger(value) && value >= min && value <= max
      ? value
      : this.fail(`a whole number from ${min} to ${max}`);
  }

  /** A text of at most `longest` characters. */
  string(longest = LONGEST_TEXT): string {
    const value = this.#value;
    if (typeof value !== "string") return this.fail("a text");
    return value.length <= longest
      ? value
      : this.fail(`a text of at most ${longest.toLocaleString("en")} characters`);
  }

  boolean(): boolean {
    return typeof this.#value === "boolean" ? this.#value : this.fail("true or false");
  }

  /** One of some texts. */
  oneOf<Text extends string>(allowed: readonly Text[]): Text {
    const found = allowed.find((text) => text === this.#value);
    return found ?? this.fail(`one of ${allowed.map((text) => JSON.stringify(text)).join(", ")}`);
  }

  /** Complains of every other value; `reason` says where the expected one comes from. */
  expect(value: string | number | boolean, reason: string): void {
    if (this.#value !== value) this.fail(`${JSON.stringify(value)}, ${reason}`);
  }

  /** The values of a list, of which there may be `most`. */
  array(most = Number.POSITIVE_INFINITY): JsonReader[] {
    return this.map((item) => item, most);
  }

  /** What `read` makes of each value of a list, of which there may be `most`; the first complaint ends it. */
  map<T>(read: (item: JsonReader) => T, most = Number.POSITIVE_INFINITY): T[] {
    const list: unknown[] = this.#list(most);
    return list.map((value, i) => read(new JsonReader(value, this.#file, `${this.#path}[${i}]`)));
  }

  #list(most: number): unknown[] {
    const value = this.#value;
    if (!Array.isArray(value)) return this.fail("a list");
    return value.length <= most ? value : this.fail(`a list of at most ${most.toLocaleString("en")} values`);
  }

  /** null where the value is null, and what `read` makes of it otherwise. */
  nullable<T>(read: (reader: JsonReader) => T): T | null {
    return this.#value === null ? null : read(this);
  }

  /** What a reader of some other folder makes of the bare value; its complaint gains the name of the file. */
  as<T>(read: (value: unknown) => T): T {
    try {
      return read(this.#value);
    } catch (error) {
      throw new FormatError(`${this.#file}: ${messageOf(error)}`);
    }
  }

  fail(expected: string): never {
    const place = this.#path || "the whole";
    throw new FormatError(`${this.#file}: ${place} is ${inShort(this.#value)}; it must be ${expected}.`);
  }
}

/** What a text of JSON has too much of, seen before memory is taken for it; null where it has not. Texts in it do not count. */
function excessOf(text: string, mostValues: number): string | null {
  let depth = 0;
  let values = 1;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === QUOTE) at = endOfText(text, at);
    else if (unit === OPENING_BRACKET || unit === OPENING_BRACE) {
      if (++depth > DEEPEST) return "is nested too deeply";
    } else if (unit === CLOSING_BRACKET || unit === CLOSING_BRACE) depth--;
    else if (unit === COMMA && ++values > mostValues)
      return `has more than ${mostValues.toLocaleString("en")} values`;
  }
  return null;
}

const [QUOTE, COMMA, BACKSLASH] = [0x22, 0x2c, 0x5c];
const [OPENING_BRACKET, CLOSING_BRACKET, OPENING_BRACE, CLOSING_BRACE] = [0x5b, 0x5d, 0x7b, 0x7d];

/** Where a text ends that begins at a quotation mark: at the next one that no odd number of backslashes precedes. */
function endOfText(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let before = end;
    while (text.charCodeAt(before - 1) === BACKSLASH) before--;
    if ((end - before) % 2 === 0) return end;
  }
  return text.length;
}
