import {unknownUnits} from "../../corpus/unknownUnits.js";
import {fetchText} from "../../inference/fetchBytes.js";
import {type Inspector, openInspector} from "../../inspection/inspector.js";
import type {Tokenizer} from "../../text/tokenizer.js";
import {readTokenizer} from "../../text/tokenizerFile.js";
import {tokenTexts} from "../../text/tokenTexts.js";
import {formatPlural} from "../../views/format.js";
import {unknownSentence} from "../../views/unknownSentence.js";
import {type LineTrace, lineTrace, traceNames} from "./lineTrace.js";

/** The longest line that still fits beside its own scores. */
export const LONGEST_LINE = 16;

export interface ReadLine {
  trace: LineTrace;
  /** What of the line is not used, in sentences. */
  remarks: string[];
}

/** Reads lines of the reader's own with a model in a worker. */
export interface LineReader {
  /** Rejects with RangeError, in a sentence, for a line of which nothing is known, and with the signal's reason. */
  read(text: string, signal?: AbortSignal): Promise<ReadLine>;
  dispose(): void;
}

export interface LineReaderOptions {
  /** Addresses of the model and of its tokenizer. */
  model: string;
  tokenizer: string;
  signal?: AbortSignal;
  onProgress?: (loadedBytes: number, totalBytes: number | null) => void;
}

/** Opens the model. Rejects as `openInspector` does. */
export async function openLineReader({model, tokenizer, ...options}: LineReaderOptions): Promise<LineReader> {
  const file = JSON.parse(await fetchText(tokenizer));
  const inspector = await openInspector(model, options);
  return lineReader(inspector, readTokenizer(file));
}

/** A reader of lines with a model that is open. */
export function lineReader(inspector: Inspector, tokenizer: Tokenizer): LineReader {
  const {config} = inspector;
  return {
    async read(text, signal) {
      const noun = tokenizer.kind === "word-piece" ? "word" : "character";
      const {ids: all, unknown} = tokenizer.encode(text);
      const left = unknownSentence("This model", unknownUnits([unknown]), noun);
      if (all.length === 0)
        throw new RangeError(
          `${left ?? "There is nothing to read."} Write at least one ${noun} that the model knows; the line from before stays.`
        );
      const ids = all.subarray(0, Math.min(LONGEST_LINE, config.blockSize));
      const remarks = left ? [left] : [];
      if (ids.length < all.length)
        remarks.push(`Shown are the first ${formatPlural(ids.length, tokenizer.unit)} of ${all.length}.`);
      const inspection = await inspector.inspect(ids, {names: traceNames(config), ...(signal && {signal})});
      return {trace: lineTrace(inspection, tokenTexts(ids, tokenizer), config), remarks};
    },
    dispose: () => inspector.dispose()
  };
}
