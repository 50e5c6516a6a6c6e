import type {RecordedName} from "./comparison.js";
import type {PositionRecording} from "./recording.js";

/** What a model expects after a line, and after the same line reordered: probabilities of all V tokens. */
export interface ShuffleReading {
  before: number[];
  after: number[];
}

/** What src/data/order.json.ts computes when the site is built. */
export interface OrderPage {
  recording: PositionRecording;
  shuffle: {
    text: string;
    /** Places of the line in their first, shuffled order. */
    order: number[];
    vocabulary: string[];
    readings: Record<RecordedName, ShuffleReading>;
  };
  /** A learned table [T, C] as 8-bit whole numbers in base64, to be multiplied by `scale`. */
  learned: {model: string; T: number; C: number; scale: number; base64: string};
  /** A query and a key of a trained head before they are turned. */
  rotary: {
    layer: number;
    head: number;
    /** How much of its attention this head gives to the token before, on average over the line. */
    previous: number;
    query: {token: string; vector: number[]};
    key: {token: string; vector: number[]};
  };
  /** Root mean squares before training of the compared models: of token vectors and of the waves. */
  start: {tokens: number; waves: number};
}

/** The table of `learned`. */
export function learnedTable({scale, base64}: OrderPage["learned"]): Float32Array {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  return Float32Array.from(new Int8Array(bytes.buffer), (value) => value * scale);
}

/** Packs a table as `learned` holds it: eight bits a number are more than its picture shows. */
export function packTable(table: Float32Array): {scale: number; base64: string} {
  const scale = table.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / 127 || 1;
  const whole = Int8Array.from(table, (value) => Math.round(value / scale));
  const bytes = new Uint8Array(whole.buffer);
  return {scale, base64: btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""))};
}
