import {messageOf} from "../errorMessage.js";
import {FormatError} from "./formatError.js";

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

  /** Parses a text; throws FormatError when it is not JSON. */
  static parse(text: string, file: string): JsonReader {
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
    return new JsonReader(inner, this.#file, this.#path ? `${this.#path}.${key}` : key);
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

  string(): string {
    return typeof this.#value === "string" ? this.#value : this.fail("a text");
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

  array(): JsonReader[] {
    if (!Array.isArray(this.#value)) return this.fail("a list");
    return this.#value.map((value, i) => new JsonReader(value, this.#file, `${this.#path}[${i}]`));
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
    const found = asText(this.#value).slice(0, 40);
    throw new FormatError(`${this.#file}: ${place} is ${found}; it must be ${expected}.`);
  }
}

/** A value as JSON; the stack is too small for what a file may nest. */
function asText(value: unknown): string {
  try {
    return JSON.stringify(value) ?? "missing";
  } catch {
    return "nested too deeply";
  }
}
