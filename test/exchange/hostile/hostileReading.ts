import {createRandom} from "../../../src/components/random.js";
import {Accepted, type HostileKind} from "./hostileFiles.js";

/** What became of one input. */
export interface Reading {
  /** Kind, number and what was done, to find it again. */
  label: string;
  outcome: "taken" | "refused" | "broken";
  /** What is wrong with it, where it is broken. */
  problem?: string;
  milliseconds: number;
  /** Bytes of the input, and those that typed arrays were made with while it was read. */
  bytes: number;
  allocated: number;
  /** Bytes by which the heap has grown, what may be collected included. */
  heap: number;
}

/** Words that only a machine says: what breaks instead of refusing. */
const MACHINE =
  /undefined|null \(|is not (a function|iterable|defined)|call stack|Cannot (read|convert|mix|create)|Invalid (array|typed|string|DataView|count)|out of (bounds|range)|\[object|allocation|Maximum|Unexpected token|of JSON|deserialize|detached|NaN\b|premature EOF/i;
/** Characters of a sentence for people. */
const LONGEST = 620;

/** Reads every input of a kind, one after the other. */
export async function readHostile({name, count, make}: HostileKind): Promise<Reading[]> {
  const readings: Reading[] = [];
  for (let i = 0; i < count; i++) {
    const {label, content, mustFail, read} = make(createRandom(1000 * i + name.length), i);
    const allocations = countAllocations();
    const heap = process.memoryUsage().heapUsed;
    const start = performance.now();
    let error: unknown = null;
    try {
      await read();
    } catch (thrown) {
      error = thrown;
    }
    const milliseconds = performance.now() - start;
    const grown = process.memoryUsage().heapUsed - heap;
    const allocated = allocations.end();
    const problem = problemOf(error, mustFail ?? false);
    readings.push({
      label: `${name} ${i}: ${label.slice(0, 200)}`,
      outcome: problem !== null ? "broken" : error ? "refused" : "taken",
      ...(problem !== null && {problem}),
      milliseconds,
      bytes: content.length,
      allocated,
      heap: grown
    });
  }
  return readings;
}

function problemOf(error: unknown, mustFail: boolean): string | null {
  if (error === null) return mustFail ? "It was taken, though it cannot be harmless." : null;
  if (error instanceof Accepted) return error.message;
  if (!(error instanceof Error)) return `Thrown was ${typeof error}.`;
  const {name, message, stack} = error;
  if (name !== "FormatError" && name !== "RangeError") return stack ?? message;
  // What a file says of itself may stand between quotation marks, and may be anything.
  const own = message.replaceAll(/"(\\.|[^"\\])*("|…?$)/g, '""');
  if (MACHINE.test(own)) return `No sentence for people: ${message.slice(0, 300)}`;
  if (message.length > LONGEST) return `Too long: ${message.slice(0, 200)}`;
  return /^\S.*\s.*[.…]$/s.test(message) ? null : `No sentence: ${message.slice(0, 300)}`;
}

const counted = [
  "ArrayBuffer",
  "Uint8Array",
  "Int8Array",
  "Uint16Array",
  "Int32Array",
  "Uint32Array",
  "Float32Array"
] as const;

/** Counts the bytes of buffers that are made by the arrays' constructors, until it is ended. */
function countAllocations(): {end(): number} {
  let bytes = 0;
  const originals = counted.map((name) => [name, globalThis[name]] as const);
  for (const [name, original] of originals)
    Object.defineProperty(globalThis, name, {
      configurable: true,
      writable: true,
      value: new Proxy(original as new (...args: unknown[]) => ArrayBuffer | Uint8Array, {
        construct(Target, args, self) {
          const made = Reflect.construct(
            Target,
            args,
            self === globalThis[name] ? Target : self
          ) as Uint8Array;
          if (!(args[0] instanceof originals[0]![1])) bytes += made.byteLength;
          return made;
        }
      })
    });
  return {
    end() {
      for (const [name, original] of originals)
        Object.defineProperty(globalThis, name, {configurable: true, writable: true, value: original});
      return bytes;
    }
  };
}
