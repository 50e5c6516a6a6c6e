import type {CorpusMeta} from "../corpus/meta.js";
import type {ModelConfig} from "../model/config.js";
import type {TrainConfig} from "./config.js";

/** What decides how much text a step reads. */
export interface Reader {
  modelConfig: Pick<ModelConfig, "blockSize">;
  trainConfig: Pick<TrainConfig, "batchSize" | "overfitOneBatch">;
  corpus: Pick<CorpusMeta, "counts">;
}

/**
 * Epochs after `step` updates: tokens read over tokens of the training text. Windows are drawn at random, so that after
 * one epoch each token has been read once on average; in batches of documents, padding counts as read. Null where every
 * step reads the same batch.
 */
export function epochsAt(step: number, {modelConfig, trainConfig, corpus}: Reader): number | null {
  if (trainConfig.overfitOneBatch) return null;
  return (step * trainConfig.batchSize * modelConfig.blockSize) / corpus.counts.train;
}

/** In words, "0.43 epochs"; empty where there are none to speak of. */
export function epochsInWords(step: number, reader: Reader): string {
  const epochs = epochsAt(step, reader);
  return epochs === null ? "" : `${formatEpochs(epochs)} epochs`;
}

/** At most two decimals and three significant figures, but two figures of however little there is. */
export function formatEpochs(epochs: number): string {
  if (epochs < 0.0995) return String(Number(epochs.toPrecision(2)));
  return epochs.toFixed(epochs >= 99.95 ? 0 : epochs >= 9.995 ? 1 : 2);
}
