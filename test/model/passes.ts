import * as tf from "@tensorflow/tfjs-core";
import type {Parameters, Pass} from "../../src/components/model/pass.js";
import type {ModelCase} from "../fixtures/model.js";
import {toTensor} from "../ops/fixtures.js";

/** A whole model in float32, two layers deep, against float64. */
export const TOLERANCE = 2e-5;

/** Token ids, targets or padding, [B, T], as the model takes them. */
export const int32 = (values: number[][]): tf.Tensor => tf.tensor2d(values, undefined, "int32");

export const toParameters = (stored: ModelCase["parameters"]): Parameters =>
  Object.fromEntries(Object.entries(stored).map(([name, tensor]) => [name, toTensor(tensor)]));

/** The pass that PyTorch made for a case, with its parameters or others of the same shapes. */
export function passOf(fixture: ModelCase, parameters = toParameters(fixture.parameters)): Pass {
  const {config, padding, dropout} = fixture;
  return {config, parameters, ...(padding && {padding: int32(padding)}), ...(dropout && {dropout})};
}
