import {alibiSlopes, sinusoids} from "../../model/positionTables.js";
import {rotaryAngles} from "../../ops/rotaryAngles.js";
import {onnxOps, type Rotation} from "./onnxOps.js";
import {ATTENTION_MASK, type GraphPass, INPUT_IDS, POSITION_IDS} from "./onnxPass.js";

/** What follows from where the tokens stand, for every layer of attention; written once. */
export interface Places {
  /** Rotary positions: what turns queries and keys, [B, 1, T, D]. */
  rotation: Rotation | null;
  /** What is added to the scores, [B, 1 | H, T, S]: −∞ where a key may not be seen, else ALiBi's loss or 0. */
  bias: string;
}

export const writePlaces = (pass: GraphPass): Places => ({
  rotation: writeRotation(pass),
  bias: writeBias(pass)
});

/** The tokens' vectors, with what says where they stand where it is added to them: [B, T] → [B, T, C]. */
export function writeEmbedding(pass: GraphPass): string {
  const {g, config} = pass;
  const {position, blockSize, nEmbd: C} = config;
  const x = onnxOps.embedding(g, "token_embedding", "transformer.wte.weight", INPUT_IDS); // [B, T, C]
  if (position !== "learned" && position !== "sinusoidal") return x;
  const table =
    position === "learned"
      ? "transformer.wpe.weight"
      : g.floats("sinusoids", [blockSize, C], sinusoids(blockSize, C));
  const places = onnxOps.embedding(g, "position_embedding", table, POSITION_IDS); // [B, T, C]
  const tokens = position === "learned" ? x : onnxOps.scale(g, "scaled_embedding", x, Math.sqrt(C));
  return onnxOps.add(g, "embedding", tokens, places);
}

/**
 * Tables of blockSize rows, as the trainer computes them: a sine computed in the graph would be of a float32 angle,
 * whose error grows with the position.
 */
function writeRotation({g, config}: GraphPass): Rotation | null {
  const {position, blockSize, nEmbd: C, nHead: H} = config;
  if (position !== "rope") return null;
  const D = C / H;
  const angles = rotaryAngles(0, blockSize, D);
  const rows = (name: string, f: (angle: number) => number) => {
    const table = g.floats(`rotary.${name}`, [blockSize, D / 2], Float32Array.from(angles, f));
    const found = onnxOps.embedding(g, `${name}.rows`, table, POSITION_IDS); // [B, T, D/2]
    return g.node("Unsqueeze", [found, g.integers([1])], name); // [B, 1, T, D/2]
  };
  const twice = (parts: string[], name: string) => g.node("Concat", parts, name, {axis: {int: -1}}); // [B, 1, T, D]
  const [cos, sin] = [rows("cosines", Math.cos), rows("sines", Math.sin)];
  return {
    cosines: twice([cos, cos], "cosines.both"),
    sines: twice([g.node("Neg", [sin], "sines.negative"), sin], "sines.both")
  };
}

/** The places of the keys, 0 … S − 1, and of the queries, which are the last T of them: [S] and [T]. */
function writeKeyAndQueryPlaces(pass: GraphPass): {keys: string; queries: string} {
  const {g, cache} = pass;
  const tokens = writeTokenPlaces(pass); // [T]
  if (cache === "none") return {keys: tokens, queries: tokens};
  const count = writeLength(pass, ATTENTION_MASK, "total_length");
  const keys = g.node("Range", [g.integer(0), count, g.integer(1)], "key_places");
  const past = g.node("Sub", [count, "length"], "past_length");
  return {keys, queries: g.node("Add", [tokens, past], "query_places")};
}

/** 0 … T − 1: [T]. */
export function writeTokenPlaces(pass: GraphPass): string {
  const {g} = pass;
  return g.node(
    "Range",
    [g.integer(0), writeLength(pass, INPUT_IDS, "length"), g.integer(1)],
    "token_places"
  );
}

/** The second dimension of an input. */
function writeLength({g}: GraphPass, input: string, name: string): string {
  return g.node("Gather", [g.node("Shape", [input], `${name}.shape`), g.integer(1)], name, {axis: {int: 0}});
}

/** Computed, so that no mask is stored: [B, 1 | H, T, S]. */
function writeBias(pass: GraphPass): string {
  const {g, config} = pass;
  const {keys, queries} = writeKeyAndQueryPlaces(pass);
  const rows = g.node("Unsqueeze", [queries, g.integers([1])], "query_column"); // [T, 1]
  const columns = g.node("Unsqueeze", [keys, g.integers([0])], "key_row"); // [1, S]
  const hidden = writeHiddenPadding(pass, rows, columns); // [B, 1, T, S]
  const unseen = config.causal
    ? g.node("Or", [g.node("Less", [rows, columns], "future"), hidden], "unseen")
    : hidden;
  const seen = writeAlibi(pass) ?? g.scalar(0);
  return g.node("Where", [unseen, g.scalar(Number.NEGATIVE_INFINITY), seen], "bias");
}

/** Padding is seen by itself only, as in the trainer; so that every softmax has something to weigh. [B, 1, T, S]. */
function writeHiddenPadding({g}: GraphPass, rows: string, columns: string): string {
  const isPadding = g.node("Equal", [ATTENTION_MASK, g.integer(0)], "padding"); // [B, S]
  const keys = g.node("Unsqueeze", [isPadding, g.integers([1, 2])], "padding_keys"); // [B, 1, 1, S]
  const isOther = g.node("Not", [g.node("Equal", [rows, columns], "self")], "other"); // [T, S]
  return g.node("And", [keys, isOther], "hidden_padding");
}

/**
 * ALiBi's −slope · distance for each head, query and key, [B, H, T, S], where it is chosen. A key's position is counted
 * in the mask, since `position_ids` tell nothing of the keys in a cache; so padding and gaps add no distance.
 */
function writeAlibi(pass: GraphPass): string | null {
  const {g, config} = pass;
  const slopes = alibiSlopes(config);
  if (!slopes) return null;
  const keys = g.node("CumSum", [ATTENTION_MASK, g.integer(1)], "alibi.keys"); // [B, S]
  const first = g.node(
    "Neg",
    [g.node("Unsqueeze", ["length", g.integers([0])], "alibi.count")],
    "alibi.first"
  );
  const ends = [first, g.integers([LAST]), g.integers([1])];
  const queries = g.node("Slice", [keys, ...ends], "alibi.queries"); // [B, T], the last
  const columns = g.node("Unsqueeze", [keys, g.integers([1, 2])], "alibi.columns"); // [B, 1, 1, S]
  const rows = g.node("Unsqueeze", [queries, g.integers([1, 3])], "alibi.rows"); // [B, 1, T, 1]
  const steps = g.node("Sub", [columns, rows], "alibi.steps"); // [B, 1, T, S]
  const distances = onnxOps.toFloat(g, "alibi.lengths", g.node("Abs", [steps], "alibi.distances"));
  const losses = Float32Array.from(slopes, (slope) => -slope);
  return g.node("Mul", [g.floats("alibi.slopes", [losses.length, 1, 1], losses), distances], "alibi.bias");
}

/** For a Slice, more than any end. */
const LAST = 2 ** 31 - 1;
