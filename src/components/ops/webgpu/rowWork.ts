import * as tf from "@tensorflow/tfjs-core";
import {chooseVariant, type Trial} from "../../webgpu/autotune.js";
import {isOnSoftware} from "../../webgpu/chooseBackend.js";
import {setKernels} from "./kernels.js";
import {hasSubgroups, type Reduction} from "./reduction.js";

/**
 * Who computes a row, such as one vector to be normalised: a single thread from end to end, with nothing to wait for,
 * or the threads of a workgroup, whose neighbouring threads read neighbouring numbers and which put together what they
 * find in pairs, or by subgroups. Software adapters are quick at the first, GPUs at the others. All add in different
 * orders.
 */
export type RowWork = "thread" | Reduction;

let chosen: RowWork | null = null;

/** Has rows and long sums computed this way; null leaves it to the adapter and to measurement. */
export function setRowWork(work: RowWork | null): void {
  chosen = work;
}

/** The longest row that a single thread computes, unless asked to: a longer sum would lose digits one after another. */
const LONGEST_ALONE = 4096;

/**
 * How rows of that length are computed whose threads need nothing from each other: as was asked, else by the adapter,
 * so always the same way on the same one.
 */
export function rowWork(length: number): "thread" | "workgroup" {
  if (chosen) return chosen === "thread" ? "thread" : "workgroup";
  if (length > LONGEST_ALONE) return "workgroup";
  return isOnSoftware() ? "thread" : "workgroup";
}

/** Something to try the ways on. */
export interface Tried {
  /** Computes it by our kernels or, while those are off, by what defines it. */
  run(): tf.Tensor[];
  dispose(): void;
}

/**
 * How the rows of an operation and its gradient are computed, where their threads share what they find: as was asked,
 * else as was measured. `tried` gets a number of rows.
 */
export function measuredRowWork(kind: string, length: number, tried: (rows: number) => Tried): RowWork {
  return (
    chosen ??
    (chooseVariant({
      kind,
      sizes: [length],
      candidates: rowCandidates(length),
      exists: (work) => work === "thread" || isReduction(work),
      trial: () => trialOf(tried(Math.min(MOST_ROWS, Math.ceil(MEASURED / length))))
    }) as RowWork)
  );
}

/**
 * How a workgroup puts together what its threads find among that many numbers: as was asked, else as was measured.
 * `tried` gets how many to try it on.
 */
export function measuredReduction(kind: string, length: number, tried: (length: number) => Tried): Reduction {
  if (chosen) return chosen === "subgroup" ? "subgroup" : "workgroup";
  const measured = Math.min(length, MEASURED);
  return chooseVariant({
    kind,
    sizes: [measured],
    candidates: isOnSoftware() ? ["workgroup"] : reductions(),
    exists: isReduction,
    trial: () => trialOf(tried(measured))
  }) as Reduction;
}

/** Numbers that the ways are measured on, at most: enough to keep a GPU busy. */
const MEASURED = 2 ** 20;
const MOST_ROWS = 2 ** 16;

/** The longest row that is worth a try by one thread on a GPU. */
const SHORT = 128;

/** On software adapters the rule holds: measuring costs seconds there. */
function rowCandidates(length: number): readonly RowWork[] {
  if (isOnSoftware()) return [rowWork(length)];
  return length <= SHORT ? [...reductions(), "thread"] : reductions();
}

/** The ways that the current device has; the first is a fair guess. */
const reductions = (): readonly Reduction[] => (hasSubgroups() ? ["workgroup", "subgroup"] : ["workgroup"]);

const isReduction = (name: string): name is Reduction =>
  name === "workgroup" || (name === "subgroup" && hasSubgroups());

function trialOf({run, dispose}: Tried): Trial<tf.Tensor[]> {
  return {
    run(work) {
      const before = chosen;
      chosen = work as RowWork;
      try {
        return tf.tidy(run);
      } finally {
        chosen = before;
      }
    },
    async error(results) {
      const shares = tf.tidy(() => {
        const expected = defined(run);
        return tf.stack(results.map((result, i) => errorOf(result, expected[i]!)));
      });
      const errors = await shares.data();
      shares.dispose();
      // NaN, if there is one.
      return Math.max(...errors);
    },
    dispose
  };
}

/** What something computes without our kernels. */
function defined<Result>(run: () => Result): Result {
  setKernels(false);
  try {
    return run();
  } finally {
    setKernels(true);
  }
}

/** The largest difference, as a share of the largest number: a scalar. */
const errorOf = (result: tf.Tensor, expected: tf.Tensor): tf.Tensor =>
  tf.div(tf.max(tf.abs(tf.sub(result, expected))), tf.maximum(tf.max(tf.abs(expected)), 1e-30));

/** An operation and its gradient from dy. */
export const withGradient = (
  op: (...inputs: tf.Tensor[]) => tf.Tensor,
  inputs: tf.Tensor[],
  dy: tf.Tensor
): Tried => ({
  run() {
    const {value, grads} = tf.valueAndGrads(op)(inputs, dy);
    return [value, ...grads];
  },
  dispose: () => tf.dispose([inputs, dy])
});
