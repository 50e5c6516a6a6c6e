import type {TensorModel} from "../../model/tensorModel.js";
import type {ReadWindow} from "./protocol.js";

/** Times each is done; the quickest counts, for whatever else the machine does only adds to it. */
export const READINGS = 5;

/**
 * Reads windows from the beginning of a text: all their tokens in one pass, as training does, and one by one with a
 * cache, as writing must. Both leave a distribution for every place.
 */
export async function* timeWindows(
  model: TensorModel,
  ids: readonly number[],
  lengths: readonly number[]
): AsyncGenerator<ReadWindow, void, void> {
  await readOneByOne(model, ids.slice(0, 2));
  for (const T of lengths) {
    const window = ids.slice(0, T);
    const times = {atOnce: Number.POSITIVE_INFINITY, oneByOne: Number.POSITIVE_INFINITY};
    for (let round = 0; round < READINGS; round++) {
      times.atOnce = Math.min(times.atOnce, await timed(() => model.trace(window)));
      times.oneByOne = Math.min(times.oneByOne, await timed(() => readOneByOne(model, window)));
    }
    yield {T, ...times};
  }
}

async function readOneByOne(model: TensorModel, ids: readonly number[]): Promise<void> {
  const decoding = model.decoding();
  for (const id of ids) await decoding.read([id]);
  decoding.dispose();
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
