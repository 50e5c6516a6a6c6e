import {type Batch, disjointWindows} from "../corpus/batches.js";
import type {Trainer} from "./trainer.js";

/**
 * Mean loss over a whole text, every token but the first predicted once, in disjoint windows of the model's
 * context; nats a token. `onProgress` receives the share done, 0 … 1.
 */
export async function wholeTextLoss(
  trainer: Trainer,
  tokens: Uint16Array,
  onProgress?: (share: number) => void
): Promise<number> {
  const {blockSize} = trainer.config;
  const batches = group(disjointWindows(tokens, blockSize), trainer.trainConfig.batchSize, blockSize);
  let done = 0;
  return trainer.meanLoss(batches, () => {
    onProgress?.(++done / batches.length);
    return true;
  });
}

/** Joins full windows into batches of `size`; a last window that is not full stays alone. */
function group(windows: Batch[], size: number, blockSize: number): Batch[] {
  const full = windows.filter(({inputs}) => inputs.length === blockSize);
  const batches = windows.filter(({inputs}) => inputs.length !== blockSize);
  for (let start = 0; start < full.length; start += size) {
    const members = full.slice(start, start + size);
    const joined: Batch = {
      inputs: new Int32Array(members.length * blockSize),
      targets: new Int32Array(members.length * blockSize)
    };
    members.forEach(({inputs, targets}, i) => {
      joined.inputs.set(inputs, i * blockSize);
      joined.targets.set(targets, i * blockSize);
    });
    batches.push(joined);
  }
  return batches;
}
