import type {ModelConfig} from "../../model/config.js";
import {type ParameterData, parameterShapes} from "../../model/parameters.js";
import {FormatError} from "../formatError.js";
import {huggingFaceParts, putPart} from "../huggingFace/huggingFaceWeights.js";
import {MODEL_FILES} from "../modelFiles.js";
import type {ImportOptions} from "./importedModel.js";
import type {Weights} from "./weightsFile.js";

/** The parameters in weights that `checkWeights` has passed, tensor by tensor. Rejects with FormatError, and with the signal's reason. */
export async function readParameters(
  config: ModelConfig,
  weights: Weights,
  {signal, onProgress}: ImportOptions
): Promise<ParameterData> {
  const parts = huggingFaceParts(config);
  const total = parts.reduce((sum, {name}) => sum + weights.bytes(name), 0);
  const parameters: ParameterData = {};
  for (const [name, shape] of Object.entries(parameterShapes(config)))
    parameters[name] = {shape, data: new Float32Array(0)};
  let done = 0;
  for (const part of parts) {
    const data = await weights.read(part.name, signal);
    checkFinite(part.name, data);
    const whole = parameters[part.of]!;
    if (part.shape.join() === whole.shape.join() && !part.isTurned) whole.data = data;
    else {
      if (whole.data.length === 0) whole.data = new Float32Array(whole.shape.reduce((a, b) => a * b, 1));
      putPart(part, data, whole);
    }
    done += weights.bytes(part.name);
    onProgress?.(done, total);
  }
  return parameters;
}

/** Throws FormatError unless every tensor of the model is there and of its shape, and no other is. Nothing is read. */
export function checkWeights(config: ModelConfig, weights: Weights): void {
  const parts = huggingFaceParts(config);
  for (const {name, shape} of parts) {
    const found = weights.shapes.get(name);
    if (!found) throw new FormatError(`The weights lack ${name}, which ${MODEL_FILES.config} calls for.`);
    if (found.join() !== shape.join())
      throw new FormatError(
        `The weight ${name} has the shape [${found}], but ${MODEL_FILES.config} calls for [${shape}].`
      );
  }
  const known = new Set(parts.map(({name}) => name));
  // A head that is the token table may be there a second time.
  if (config.tiedHead) known.add("lm_head.weight");
  for (const name of weights.shapes.keys())
    if (!known.has(name))
      throw new FormatError(
        `The weights hold ${JSON.stringify(name.slice(0, 80))}, which is no part of the model in ${MODEL_FILES.config}: it is another architecture.`
      );
}

function checkFinite(name: string, data: Float32Array): void {
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += data[i]!;
  if (!Number.isFinite(sum))
    throw new FormatError(
      `The weight ${name} holds a number that is not finite: the file is damaged, or the training diverged.`
    );
}
