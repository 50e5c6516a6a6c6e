/** What a run of the scaling figure came to. Losses in nats a token. */
export interface ScalingRun {
  nLayer: number;
  nHead: number;
  nEmbd: number;
  /** All of them, the token table included. */
  parameters: number;
  steps: number;
  learningRate: number;
  /** Tokens read in all, some of them more than once. */
  tokens: number;
  /** Of all matrix products of all steps: `flops` of model/size.ts. */
  flops: number;
  /** Over the whole held-out text. */
  loss: number;
  /** Mean of the last fifty batches. */
  trainLoss: number;
  seconds: number;
}

/** `scale-runs.json`, which `recordScaling` writes. */
export interface ScalingRecord {
  version: 1;
  /** What makes it. */
  command: string;
  engine: string;
  corpus: {name: string; sha256: string; trainTokens: number; valTokens: number};
  /** The loss that no model can beat on the held-out text. */
  floor: number;
  /** That of a blind guess. */
  lnV: number;
  blockSize: number;
  stride: number;
  tokensPerStep: number;
  runs: ScalingRun[];
}

/** Throws TypeError for a record of another version or without runs. */
export function readScalingRuns(json: unknown): ScalingRecord {
  const record = json as ScalingRecord;
  if (record?.version !== 1 || !Array.isArray(record.runs))
    throw new TypeError("The scaling runs are not version 1 of our record.");
  return record;
}

/** The run that took most computing. */
export const dearestOf = (runs: readonly ScalingRun[]): ScalingRun =>
  runs.reduce((dearest, run) => (run.flops > dearest.flops ? run : dearest));
