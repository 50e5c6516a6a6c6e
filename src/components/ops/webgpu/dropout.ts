import * as tf from "@tensorflow/tfjs-core";
import type {DropoutSite} from "../dropout.js";
import {dropoutHash, dropoutThreshold} from "./dropoutHash.js";
import {elementwise} from "./elementwise.js";
import {webgpuKernel} from "./kernels.js";
import {f32} from "./literal.js";
import {settings} from "./settings.js";

interface Attributes {
  rate: number;
  seed: number;
  site: number;
  /** Elements of the place before these. */
  first: number;
  shape: number[];
}

const placeOf = ({seed, site, first}: Attributes): tf.TensorInfo => settings(seed, site, first);

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
const drop = webgpuKernel<Attributes>("Dropout", ({inputs: {x, clock}, attributes}) =>
  elementwise({
    name: "Dropout",
    functions: factors(attributes),
    code: "y[i] = x[i] * factorOf(i);",
    inputs: {x: x!},
    settings: {place: placeOf(attributes), clock: clock!},
    outputs: ["y"]
  })
);

/** What x would be multiplied by. */
const mask = webgpuKernel<Attributes>("DropoutMask", ({inputs: {clock}, attributes}) =>
  elementwise(
    {
      name: "DropoutMask",
      functions: factors(attributes),
      code: "mask[i] = factorOf(i);",
      inputs: {},
      settings: {place: placeOf(attributes), clock: clock!},
      outputs: ["mask"]
    },
    attributes.shape
  )
);

/** The step, where the device has it; else it is copied there. */
const clockOf = ({clock, step}: DropoutSite): tf.Tensor => clock ?? tf.tensor1d([step], "int32");

const attributesOf = ({rate, seed, site}: DropoutSite, shape: number[], first: number): Attributes => ({
  rate,
  seed,
  site,
  first,
  shape
});

/** x [..] with the elements of a place dropped, of which x is those from number `first` on; the gradient likewise. */
export const dropElements = (x: tf.Tensor, site: DropoutSite, first: number): tf.Tensor =>
  tf.tidy(() => drop({x, clock: clockOf(site)}, attributesOf(site, x.shape, first))[0]!);

/** 0 or 1/(1 − rate) for each element of a tensor of that shape. */
export const dropoutMaskTensor = (site: DropoutSite, shape: number[], first: number): tf.Tensor =>
  tf.tidy(() => mask({clock: clockOf(site)}, attributesOf(site, shape, first))[0]!);
