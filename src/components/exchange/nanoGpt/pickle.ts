import {FormatError} from "../formatError.js";
import {joinBytes} from "../joinBytes.js";

/** What we write and read of Python's pickle: dicts of texts and whole numbers, and dicts in them. */
export type Pickled = number | string | PickledDict;
export type PickledDict = Map<number | string, Pickled>;

/** The instructions of the format that a dict of texts and whole numbers needs (Python's `pickletools`). */
export const OPCODES = {
  PROTO: 0x80,
  FRAME: 0x95,
  STOP: 0x2e,
  MARK: 0x28,
  EMPTY_DICT: 0x7d,
  SETITEM: 0x73,
  SETITEMS: 0x75,
  BININT: 0x4a,
  BININT1: 0x4b,
  BININT2: 0x4d,
  LONG1: 0x8a,
  BINUNICODE: 0x58,
  SHORT_BINUNICODE: 0x8c,
  BINUNICODE8: 0x8d,
  BINPUT: 0x71,
  LONG_BINPUT: 0x72,
  MEMOIZE: 0x94,
  BINGET: 0x68,
  LONG_BINGET: 0x6a
} as const;

/** Dicts in a file, and marks that are open at once: one byte makes a dict, which takes hundreds. Ours have three. */
const MOST_DICTS = 100;
/** Values that wait for their dict, and that are put aside: four for each token of the largest vocabulary. */
const MOST_VALUES = 300_000;

/** The oldest protocol with these instructions; every Python 3 reads it. */
const PROTOCOL = 2;

/**
 * A dict as `pickle.load` reads it, in protocol 2. Keys keep their order. Throws RangeError for a number that is not
 * whole or does not fit 32 bits with a sign.
 */
export function writePickle(dict: PickledDict): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [Uint8Array.of(OPCODES.PROTO, PROTOCOL)];
  write(dict, parts);
  parts.push(Uint8Array.of(OPCODES.STOP));
  return joinBytes(parts);
}

function write(value: Pickled, parts: Uint8Array[]): void {
  if (typeof value === "number") parts.push(integer(value));
  else if (typeof value === "string") parts.push(...text(value));
  else {
    parts.push(Uint8Array.of(OPCODES.EMPTY_DICT, OPCODES.MARK));
    for (const [key, inner] of value) {
      write(key, parts);
      write(inner, parts);
    }
    parts.push(Uint8Array.of(OPCODES.SETITEMS));
  }
}

function integer(value: number): Uint8Array {
  if ((value | 0) !== value)
    throw new RangeError(`${value} cannot be pickled: only whole numbers of 32 bits can.`);
  if (value >= 0 && value < 0x100) return Uint8Array.of(OPCODES.BININT1, value);
  const bytes = Uint8Array.of(OPCODES.BININT, 0, 0, 0, 0);
  new DataView(bytes.buffer).setInt32(1, value, true);
  return bytes;
}

function text(value: string): Uint8Array[] {
  const utf8 = new TextEncoder().encode(value);
  const head = Uint8Array.of(OPCODES.BINUNICODE, 0, 0, 0, 0);
  new DataView(head.buffer).setUint32(1, utf8.length, true);
  return [head, utf8];
}

/**
 * The dict in a pickle of protocol 2 to 5. A pickle is a program, and Python's own reader runs it: it can import any
 * module and call anything. This one knows dicts, texts and whole numbers, and throws FormatError at every other
 * instruction. `file` is what messages call the bytes.
 */
export function readPickle(bytes: Uint8Array, file: string): PickledDict {
  const value = new PickleReader(bytes, file).read();
  return value instanceof Map
    ? value
    : fail(file, `holds a ${typeof value === "number" ? "number" : "text"}; it must hold a dict`);
}

class PickleReader {
  #at = 0;
  #dicts = 0;
  readonly #view: DataView;
  readonly #stack: Pickled[] = [];
  /** How high the stack was at each mark that is still open. */
  readonly #marks: number[] = [];
  /** What was put aside to be named again; a dict that holds itself is refused when it is named. */
  readonly #memo = new Map<number, Pickled>();

