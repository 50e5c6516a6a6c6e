import type {LayerTrace, LineTrace} from "./lineTrace.js";

/** Numbers as 16-bit integers in base64: value = integer · step. */
export interface PackedNumbers {
  step: number;
  base64: string;
}

/** A trace as JSON of about 2.7 bytes a number. */
export interface PackedTrace extends Omit<LineTrace, "layers"> {
  layers: readonly Record<keyof LayerTrace, PackedNumbers>[];
}

const LARGEST = 32767;

/** Rounds every number to one part in 32,767 of the largest of its matrix: below what a figure shows. */
export function packTrace(trace: LineTrace): PackedTrace {
  return {
    ...trace,
    layers: trace.layers.map(({input, q, k, v}) => ({
      input: pack(input),
      q: pack(q),
      k: pack(k),
      v: pack(v)
    }))
  };
}

export function unpackTrace(packed: PackedTrace): LineTrace {
  return {
    ...packed,
    layers: packed.layers.map(({input, q, k, v}) => ({
      input: unpack(input),
      q: unpack(q),
      k: unpack(k),
      v: unpack(v)
    }))
  };
}

export function pack(values: Float32Array): PackedNumbers {
  const step = values.reduce((most, x) => Math.max(most, Math.abs(x)), 0) / LARGEST;
  const bytes = new DataView(new ArrayBuffer(2 * values.length));
  values.forEach((x, i) => void bytes.setInt16(2 * i, step > 0 ? Math.round(x / step) : 0, true));
  return {step, base64: btoa(String.fromCharCode(...new Uint8Array(bytes.buffer)))};
}

export function unpack({step, base64}: PackedNumbers): Float32Array {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  return Float32Array.from({length: bytes.length / 2}, (_, i) => step * view.getInt16(2 * i, true));
}
