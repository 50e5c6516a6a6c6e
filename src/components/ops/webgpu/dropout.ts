import * as tf from "@tensorflow/tfjs-core";
import {constantTensor} from "../../webgpu/constantTensor.js";
import type {DropoutSite} from "../dropout.js";
import {dropoutHash, dropoutThreshold} from "./dropoutHash.js";
import {elementwise} from "./elementwise.js";
import {webgpuKernel} from "./kernels.js";
import {f32} from "./literal.js";

interface Attributes {
  rate: number;
  shape: number[];
}

/** WGSL for the factors of element i, from `place`, [seed, site, first element], and `clock`, [step]. */
const factors =
  ({rate}: Attributes) =>
  (width: 1 | 4): string => {
    const threshold = Math.min(dropoutThreshold(rate), 2 ** 32 - 1);
    const factor = (n: number) =>
      `dropoutFactor(key, u32(place[2]) + ${width}u * i + ${n}u, ${threshold}u, ${f32(1 / (1 - rate))})`;
    return `${dropoutHash}
fn factorOf(i: u32) -> E {
  let key = dropoutKey(u32(place[0]), u32(clock[0]), u32(place[1]));
  return E(${Array.from({length: width}, (_, n) => factor(n)).join(", ")});
}`;
  };

/** x [..] with elements dropped. */
const drop = webgpuKernel<Attributes>("Dropout", ({inputs: {x, place, clock}, attributes}) =>
  elementwise({
    name: "Dropout",
    functions: factors(attributes),
    code: "y[i] = x[i] * factorOf(i);",
    inputs: {x: x!},
    settings: {place: place!, clock: clock!},
    outputs: ["y"]
  })
);

/** What x would be multiplied by. */
const mask = webgpuKernel<Attributes>("DropoutMask", ({inputs: {place, clock}, attributes}) =>
  elementwise(
    {
      name: "DropoutMask",
      functions: factors(attributes),
      code: "mask[i] = factorOf(i);",
      inputs: {},
      settings: {place: place!, clock: clock!},
      outputs: ["mask"]
    },
    attributes.shape
  )
);

const inputsOf = ({seed, step, site, clock}: DropoutSite, first: number) => ({
  place: constantTensor(`dropout ${seed} ${site} ${first}`, [3], () => Int32Array.of(seed, site, first)),
  clock: clock ?? tf.tensor1d([step], "int32")
});

/** x [..] with the elements of a place dropped, of which x is those from number `first` on; the gradient likewise. */
export const dropElements = (x: tf.Tensor, site: DropoutSite, first: number): tf.Tensor =>
  tf.tidy(() => drop({x, ...inputsOf(site, first)}, {rate: site.rate, shape: x.shape})[0]!);

/** 0 or 1/(1 − rate) for each element of a tensor of that shape. */
export const dropoutMaskTensor = (site: DropoutSite, shape: number[], first: number): tf.Tensor =>
  tf.tidy(() => mask(inputsOf(site, first), {rate: site.rate, shape})[0]!);