  constructor(
    private readonly bytes: Uint8Array,
    private readonly file: string
  ) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  read(): Pickled {
    if (this.bytes[0] !== OPCODES.PROTO)
      return fail(this.file, "is no pickle of protocol 2 to 5, which begin with the byte 0x80");
    for (;;) {
      const opcode = this.#number(1);
      if (opcode === OPCODES.STOP) break;
      this.#obey(opcode);
      if (this.#stack.length > MOST_VALUES || this.#memo.size > MOST_VALUES)
        fail(
          this.file,
          `holds more than ${MOST_VALUES.toLocaleString("en")} values, which no vocabulary here has`
        );
    }
    const [value, ...more] = this.#stack;
    if (value === undefined || more.length > 0 || this.#marks.length > 0 || this.#at !== this.bytes.length)
      return fail(this.file, "is damaged: it does not end with one value");
    return value;
  }

  #obey(opcode: number): void {
    const stack = this.#stack;
    switch (opcode) {
      case OPCODES.PROTO: {
        const protocol = this.#number(1);
        if (protocol < PROTOCOL || protocol > 5)
          fail(this.file, `has pickle protocol ${protocol}; 2 to 5 are understood`);
        return;
      }
      case OPCODES.FRAME:
        this.#number(8); // a frame's length only helps to read ahead
        return;
      case OPCODES.EMPTY_DICT:
        if (++this.#dicts > MOST_DICTS)
          fail(this.file, `holds more than ${MOST_DICTS} dicts; it must hold three`);
        stack.push(new Map());
        return;
      case OPCODES.MARK:
        if (this.#marks.push(stack.length) > MOST_DICTS)
          fail(this.file, `opens more than ${MOST_DICTS} marks`);
        return;
      case OPCODES.SETITEM:
        this.#setItems(stack.length - 2);
        return;
      case OPCODES.SETITEMS:
        this.#setItems(this.#marks.pop() ?? -1);
        return;
      case OPCODES.BININT1:
        stack.push(this.#number(1));
        return;
      case OPCODES.BININT2:
        stack.push(this.#number(2));
        return;
      case OPCODES.BININT:
        stack.push(this.#number(4) | 0);
        return;
      case OPCODES.LONG1:
        stack.push(this.#long(this.#number(1)));
        return;
      case OPCODES.SHORT_BINUNICODE:
        stack.push(this.#text(this.#number(1)));
        return;
      case OPCODES.BINUNICODE:
        stack.push(this.#text(this.#number(4)));
        return;
      case OPCODES.BINUNICODE8:
        stack.push(this.#text(this.#number(8)));
        return;
      case OPCODES.BINPUT:
        this.#remember(this.#number(1));
        return;
      case OPCODES.LONG_BINPUT:
        this.#remember(this.#number(4));
        return;
      case OPCODES.MEMOIZE:
        this.#remember(this.#memo.size);
        return;
      case OPCODES.BINGET:
        stack.push(this.#remembered(this.#number(1)));
        return;
      case OPCODES.LONG_BINGET:
        stack.push(this.#remembered(this.#number(4)));
        return;
      default:
        fail(
          this.file,
          `has the pickle instruction 0x${opcode.toString(16).padStart(2, "0")} at byte ${this.#at - 1}, and may ask for more than a dict of texts and whole numbers: it was not read further, and nothing in it was run`
        );
    }
  }

  /** Takes keys and values off the stack, from `start` on, into the dict below them. */
  #setItems(start: number): void {
    const dict = this.#stack[start - 1];
    const items = this.#stack.length - start;
    if (start < 1 || !(dict instanceof Map) || items % 2 !== 0 || start < (this.#marks.at(-1) ?? 0))
      fail(this.file, "is damaged: keys and values do not fit a dict");
    const taken = this.#stack.splice(start);
    for (let i = 0; i < taken.length; i += 2) {
      const [key, value] = [taken[i]!, taken[i + 1]!];
      if (key instanceof Map) fail(this.file, "is damaged: a dict cannot be a key");
      dict.set(key, value);
    }
  }

  #remember(place: number): void {
    const value = this.#stack.at(-1);
    if (value === undefined) fail(this.file, "is damaged: it names a value before there is one");
    this.#memo.set(place, value);
  }

  #remembered(place: number): Pickled {
    const value = this.#memo.get(place);
    if (value === undefined) return fail(this.file, "is damaged: it names a value that it does not have");
    if (value instanceof Map) return fail(this.file, "holds a dict in two places, which is not understood");
    return value;
  }

  /** An unsigned little-endian whole number of that many bytes. */
  #number(size: 1 | 2 | 4 | 8): number {
    const at = this.#take(size);
    if (size === 1) return this.#view.getUint8(at);
    if (size === 2) return this.#view.getUint16(at, true);
    if (size === 4) return this.#view.getUint32(at, true);
    return Number(this.#view.getBigUint64(at, true));
  }

  /** A little-endian whole number in two's complement of any length, which may stand for what JavaScript can count to. */
  #long(size: number): number {
    const at = this.#take(size);
    let value = 0n;
    for (let i = 0; i < size; i++) value |= BigInt(this.bytes[at + i]!) << BigInt(8 * i);
    const number = Number(BigInt.asIntN(8 * size, value));
    return Number.isSafeInteger(number) ? number : fail(this.file, "holds a number that is too large");
  }

  #text(length: number): string {
    const at = this.#take(length);
    try {
      return new TextDecoder("utf-8", {fatal: true, ignoreBOM: true}).decode(
        this.bytes.subarray(at, at + length)
      );
    } catch {
      return fail(this.file, "is damaged: a text in it is not UTF-8");
    }
  }

  /** Where the next `length` bytes begin; they are checked to be there. */
  #take(length: number): number {
    const at = this.#at;
    if (length > this.bytes.length - at) return fail(this.file, "is cut short");
    this.#at += length;
    return at;
  }
}

function fail(file: string, what: string): never {
  throw new FormatError(`${file} ${what}.`);
}
