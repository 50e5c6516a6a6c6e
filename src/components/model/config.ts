/**
 * The shape of a model. The letters used in every shape comment of the project:
 *
 *   B  batch size              T  tokens in a window (≤ blockSize)
 *   C  width, nEmbd            H  heads, nHead          D  width of a head, C / H
 *   V  vocabulary size         L  layers, nLayer        F  width of the feed-forward layer, nInner
 */
export interface ModelConfig {
  nLayer: number;
  nHead: number;
  nEmbd: number;
  /** Width inside the feed-forward layer. GPT-2 uses 4 · nEmbd. */
  nInner: number;
  /** The longest window the model can see: rows of the position table. */
  blockSize: number;
  vocabSize: number;
}

/** Throws RangeError with a sentence that names the field, its value and the limit. */
export function checkModelConfig(config: ModelConfig): void {
  const limits: Record<keyof ModelConfig, [min: number, max: number]> = {
    nLayer: [1, 48],
    nHead: [1, 64],
    nEmbd: [1, 4096],
    nInner: [1, 16384],
    blockSize: [1, 8192],
    vocabSize: [2, 65536]
  };
  for (const [field, [min, max]] of Object.entries(limits)) {
    const value = config[field as keyof ModelConfig];
    if (!Number.isInteger(value) || value < min || value > max)
      throw new RangeError(`${field} is ${value}; it must be a whole number from ${min} to ${max}.`);
  }
  if (config.nEmbd % config.nHead !== 0)
    throw new RangeError(
      `nEmbd is ${config.nEmbd}, which nHead ${config.nHead} does not divide; each head needs the same width.`
    );
}
