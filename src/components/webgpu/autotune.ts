import type * as tf from "@tensorflow/tfjs-core";
import {flush, webgpuBackend} from "./backend.js";
import {compileKernelsOf} from "./runner.js";

/** A place where a kernel of ours can work in more than one way. The ways add in different orders. */
export interface Choice {
  /** The kernel, e.g. "MatMul TN". */
  kind: string;
  /** All sizes that its speed depends on. */
  sizes: readonly number[];
  /** The ways worth measuring on this device; the first is taken while nothing is measured. */
  candidates: readonly string[];
  /** Whether a way of that name exists, be it a candidate here or not. */
  exists(variant: string): boolean;
  /** Makes operands of these sizes to try the candidates on. */
  trial(): Trial;
}

export interface Trial {
  /** Runs the kernel once in that way. The caller frees the result. */
  run(variant: string): tf.Tensor;
  /** How far a result is from what tfjs computes, as a share of its size. */
  error(result: tf.Tensor): Promise<number>;
  dispose(): void;
}

/** Errors above this are no rounding: float32 sums of thousands of terms stay below a hundredth of it. */
const TOLERANCE = 1e-3;
/** Milliseconds that a measurement takes at least; browsers round their clocks. */
const MEASURED = 5;

/** What was decided on a device, and what was asked for there and is not. */
interface Decisions {
  made: Map<string, string>;
  open: Map<string, Choice>;
}

const devices = new WeakMap<GPUDevice, Decisions>();

function decisions(): Decisions {
  const {device} = webgpuBackend();
  let known = devices.get(device);
  if (!known) {
    known = {made: new Map(), open: new Map()};
    devices.set(device, known);
  }
  return known;
}

const keyOf = ({kind, sizes}: Choice): string => `${kind} ${sizes.join("×")}`;

/** The way to work here: as `tune` or `useTuning` has decided on this device, else the first candidate. */
export function chooseVariant(choice: Choice): string {
  const {made, open} = decisions();
  const key = keyOf(choice);
  const decided = made.get(key);
  if (decided !== undefined) {
    if (choice.exists(decided)) return decided;
    made.delete(key);
  }
  open.set(key, choice);
  return choice.candidates[0]!;
}

/**
 * Measures every choice that kernels have asked for and nobody has decided, and decides it. Call it between a first
 * look at the kernels of a step (`compileKernelsOf`) and the step itself. Returns a sentence for each candidate whose
 * results were wrong on this device and that is therefore not used.
 *
 * Throws Error when no candidate of a choice computes correctly.
 */
export async function tune(onProgress?: (done: number, total: number) => void): Promise<string[]> {
  const {made, open} = decisions();
  const sentences: string[] = [];
  const choices = [...open];
  for (const [done, [key, choice]] of choices.entries()) {
    onProgress?.(done, choices.length);
    const isOpen = choice.candidates.length > 1 && deviceComputes();
    made.set(key, isOpen ? await fastest(choice, sentences) : choice.candidates[0]!);
    open.delete(key);
  }
  return sentences;
}

/** On Dawn's null adapter results are whatever lay in memory, so that nothing can be compared. */
const deviceComputes = (): boolean => webgpuBackend().device.adapterInfo?.device !== "null-backend";

async function fastest(choice: Choice, sentences: string[]): Promise<string> {
  const trial = choice.trial();
  const results: {variant: string; time: number}[] = [];
  try {
    await compileKernelsOf(() => {
      for (const variant of choice.candidates) trial.run(variant).dispose();
    });
    for (const variant of choice.candidates) {
      const result = trial.run(variant);
      const error = await trial.error(result);
      result.dispose();
      // Asked this way round, NaN is an error.
      if (error <= TOLERANCE) results.push({variant, time: await timeOf(trial, variant)});
      else
        sentences.push(
          `${keyOf(choice)} by ${variant} is off by ${error.toPrecision(2)} of its size on this device and is not used.`
        );
    }
  } finally {
    trial.dispose();
  }
  if (results.length === 0)
    throw new Error(`${sentences.join(" ")} Nothing else is left: turn the kernels off.`);
  return results.reduce((best, one) => (one.time < best.time ? one : best)).variant;
}

/** Milliseconds of one run, the best of three measurements. */
async function timeOf(trial: Trial, variant: string): Promise<number> {
  const backend = webgpuBackend();
  const measured = async (runs: number) => {
    const start = performance.now();
    for (let i = 0; i < runs; i++) trial.run(variant).dispose();
    flush(backend);
    await backend.queue.onSubmittedWorkDone();
    return (performance.now() - start) / runs;
  };
  const once = await measured(1);
  const runs = Math.min(50, Math.ceil(MEASURED / Math.max(once, 0.1)));
  return Math.min(await measured(runs), await measured(runs), runs === 1 ? once : await measured(runs));
}

/** What is decided on this device, and what is used undecided; a run that goes on by it adds in the same order. */
export function tuning(): Record<string, string> {
  const {made, open} = decisions();
  return Object.fromEntries([...[...open].map(([key, {candidates}]) => [key, candidates[0]!]), ...made]);
}

/** Decides as is written in what `tuning` returned, perhaps on another device. Ways that do not exist are passed over. */
export function useTuning(record: Readonly<Record<string, string>>): void {
  const {made, open} = decisions();
  for (const [key, variant] of Object.entries(record)) {
    made.set(key, variant);
    open.delete(key);
  }
}
