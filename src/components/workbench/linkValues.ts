import {messageOf} from "../errorMessage.js";
import {choices} from "../model/config.js";
import {trainChoices} from "../training/config.js";
import {options} from "./fields.js";

/** What a setting may be. */
export type Value = string | number | boolean;
export type Values = Record<string, Value>;

/** Characters of a piece that a sentence shows. */
const LONGEST_SHOWN = 100;

/** The words that each setting of words may be; those that the form offers, where it offers it. */
const words: Record<string, readonly string[]> = {
  ...choices,
  ...trainChoices,
  ...Object.fromEntries(Object.entries(options).map(([field, all]) => [field, all.map(({value}) => value)]))
};

/** A value of the kind that the field has. */
export function readValue(field: string, before: Value, written: string): Value {
  if (typeof before === "boolean") return readSwitch(written);
  if (typeof before === "number") return readNumber(written);
  return oneOf(words[field] ?? [before], written);
}

export function oneOf<Text extends string>(allowed: readonly Text[], written: string): Text {
  const found = allowed.find((text) => text === written);
  if (found === undefined) throw new RangeError(`it must be one of ${allowed.join(", ")}.`);
  return found;
}

function readNumber(written: string): number {
  const value = Number(written);
  if (written.length > 30 || !/^-?\d+(\.\d+)?(e[+-]?\d+)?$/.test(written) || !Number.isFinite(value))
    throw new RangeError("it must be a number.");
  return value;
}

export function wholeNumber(written: string): number {
  const value = readNumber(written);
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError("it must be a whole number.");
  return value;
}

export function readSwitch(written: string): boolean {
  if (written !== "true" && written !== "false") throw new RangeError("it must be true or false.");
  return written === "true";
}

export function readSha256(written: string): string {
  if (!/^[0-9a-f]{64}$/.test(written)) throw new RangeError("it must be 64 hexadecimal digits.");
  return written;
}

/**
 * A configuration with changes made, but for those that `check` refuses: the field that its sentence names goes back to
 * what it was, or another one of the sentence, until the whole is possible.
 */
export function possible<Config extends object>(
  config: Config,
  changes: Values,
  problems: string[],
  check: (config: Config) => void
): Config {
  const left = {...changes};
  while (Object.keys(left).length > 0) {
    const changed = {...config, ...left} as Config;
    try {
      check(changed);
      return changed;
    } catch (error) {
      const message = messageOf(error);
      const named = Object.keys(left).find((field) => message.startsWith(`${field} is `));
      const blamed = named ?? Object.keys(left).find((field) => new RegExp(`\\b${field}\\b`).test(message));
      problems.push(`In the link, ${message} It is as usual instead.`);
      for (const field of blamed === undefined ? Object.keys(left) : [blamed]) delete left[field];
    }
  }
  return config;
}

/** A piece of a link as it may stand in a sentence. */
export function shown(piece: string): string {
  let text = piece;
  try {
    text = decodeURIComponent(piece);
  } catch {
    // As it stands, then.
  }
  return `“${text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text}”`;
}
