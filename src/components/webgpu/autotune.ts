import * as tf from "@tensorflow/tfjs-core";
import {webgpuBackend} from "./backend.js";
import {Capture} from "./capture.js";
import {computes} from "./device.js";
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
  /** How far a result may be from what tfjs computes, as a share of its size, where it is not the usual. */
  tolerance?: number;
  /** Makes operands of these sizes to try the candidates on. */
  trial(): Trial<Result>;
}

type Result = tf.Tensor | tf.Tensor[];

export interface Trial<Made extends Result = tf.Tensor> {
  /** Runs the kernel once in that way. The caller frees the result. */
  run(variant: string): Made;
  /** How far a result is from what tfjs computes, as a share of its size. */
  error(result: Made): Promise<number>;
  dispose(): void;
}

/** Errors above this are no rounding: float32 sums of thousands of terms stay below a hundredth of it. */
const TOLERANCE = 1e-3;
/** Milliseconds that a measurement takes at least; browsers round their clocks. */
const MEASURED = 5;
/** What takes so many is not measured again. */
const LONG = 100;

/** What was decided on a device. */
interface Decisions {
  made: Map<string, string>;
  /** Those that a record has made, perhaps on another device, and that are untried on this one. */
  untried: Set<string>;
  /** What was asked for and is undecided or untried. */
  open: Map<string, Choice>;
}

const devices = new WeakMap<GPUDevice, Decisions>();

function decisions(): Decisions {
  const {device} = webgpuBackend();
  let known = devices.get(device);
  if (!known) {
    known = {made: new Map(), untried: new Set(), open: new Map()};
    devices.set(device, known);
  }
  return known;
}

const keyOf = ({kind, sizes}: Choice): string => `${kind} ${sizes.join("×")}`;

/** The way to work here: as `tune` or `useTuning` has decided on this device, else the first candidate. */
export function chooseVariant(choice: Choice): string {
  const {made, untried, open} = decisions();
  const key = keyOf(choice);
  const decided = made.get(key);
  const isThere = decided !== undefined && choice.exists(decided);
  if (decided !== undefined && !isThere) made.delete(key);
  if (!isThere || untried.has(key)) open.set(key, choice);
  return isThere ? decided : choice.candidates[0]!;
}

/**
 * Measures every choice that kernels have asked for and nobody has decided, and decides it; what a record has decided
 * is tried, and decided anew if it computes wrongly here. Call it between a first look at the kernels of a step
 * (`compileKernelsOf`) and the step itself. Returns a sentence for each way whose results were wrong on this device and
 * that is therefore not used.
 *
 * Throws Error when no candidate of a choice computes correctly.
 */
export async function tune(onProgress?: (done: number, total: number) => void): Promise<string[]> {
  const {made, untried, open} = decisions();
  const sentences: string[] = [];
  const choices = [...open];
  for (const [done, [key, choice]] of choices.entries()) {
    onProgress?.(done, choices.length);
    made.set(key, await decide(choice, made.get(key), sentences));
    untried.delete(key);
    open.delete(key);
  }
  return sentences;
}

/** `given` is what a record wants. The first candidate is taken untried where there is nothing to measure. */
async function decide(choice: Choice, given: string | undefined, sentences: string[]): Promise<string> {
  const {candidates} = choice;
  const guess = candidates[0]!;
  if (!computes(webgpuBackend().device)) return given ?? guess;
  if (given === guess || (given === undefined && candidates.length === 1)) return guess;
  if (given !== undefined && (await tryOut(choice, [given], sentences)).length > 0) return given;
  const others = candidates.filter((candidate) => candidate !== given);
  const results = await tryOut(choice, others, sentences);
  if (results.length === 0)
    throw new Error(`${sentences.join(" ")} Nothing else is left: turn the kernels off.`);
  return results.reduce((best, one) => (one.time < best.time ? one : best)).variant;
}

/** Those of the ways that compute correctly here, and the milliseconds that they take, if there is more than one. */
async function tryOut(
  choice: Choice,
  variants: readonly string[],
  sentences: string[]
): Promise<{variant: string; time: number}[]> {
  const trial = choice.trial();
  const results: {variant: string; time: number}[] = [];
  try {
    await compileKernelsOf(() => {
      for (const variant of variants) tf.dispose(trial.run(variant));
    });
    for (const variant of variants) {
      const result = trial.run(variant);
      const error = await trial.error(result);
      tf.dispose(result);
      // Asked this way round, NaN is an error.
      if (error <= (choice.tolerance ?? TOLERANCE))
        results.push({variant, time: variants.length > 1 ? await timeOf(trial, variant) : 0});
      else
        sentences.push(
          `${keyOf(choice)} by ${variant} is off by ${error.toPrecision(2)} of its size on this device and is not used.`
        );
    }
  } finally {
    trial.dispose();
  }
  return results;
}

/**
 * Milliseconds of one run, the best of three measurements. A fast GPU is done before JavaScript has encoded the next
 * run, so that runs are captured and replayed, as they will be in a step.
 */
async function timeOf(trial: Trial<Result>, variant: string): Promise<number> {
  const {queue} = webgpuBackend();
  const capture = await Capture.record(() => {
    const made = trial.run(variant);
    return Object.fromEntries((Array.isArray(made) ? made : [made]).entries());
  });
  const measured = async (runs: number) => {
    await queue.onSubmittedWorkDone();
    const start = performance.now();
    for (let i = 0; i < runs; i++) capture.replay();
    await queue.onSubmittedWorkDone();
    return (performance.now() - start) / runs;
  };
  try {
    const once = await measured(1);
    if (once >= LONG) return once;
    const runs = Math.min(200, Math.ceil(MEASURED / Math.max(once, 0.02)));
    return Math.min(await measured(runs), await measured(runs), runs === 1 ? once : await measured(runs));
  } finally {
    tf.dispose(capture.result);
    capture.dispose();
  }
}

/** What is decided on this device, and what is used undecided; a run that goes on by it adds in the same order. */
export function tuning(): Record<string, string> {
  const {made, open} = decisions();
  return Object.fromEntries([...[...open].map(([key, {candidates}]) => [key, candidates[0]!]), ...made]);
}

/** Decides as is written in what `tuning` returned, perhaps on another device. Ways that do not exist are passed over. */
export function useTuning(record: Readonly<Record<string, string>>): void {
  const {made, untried, open} = decisions();
  for (const [key, variant] of Object.entries(record)) {
    if (made.get(key) !== variant) untried.add(key);
    made.set(key, variant);
    open.delete(key);
  }
}
