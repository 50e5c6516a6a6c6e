import {alibiSlopes, sinusoids} from "../model/positionTables.js";
import {rotaryAngles} from "../ops/rotaryAngles.js";
import {type GraphPass, INPUT_IDS, writeRows} from "./onnxPass.js";
import {TensorProto_DataType} from "./onnxSchema_pb.js";

/** Where the tokens stand, and what follows from it for every layer of attention; written once. */
export interface Positions {
  /** [T], 0 … T − 1. */
  ofTokens: string;
  /** Rotary: cosines and sines of the angle at each position for each pair of numbers, [T, D/2]. */
  rotation: {cosines: string; sines: string} | null;
  /** ALiBi: what is added to the scores, [H, T, S]. */
  bias: string | null;
  /** Causal: true where a key stands later than the query, [T, S]. */
  future: string | null;
}

/** Writes what `config` needs; S keys, which are the same T tokens. */
export function writePositions(pass: GraphPass): Positions {
  const ofTokens = writeTokenPositions(pass);
  const ofKeys = ofTokens;
  return {
    ofTokens,
    rotation: writeRotation(pass, ofTokens),
    bias: writeAlibi(pass, ofTokens, ofKeys),
    future: pass.config.causal ? writeFuture(pass, ofTokens, ofKeys) : null
  };
}

/** The positions of the tokens in the window: [T]. */
export function writeTokenPositions({g}: GraphPass): string {
  const shape = g.node("Shape", [INPUT_IDS], "input_shape");
  const length = g.node("Gather", [shape, g.integer(1)], "length", {axis: {int: 0}});
  return g.node("Range", [g.integer(0), length, g.integer(1)], "positions");
}

/** Adds to the token vectors what says where they stand, as `embedInPosition` of the model does: [B, T, C] → [B, T, C]. */
export function writeAddPositions(pass: GraphPass, x: string, {ofTokens}: Positions): string {
  const {g, config} = pass;
  const {position, blockSize, nEmbd: C} = config;
  if (position === "learned") {
    const places = writeRows(pass, "transformer.wpe.weight", ofTokens, "position_embedding"); // [T, C]
    return g.node("Add", [x, places], "embedding");
  }
  if (position !== "sinusoidal") return x;
  const waves = g.floats("sinusoids", [blockSize, C], sinusoids(blockSize, C));
  const places = writeRows(pass, waves, ofTokens, "position_embedding"); // [T, C]
  const scaled = g.node("Mul", [x, g.scalar(Math.sqrt(C))], "scaled_embedding");
  return g.node("Add", [scaled, places], "embedding");
}

/**
 * Tables of blockSize rows, as the trainer computes them: a sine computed in the graph would be of a float32 angle,
 * whose error grows with the position.
 */
function writeRotation(pass: GraphPass, positions: string): Positions["rotation"] {
  const {position, blockSize, nEmbd: C, nHead: H} = pass.config;
  if (position !== "rope") return null;
  const D = C / H;
  const angles = rotaryAngles(0, blockSize, D);
  const rows = (name: string, f: (angle: number) => number) =>
    writeRows(
      pass,
      pass.g.floats(`rotary.${name}`, [blockSize, D / 2], Float32Array.from(angles, f)),
      positions,
      name
    );
  return {cosines: rows("cosines", Math.cos), sines: rows("sines", Math.sin)};
}

/** Turns queries or keys by the angles of their positions, as `rotary` does: [.., T, D] → [.., T, D]. */
export function writeRotary(
  {g}: GraphPass,
  {cosines, sines}: {cosines: string; sines: string},
  x: string
): string {
  const halves = [`${x}.first`, `${x}.second`];
  const [first, second] = g.nodes("Split", [x], halves, {axis: {int: -1}}) as [string, string];
  const along = (half: string) => g.node("Mul", [half, cosines], `${half}.along`);
  const across = (half: string) => g.node("Mul", [half, sines], `${half}.across`);
  const turned = [
    g.node("Sub", [along(first), across(second)], `${first}.turned`),
    g.node("Add", [along(second), across(first)], `${second}.turned`)
  ];
  return g.node("Concat", turned, `${x}.turned`, {axis: {int: -1}});
}

/** −slope · distance for each head, query and key: [H, T, S]. */
function writeAlibi({g, config}: GraphPass, queries: string, keys: string): string | null {
  const slopes = alibiSlopes(config);
  if (!slopes) return null;
  const rows = g.node("Unsqueeze", [queries, g.integers([1])], "alibi.queries"); // [T, 1]
  const steps = g.node("Sub", [keys, rows], "alibi.steps"); // [T, S]
  const distances = g.node("Cast", [g.node("Abs", [steps], "alibi.distances")], "alibi.lengths", {
    to: {int: TensorProto_DataType.FLOAT}
  });
  const losses = g.floats(
    "alibi.slopes",
    [slopes.length, 1, 1],
    Float32Array.from(slopes, (slope) => -slope)
  );
  return g.node("Mul", [losses, distances], "alibi.bias");
}

/** Computed, so that no mask is stored: [T, S]. */
function writeFuture({g}: GraphPass, queries: string, keys: string): string {
  const rows = g.node("Unsqueeze", [queries, g.integers([1])], "query_positions"); // [T, 1]
  const columns = g.node("Unsqueeze", [keys, g.integers([0])], "key_positions"); // [1, S]
  return g.node("Less", [rows, columns], "future");
}
