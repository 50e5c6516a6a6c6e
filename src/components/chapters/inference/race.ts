import {rank} from "../../generation/rank.js";
import type {TensorModel} from "../../model/tensorModel.js";
import type {RacedToken} from "./protocol.js";

/**
 * Reads a text up to `length` tokens, each in turn with the cache and by a pass over all tokens so far, and hands over
 * what each took; the text goes on with the likeliest token. Both must come to the same scores, which `difference` says.
 */
export async function* timeRace(
  model: TensorModel,
  prompt: readonly number[],
  length: number
): AsyncGenerator<Omit<RacedToken, "text"> & {id: number}, void, void> {
  const {vocabSize: V} = model.config;
  const ids = [...prompt];
  const decoding = model.decoding();
  try {
    // What an engine does only once, it does here.
    for (const id of ids.slice(0, -1)) {
      await decoding.read([id]);
      await model.trace(ids);
    }
    for (;;) {
      const start = performance.now();
      const scores = await decoding.read(ids.slice(-1));
      const between = performance.now();
      const {logits} = await model.trace(ids);
      const end = performance.now();
      const all = logits.subarray(logits.length - V);
      const difference = scores.reduce((most, score, i) => Math.max(most, Math.abs(score - all[i]!)), 0);
      const times = {withCache: between - start, without: end - between};
      yield {t: ids.length, id: ids.at(-1)!, ...times, difference};
      if (ids.length >= length) return;
      ids.push(rank(scores)[0]!);
    }
  } finally {
    decoding.dispose();
  }
}
