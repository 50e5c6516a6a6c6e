import type {ModelConfig} from "../model/config.js";
import {type ParameterData, parameterShapes} from "../model/parameters.js";

/**
 * Throws RangeError unless `parameters` are exactly those that `config` calls for, each of its shape, and
 * every number is finite.
 */
export function checkParameters(config: ModelConfig, parameters: ParameterData): void {
  checkParameterShapes(config, parameters);
  checkFinite(parameters);
}

/** Throws RangeError, naming the array, for a number that is not finite. */
export function checkFinite(parameters: ParameterData): void {
  for (const [name, {data}] of Object.entries(parameters)) {
    // A sum is finite only when every term is (float32 numbers cannot overflow a float64 sum), and is fast.
    let sum = 0;
    for (let i = 0; i < data.length; i++) sum += data[i]!;
    if (!Number.isFinite(sum))
      throw new RangeError(
        `The weight ${name} holds a number that is not finite: the training diverged, or the file is damaged.`
      );
  }
}

/** The same without the look at the numbers. */
export function checkParameterShapes(config: ModelConfig, parameters: ParameterData): void {
  checkShapes(parameterShapes(config), parameters);
}

/** Throws RangeError unless there is a parameter for each of these shapes, and no other. */
export function checkShapes(
  shapes: Readonly<Record<string, readonly number[]>>,
  parameters: ParameterData
): void {
  for (const name of Object.keys(parameters))
    if (!Object.hasOwn(shapes, name)) throw new RangeError(`The model has no weight named ${name}.`);
  for (const [name, shape] of Object.entries(shapes)) {
    const found = parameters[name];
    if (!found) throw new RangeError(`The weight ${name} is missing.`);
    const size = shape.reduce((a, b) => a * b, 1);
    if (found.shape.join() !== shape.join() || found.data.length !== size)
      throw new RangeError(
        `The weight ${name} has shape [${found.shape}] and ${found.data.length} numbers; [${shape}] was expected.`
      );
  }
}
