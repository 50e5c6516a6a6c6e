/** What a captured training step was seen to take, with every activation kept or with blocks computed again. */
export interface StepCost {
  /** On the device, the step captured: all buffers together. */
  gpuBytes: number;
  /** Medians of steps taken in turns. */
  milliseconds: number;
}

export interface CheckpointingRun {
  nLayer: number;
  nHead: number;
  nEmbd: number;
  nInner: number;
  blockSize: number;
  vocabSize: number;
  batchSize: number;
  kept: StepCost;
  recomputed: StepCost;
}

/** `scale-checkpointing.json`, which `recordCheckpointing` writes. */
export interface CheckpointingRecord {
  version: 1;
  /** What makes it. */
  command: string;
  /** For people: the WebGPU device that it was measured on. */
  adapter: string;
  /** Steps of either kind that a median is of. */
  steps: number;
  runs: CheckpointingRun[];
}

/** Throws TypeError for a record of another version or without runs. */
export function readCheckpointing(json: unknown): CheckpointingRecord {
  const record = json as CheckpointingRecord;
  if (record?.version !== 1 || !Array.isArray(record.runs) || record.runs.length === 0)
    throw new TypeError("The measurements of checkpointing are not version 1 of our record.");
  return record;
}
