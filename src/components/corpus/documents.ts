import {createRandom, type Random} from "../random.js";
import type {Tokenizer} from "../text/tokenizer.js";
import type {Batch, BatchShape} from "./batches.js";

export interface DocumentShape extends BatchShape {
  /** The token that fills rows up: the tokenizer's `paddingId`, or any, since it is never seen nor predicted. */
  paddingId: number;
}

/**
 * Where each document begins, as indices of tokens, in order; the first is 0. A document begins with the first
 * token that shows something after a blank line, which is two line ends with at most white space between,
 * however the tokens cut them; so a blank line ends the document before it. A blank line inside one token
 * begins none. An empty text has no documents; tokens without white space, as WordPiece's, make one.
 */
export function documentStarts(tokens: Uint16Array, tokenizer: Pick<Tokenizer, "vocabulary">): Uint32Array {
  const spaces = tokenizer.vocabulary.map(lineEnds);
  const starts: number[] = tokens.length > 0 ? [0] : [];
  let before = 0;
  let isShown = false;
  for (let i = 0; i < tokens.length; i++) {
    const {leading, trailing, isBlank} = spaces[tokens[i]!]!;
    if (isBlank) {
      before += leading;
      continue;
    }
    // Blank lines at the very start end no document.
    if (before + leading >= 2 && isShown) starts.push(i);
    isShown = true;
    before = trailing;
  }
  return Uint32Array.from(starts);
}

/** The line ends that a token's text begins and ends with, counted in the white space there. */
function lineEnds(text: string): {leading: number; trailing: number; isBlank: boolean} {
  const count = (space: string) => space.split("\n").length - 1;
  const isBlank = text.trim() === "";
  return {
    leading: count(text.slice(0, text.length - text.trimStart().length)),
    trailing: isBlank ? 0 : count(text.slice(text.trimEnd().length)),
    isBlank
  };
}

/**
 * B rows of one document each, drawn uniformly from those of at least two tokens; of one that is longer than T
 * a piece of T tokens, drawn uniformly. Shorter ones are filled up: `padding` [B, T] is 1 there. Each target is
 * the document's next token, and −1, which the loss ignores, after its last and at padding.
 * Throws RangeError when there are fewer than two documents, when none has two tokens, and for a `paddingId`
 * that is no token id.
 */
export function sampleDocuments(
  tokens: Uint16Array,
  starts: Uint32Array,
  shape: DocumentShape,
  random: Random
): Batch {
  return drawDocuments(tokens, usableDocuments(tokens, starts), shape, random);
}

/** The same rows each time it is asked, so that two estimates of a validation loss can be compared. */
export function fixedDocuments(
  tokens: Uint16Array,
  starts: Uint32Array,
  {batches, seed, ...shape}: DocumentShape & {batches: number; seed: number}
): Batch[] {
  const usable = usableDocuments(tokens, starts);
  const random = createRandom(seed);
  return Array.from({length: batches}, () => drawDocuments(tokens, usable, shape, random));
}

interface Document {
  start: number;
  end: number;
}

function drawDocuments(
  tokens: Uint16Array,
  documents: readonly Document[],
  {batchSize, blockSize, paddingId}: DocumentShape,
  random: Random
): Required<Batch> {
  if (!Number.isInteger(paddingId) || paddingId < 0 || paddingId > 0xffff)
    throw new RangeError(`The padding token's id is ${paddingId}; an id is a whole number from 0 to 65,535.`);
  const inputs = new Int32Array(batchSize * blockSize).fill(paddingId);
  const targets = new Int32Array(batchSize * blockSize).fill(-1);
  const padding = new Uint8Array(batchSize * blockSize).fill(1);
  for (let b = 0; b < batchSize; b++) {
    const document = documents[random.integer(documents.length)]!;
    const spare = document.end - document.start - blockSize;
    const start = document.start + (spare > 0 ? random.integer(spare + 1) : 0);
    const end = Math.min(start + blockSize, document.end);
    const row = b * blockSize;
    inputs.set(tokens.subarray(start, end), row);
    targets.set(tokens.subarray(start + 1, Math.min(end + 1, document.end)), row);
    padding.fill(0, row, row + end - start);
  }
  return {inputs, targets, padding};
}

/** Documents with something to predict. */
function usableDocuments(tokens: Uint16Array, starts: Uint32Array): Document[] {
  if (starts.length < 2)
    throw new RangeError(
      `This part of the text has ${starts.length === 1 ? "only one document" : "no documents"}; batches of documents need at least two. ` +
        "Separate documents by a blank line, or train on windows."
    );
  const usable = Array.from(starts, (start, i) => ({start, end: starts[i + 1] ?? tokens.length})).filter(
    ({start, end}) => end - start >= 2
  );
  if (usable.length === 0)
    throw new RangeError(
      "No document of this text has two tokens, so there is nothing to predict: use longer documents, or train on windows."
    );
  return usable;
}
