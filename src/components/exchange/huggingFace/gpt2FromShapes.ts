import {checkModelConfig, type ModelConfig, modelConfig} from "../../model/config.js";
import {FormatError} from "../formatError.js";

/** The width of a head in every GPT-2 that was published. */
const HEAD = 64;

/**
 * The GPT-2 that tensors of these shapes are of, its heads 64 wide: what weights alone do not tell. Throws FormatError
 * where they are of no GPT-2, or of one that cannot have such heads.
 */
export function gpt2FromShapes(shapes: ReadonlyMap<string, readonly number[]>): ModelConfig {
  const [V, C] = shapes.get("transformer.wte.weight") ?? [];
  const [T] = shapes.get("transformer.wpe.weight") ?? [];
  const [, F] = shapes.get("transformer.h.0.mlp.c_fc.weight") ?? [];
  if (!V || !C || !T || !F)
    throw new FormatError(
      "The weights are not those of a GPT-2, and there is no config.json that says what they are: open it together with them."
    );
  if (C % HEAD !== 0)
    throw new FormatError(
      `There is no config.json, and a width of ${C} does not tell how many heads the model has: open config.json together with the weights.`
    );
  let nLayer = 0;
  while (shapes.has(`transformer.h.${nLayer}.mlp.c_fc.weight`)) nLayer++;
  const config = modelConfig({
    nLayer,
    nHead: C / HEAD,
    nEmbd: C,
    nInner: F,
    blockSize: T,
    vocabSize: V
  });
  try {
    checkModelConfig(config);
  } catch (error) {
    throw new FormatError(
      `The weights are of a model that cannot be opened here. ${(error as Error).message}`
    );
  }
  return config;
}
