import type * as tf from "@tensorflow/tfjs-core";
import {addRowsAt} from "../ops/addRowsAt.js";
import {embedding} from "../ops/embedding.js";
import {fixedTable} from "../ops/fixedTable.js";
import {rotary} from "../ops/rotary.js";
import {get, type Pass} from "./pass.js";
import {sinusoids} from "./positionTables.js";

/**
 * Vectors of tokens, with what says where they stand where it is added to them: ids [B, T] → [B, T, C].
 * The other kinds of position act inside attention.
 */
export function embedInPosition(pass: Pass, ids: tf.Tensor): tf.Tensor {
  const {config, parameters, context} = pass;
  const table = get(parameters, "transformer.wte.weight"); // [V, C]
  const first = pass.cache?.length ?? 0;
  const end = context ? config.blockSize : first + ids.shape.at(-1)!;
  // As in the paper: else the waves, whose numbers are near 1, would drown the token.
  const factor = config.position === "sinusoidal" ? Math.sqrt(config.nEmbd) : 1;
  const positions = positionTable(pass, end); // [rows, C]
  if (!context || !positions)
    return embedding(table, ids, {factor, positions: positions && {...positions, first}});
  return addRowsAt(embedding(table, ids, {factor}), positions.table, context.positions);
}

/** The table whose rows are added to the tokens at positions below `end`, and whether it is learned. */
function positionTable(
  {config, parameters}: Pass,
  end: number
): {table: tf.Tensor; isLearned: boolean} | undefined {
  const {position, blockSize, nEmbd: C} = config;
  if (position === "learned") return {table: get(parameters, "transformer.wpe.weight"), isLearned: true};
  if (position !== "sinusoidal") return undefined;
  return {table: fixedTable("sinusoids", [Math.max(blockSize, end), C], sinusoids), isLearned: false};
}

/** Rotary positions, where they are chosen: turns queries or keys [.., T, D] by angles that grow with the position. */
export function turnByPosition({config, cache}: Pass, x: tf.Tensor): tf.Tensor {
  return config.position === "rope" ? rotary(x, cache?.length ?? 0) : x;
}
