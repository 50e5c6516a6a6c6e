import type {Parity} from "../../evaluation/parity.js";
import type {ModelConfig} from "../../model/config.js";
import type {TokenUnit} from "../../text/tokenizer.js";
import type {PackedCache} from "./cacheTrace.js";
import type {OnnxFacts} from "./onnxFacts.js";
import type {Bits} from "./rounding.js";

/** All that was measured of the shipped model when the site was built. */
export interface InferencePage {
  config: ModelConfig;
  unit: TokenUnit;
  /** The beginning of a held-out text, as long as the model reads, and how much of it a written text begins with. */
  passage: number[];
  prompt: number;
  /** A text with its cache; null where the model is no transformer that looks back only. */
  cache: PackedCache | null;
  onnx: OnnxFacts;
  parity: Parity;
  /** null where the model has no weights to round, as one that counts. */
  precision: PrecisionFacts | null;
}

/** What each number of bits costs and saves. */
export interface PrecisionFacts {
  /** The held-out text: its name, and the predictions made on it. */
  text: string;
  predictions: number;
  /** Mean −ln p, nats; bytes of the weights; and of the ONNX file, where files can have this format. */
  rows: {bits: Bits; bytes: number; fileBytes: number | null; loss: number}[];
  /** One channel of one matrix, to be looked at. */
  channel: {name: string; values: number[]};
}
