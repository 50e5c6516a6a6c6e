import type {ModelConfig} from "../../model/config.js";
import type {Place} from "../../model/tensorModel.js";

/** A layer's numbers for one window, a column for each token. */
export interface LayerTable {
  /** Row-major, rows × columns. */
  values: Float32Array;
  /** Numbers for a token; those of several heads one head after another. */
  rows: number;
  /** Tokens. */
  columns: number;
}

/** [1, T, C] → [C, T], [1, H, T, D] → [H·D, T]. Throws RangeError for other shapes. */
export function layerTable(shape: readonly number[], values: Float32Array): LayerTable {
  const [B, H, T, D] = shape.length === 3 ? [shape[0]!, 1, shape[1]!, shape[2]!] : shape;
  if (B !== 1 || H === undefined || T === undefined || D === undefined)
    throw new RangeError(`A layer of shape [${shape.join(", ")}] is not one window's.`);
  const table = new Float32Array(H * D * T);
  for (let h = 0; h < H; h++)
    for (let t = 0; t < T; t++)
      for (let d = 0; d < D; d++) table[(h * D + d) * T + t] = values[(h * T + t) * D + d]!;
  return {values: table, rows: H * D, columns: T};
}

/** What a list of numbers is like. */
export interface LayerSize {
  /** The root of the mean square. */
  rms: number;
  /** Share of exact zeros, 0 … 1. */
  zeros: number;
}

export function layerSize(values: Float32Array): LayerSize {
  let [sum, zeros] = [0, 0];
  for (const x of values) {
    sum += x * x;
    if (x === 0) zeros += 1;
  }
  const count = Math.max(1, values.length);
  return {rms: Math.sqrt(sum / count), zeros: zeros / count};
}

const PARTS: Record<string, string> = {
  "attn.input": "what attention reads",
  "attn.q": "queries",
  "attn.k": "keys",
  "attn.v": "values",
  "attn.mixed": "mixed values",
  after_attn: "after attention",
  "mlp.hidden": "hidden units",
  after_mlp: "after feed-forward"
};

/** A place of the pass, for people: "block 2, hidden units". */
export function layerName({name}: Pick<Place, "name">): string {
  const [, block, part] = /^transformer\.h\.(\d+)\.(.+)$/.exec(name) ?? [];
  if (block === undefined) return name === "final" ? "final norm" : name;
  return `block ${Number(block) + 1}, ${PARTS[part!] ?? part}`;
}

/** Which row of a layer of heads is what: "head 2, number 3", or "number 19". */
export function rowName(row: number, shape: readonly number[]): string {
  if (shape.length < 4) return `number ${row + 1}`;
  const D = shape[3]!;
  return `head ${Math.floor(row / D) + 1}, number ${(row % D) + 1}`;
}

/** The layer that is shown first: the hidden units in the middle, or the first of all. */
export function firstLayer(places: readonly Place[], {nLayer}: Pick<ModelConfig, "nLayer">): number {
  const middle = `transformer.h.${Math.floor(nLayer / 2)}.mlp.hidden`;
  return Math.max(
    0,
    places.findIndex(({name}) => name === middle)
  );
}
