import type {TokenUnit} from "../../text/tokenizer.js";
import {unpackAttention} from "./packedAttention.js";

/** What one checkpoint of the recorded run is. */
export interface Moment {
  step: number;
  /** Held-out loss of the checkpoint, nats a token. */
  loss: number;
  /** What it wrote. */
  sample: string;
  /** [L·H, T, T]: how its heads read the beginning of the line. */
  attention: Float32Array;
  /** [N − 1]: −ln p of each token of the line but the first, nats. */
  nats: readonly number[];
  /** Where each token of the vocabulary lies in the plane. */
  places: readonly (readonly [x: number, y: number])[];
  /** What vowels have to do with one another by then. */
  vowels: string;
}

/** A recorded run as the chapter's scrubber shows it; made at build time by data/training.json.ts. */
export interface Timeline {
  unit: TokenUnit;
  vocabulary: readonly string[];
  model: {nLayer: number; nHead: number; nEmbd: number; parameters: number};
  run: {
    corpus: string;
    steps: number;
    seed: number;
    adapter: string;
    seconds: number;
    batchSize: number;
    blockSize: number;
    learningRate: number;
    /** Tokens of the training text. */
    textLength: number;
  };
  /** The loss that no model can have less than on the held-out text; nats a token. */
  floor: number;
  /** The training loss: step, nats of that step's batch. */
  losses: readonly (readonly [step: number, loss: number])[];
  /** Held-out text, and what the text's own source gives for it: [N − 1], −ln p of each token but the first, nats. */
  line: {tokens: readonly string[]; truth: readonly number[]};
  /** T: tokens of the line whose attention is shown. */
  attended: number;
  /** The head that looks farthest back in the end. */
  head: {layer: number; head: number};
  /** The share of the token table's variance that the plane shows at the end. */
  share: number;
  moments: readonly Moment[];
}

/** The same in JSON. */
export interface PackedTimeline extends Omit<Timeline, "moments"> {
  moments: readonly (Omit<Moment, "attention"> & {attention: string})[];
}

export function unpackTimeline(packed: PackedTimeline): Timeline {
  const {model, attended, moments} = packed;
  return {
    ...packed,
    moments: moments.map((moment) => ({
      ...moment,
      attention: unpackAttention(moment.attention, model.nLayer * model.nHead, attended)
    }))
  };
}

/** The losses of a checkpoint and of the text’s own source on the line: mean nats a token. */
export function lineLosses({line}: Timeline, {nats}: Moment): {model: number; truth: number} {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return {model: mean(nats), truth: mean(line.truth)};
}
