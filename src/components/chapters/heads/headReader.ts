import {unknownUnits} from "../../corpus/unknownUnits.js";
import {fetchText} from "../../inference/fetchBytes.js";
import {type Inspector, openInspector} from "../../inspection/inspector.js";
import type {Tokenizer} from "../../text/tokenizer.js";
import {readTokenizer} from "../../text/tokenizerFile.js";
import {tokenTexts} from "../../text/tokenTexts.js";
import {formatPlural} from "../../views/format.js";
import type {Head} from "../../views/headGrid.js";
import {unknownSentence} from "../../views/unknownSentence.js";
import {type HeadLine, headLine} from "./headLine.js";

/** The longest line whose tokens can still be told apart in a map. */
export const LONGEST_LINE = 64;

/** Addresses of a model and its tokenizer. */
export interface ModelFiles {
  model: string;
  tokenizer: string;
}

export interface ReadLine {
  line: HeadLine;
  /** What of the text is not used, in sentences. */
  remarks: string[];
}

/** Reads lines with a model in a worker, with all its heads or without some. */
export interface HeadReader {
  /** Rejects with RangeError, in a sentence, for a text with fewer than two known tokens; with the signal's reason. */
  read(text: string, silenced: readonly Head[], signal?: AbortSignal): Promise<ReadLine>;
  dispose(): void;
}

export interface OpenOptions extends ModelFiles {
  signal?: AbortSignal;
  onProgress?: (loadedBytes: number, totalBytes: number | null) => void;
}

/** Opens the model. Rejects as `openInspector` does. */
export async function openHeadReader({model, tokenizer, ...options}: OpenOptions): Promise<HeadReader> {
  const file = JSON.parse(await fetchText(tokenizer));
  return headReader(await openInspector(model, options), readTokenizer(file));
}

export function headReader(inspector: Inspector, tokenizer: Tokenizer): HeadReader {
  const {nLayer, blockSize} = inspector.config;
  const weights = Array.from({length: nLayer}, (_, i) => `transformer.h.${i}.attn.weights`);
  return {
    async read(text, silenced, signal) {
      const noun = tokenizer.kind === "word-piece" ? "word" : "character";
      const {ids: all, unknown} = tokenizer.encode(text);
      const left = unknownSentence("This model", unknownUnits([unknown]), noun);
      if (all.length < 2)
        throw new RangeError(
          `${left ?? "That is too little to read."} Write at least two ${noun}s that the model knows; the line from before stays.`
        );
      const ids = all.subarray(0, Math.min(LONGEST_LINE, blockSize));
      const remarks = left ? [left] : [];
      if (ids.length < all.length)
        remarks.push(`Read are the first ${formatPlural(ids.length, tokenizer.unit)} of ${all.length}.`);
      const inspection = await inspector.inspect(ids, {
        names: [...weights, "logits"],
        silenced,
        ...(signal && {signal})
      });
      const layers = weights.map((name) => inspection[name]!.data);
      const attention = new Float32Array(layers.reduce((sum, {length}) => sum + length, 0));
      let at = 0;
      for (const layer of layers) {
        attention.set(layer, at);
        at += layer.length;
      }
      const pass = {ids, attention, logits: inspection.logits!.data};
      return {line: headLine(pass, tokenTexts(ids, tokenizer), tokenizer.vocabulary), remarks};
    },
    dispose: () => inspector.dispose()
  };
}
