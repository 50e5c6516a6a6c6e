import * as tf from "@tensorflow/tfjs-core";

/** The parts of tfjs's engine that every tensor passes through when it is made and freed, and every gradient. */
interface Bookkeeping {
  state: {tensorInfo: WeakMap<object, unknown>};
  trackTensor(tensor: tf.Tensor, backend: unknown): void;
  disposeTensor(tensor: tf.Tensor): void;
  startTape(): void;
  endTape(): void;
}

export interface Watch {
  /** Most bytes that were held at once since the watch began, beyond those before. */
  peak: number;
  /** For every taking of gradients, in order: bytes that its forward pass left behind, its value included. */
  left: number[];
}

/**
 * Counts the bytes of distinct arrays while `work` runs. tf.memory() counts a clone, and what an operation saves, as
 * if it were a copy; here tensors that share an array count once.
 */
export function watchBytes(work: () => void): Watch {
  const engine = tf.engine() as unknown as Bookkeeping;
  const holders = new Map<object, number>();
  const watch: Watch = {peak: 0, left: []};
  let held = 0;
  let atStart = 0;
  const {trackTensor, disposeTensor, startTape, endTape} = engine;
  const own: Omit<Bookkeeping, "state"> = {
    trackTensor(tensor, backend) {
      const before = holders.get(tensor.dataId) ?? 0;
      // A clone of what was there before the watch holds nothing new.
      const isOlder = before === 0 && engine.state.tensorInfo.has(tensor.dataId);
      trackTensor.call(engine, tensor, backend);
      if (isOlder) return;
      if (before === 0) held += 4 * tensor.size;
      holders.set(tensor.dataId, before + 1);
      watch.peak = Math.max(watch.peak, held);
    },
    disposeTensor(tensor) {
      const before = holders.get(tensor.dataId);
      if (before !== undefined) {
        if (before === 1) {
          holders.delete(tensor.dataId);
          held -= 4 * tensor.size;
        } else holders.set(tensor.dataId, before - 1);
      }
      disposeTensor.call(engine, tensor);
    },
    startTape() {
      atStart = held;
      startTape.call(engine);
    },
    endTape() {
      watch.left.push(held - atStart);
      endTape.call(engine);
    }
  };
  Object.assign(engine, own);
  try {
    work();
  } finally {
    for (const name of Object.keys(own)) delete (engine as unknown as Record<string, unknown>)[name];
  }
  return watch;
}
