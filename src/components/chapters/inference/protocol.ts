import type {CorpusSource} from "../../training/protocol.js";

/** What can compute here: TensorFlow.js's engines, or our own loops without any library. */
export type Engine = "loops" | "cpu" | "wasm" | "webgpu";

/** What the chapter's worker is asked; a worker does one thing and is then ended. Addresses are absolute. */
export type Measurement =
  /** Writes a text, and tells what each token adds to the cache. */
  | {type: "write"; model: string; prompt: readonly number[]; length: number; seed: number}
  /** Writes a text token by token, each with the cache and by reading all anew. */
  | {type: "race"; model: string; prompt: readonly number[]; length: number}
  /** Reads windows of a text at once, and token by token. */
  | {type: "windows"; model: string; ids: readonly number[]; lengths: readonly number[]}
  /** Takes training steps on one engine. */
  | {type: "steps"; engine: Engine; corpus: CorpusSource; steps: number};

/** What it tells. "ended" or "failed" comes last. */
export type MeasurementReport =
  | {type: "loading"; loadedBytes: number; totalBytes: number | null}
  | {type: "written"; text: string; column: Float32Array}
  | {type: "raced"; token: RacedToken}
  | {type: "read"; window: ReadWindow}
  /** The engine in words, once it has started. */
  | {type: "engine"; name: string}
  | {type: "stepped"; step: TimedStep}
  | {type: "ended"}
  | {type: "failed"; message: string};

/** One token read in two ways: milliseconds each, and how far their scores are apart. */
export interface RacedToken {
  /** The number of the token, counted from 1. */
  t: number;
  text: string;
  withCache: number;
  without: number;
  difference: number;
}

/** A window read in one pass, and in as many passes as it has tokens: milliseconds. */
export interface ReadWindow {
  T: number;
  atOnce: number;
  oneByOne: number;
}

/** A training step: milliseconds, and what came out. */
export interface TimedStep {
  ms: number;
  /** Of the batch before the update, nats. */
  loss: number;
}
