/** Vocabularies from this size on are ranked digit by digit: for smaller ones comparing is as fast. */
const WIDE = 1024;
const DIGIT_BITS = 11;
const DIGITS = 2 ** DIGIT_BITS;

/**
 * The ids of `logits` from the highest score to the lowest; of equals, the lower id first. No option changes
 * this order, so it can be kept beside cached logits. Throws RangeError for a score that is not finite.
 */
export function rank(logits: Float32Array): Uint16Array {
  if (logits.length < 1 || logits.length > 65536)
    throw new RangeError(`There are ${logits.length} scores; a vocabulary has 1 to 65,536 tokens.`);
  const ids = new Uint16Array(logits.length);
  for (let id = 0; id < ids.length; id++) {
    if (!Number.isFinite(logits[id]))
      throw new RangeError(
        `The score of token ${id} is ${logits[id]}: the model is damaged or its training diverged.`
      );
    ids[id] = id;
  }
  return ids.length < WIDE ? ids.sort((a, b) => logits[b]! - logits[a]! || a - b) : byDigits(logits, ids);
}

/** Radix sort, a score's lowest bits first: it keeps the order of equals, and compares nothing. */
function byDigits(logits: Float32Array, ids: Uint16Array): Uint16Array {
  const keys = keysOf(logits);
  let [from, to]: [Uint16Array, Uint16Array] = [ids, new Uint16Array(ids.length)];
  for (let shift = 0; shift < 32; shift += DIGIT_BITS) {
    const starts = new Uint32Array(DIGITS + 1);
    for (let i = 0; i < keys.length; i++) starts[((keys[i]! >>> shift) & (DIGITS - 1)) + 1]!++;
    for (let digit = 0; digit < DIGITS; digit++) starts[digit + 1]! += starts[digit]!;
    for (let i = 0; i < from.length; i++) {
      const id = from[i]!;
      to[starts[(keys[id]! >>> shift) & (DIGITS - 1)]!++] = id;
    }
    [from, to] = [to, from];
  }
  return from;
}

/** Whole numbers that are the lower, the higher a score is: positive floats grow with their bits, negative ones fall. */
function keysOf(logits: Float32Array): Uint32Array {
  const floats = new Float32Array(logits.length);
  // Adding zero makes 0 of −0, whose bits are others.
  for (let id = 0; id < floats.length; id++) floats[id] = logits[id]! + 0;
  const keys = new Uint32Array(floats.buffer);
  for (let id = 0; id < keys.length; id++) {
    const bits = keys[id]!;
    keys[id] = bits & 0x80000000 ? bits : ~(bits | 0x80000000);
  }
  return keys;
}
