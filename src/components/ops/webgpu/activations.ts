import type * as tf from "@tensorflow/tfjs-core";
import {type Elementwise, elementwise} from "./elementwise.js";
import {webgpuKernel} from "./kernels.js";

/** The activations of one input that have kernels. */
export type Activation = "relu" | "gelu" | "geluExact";

const GELU_SCALE = Math.sqrt(2 / Math.PI);
const GELU_CUBIC = 0.044715;

/**
 * The activations and their slopes in WGSL, for an `alias E` of f32 or a vector of it: `activation(x: E) -> E` and
 * `slope(x: E) -> E`, dy/dx. Formulas: ops/activations.ts.
 */
export const activationWgsl: Readonly<Record<Activation, string>> = {
  // Asked this way round, NaN stays NaN.
  relu: /* wgsl */ `
fn activation(x: E) -> E { return select(x, E(0.0), x < E(0.0)); }
fn slope(x: E) -> E { return select(E(0.0), E(1.0), x > E(0.0)); }`,

  // σ(2u) and 2u′.
  gelu: /* wgsl */ `
fn passing(x: E) -> E {
  return E(1.0) / (E(1.0) + exp(-x * (x * x * E(${2 * GELU_SCALE * GELU_CUBIC}) + E(${2 * GELU_SCALE}))));
}
fn activation(x: E) -> E { return x * passing(x); }
fn slope(x: E) -> E {
  let s = passing(x);
  let twiceSlope = x * x * E(${2 * GELU_SCALE * 3 * GELU_CUBIC}) + E(${2 * GELU_SCALE});
  return s + x * twiceSlope * (s * (E(1.0) - s));
}`,

  // The error function by Abramowitz & Stegun 7.1.26, as TensorFlow.js has it: off by at most 1.5e-7.
  geluExact: /* wgsl */ `
fn errorFunction(x: E) -> E {
  let t = E(1.0) / (E(1.0) + E(0.3275911) * abs(x));
  let series = ((((E(1.061405429) * t - E(1.453152027)) * t + E(1.421413741)) * t - E(0.284496736)) * t
    + E(0.254829592)) * t;
  return sign(x) * (E(1.0) - series * exp(-x * x));
}
fn normalShare(x: E) -> E { return E(0.5) * (E(1.0) + errorFunction(x * E(${Math.SQRT1_2}))); }
fn activation(x: E) -> E { return x * normalShare(x); }
fn slope(x: E) -> E {
  return normalShare(x) + x * E(${1 / Math.sqrt(2 * Math.PI)}) * exp(E(-0.5) * x * x);
}`
};

type Spec = Omit<Elementwise, "name" | "inputs">;

/** Registers a function of single elements as a kernel whose inputs come by the names that its code gives them. */
const elementwiseKernel = <Name extends string>(name: string, spec: Spec) =>
  webgpuKernel<object>(name, ({inputs}) => elementwise({...spec, name, inputs})) as (
    inputs: Record<Name, tf.Tensor>,
    attributes: object
  ) => tf.Tensor[];

const forward = (functions: string) => ({
  functions: () => functions,
  code: "y[i] = activation(x[i]);",
  outputs: ["y"]
});
const backward = (functions: string) => ({
  functions: () => functions,
  code: "dx[i] = dy[i] * slope(x[i]);",
  outputs: ["dx"]
});

const kernels = {
  relu: [
    elementwiseKernel<"x">("ReluForward", forward(activationWgsl.relu)),
    elementwiseKernel<"x" | "dy">("ReluBackward", backward(activationWgsl.relu))
  ],
  gelu: [
    elementwiseKernel<"x">("Gelu", forward(activationWgsl.gelu)),
    elementwiseKernel<"x" | "dy">("GeluBackward", backward(activationWgsl.gelu))
  ],
  geluExact: [
    elementwiseKernel<"x">("GeluExact", forward(activationWgsl.geluExact)),
    elementwiseKernel<"x" | "dy">("GeluExactBackward", backward(activationWgsl.geluExact))
  ]
} as const;

/** x [..] → [..]. */
export const activationForward = (activation: Activation, x: tf.Tensor): tf.Tensor =>
  kernels[activation][0]({x}, {})[0]!;

/** dx from x and dy, all [..]. */
export const activationBackward = (activation: Activation, x: tf.Tensor, dy: tf.Tensor): tf.Tensor =>
  kernels[activation][1]({x, dy}, {})[0]!;

const swish = /* wgsl */ `
fn logistic(x: E) -> E { return E(1.0) / (E(1.0) + exp(-x)); }`;

const swiGlu = elementwiseKernel<"gate" | "value">("SwiGlu", {
  functions: () => swish,
  code: "y[i] = gate[i] * logistic(gate[i]) * value[i];",
  outputs: ["y"]
});

const swiGluGradients = elementwiseKernel<"gate" | "value" | "dy">("SwiGluBackward", {
  functions: () => swish,
  code: `
  let s = logistic(gate[i]);
  let swish = gate[i] * s;
  dgate[i] = dy[i] * (value[i] * (s + swish * (E(1.0) - s)));
  dvalue[i] = dy[i] * swish;`,
  outputs: ["dgate", "dvalue"]
});

/** swish(gate) ∘ value, all [..]. */
export const swiGluForward = (gate: tf.Tensor, value: tf.Tensor): tf.Tensor => swiGlu({gate, value}, {})[0]!;

/** dgate and dvalue. */
export const swiGluBackward = (gate: tf.Tensor, value: tf.Tensor, dy: tf.Tensor): tf.Tensor[] =>
  swiGluGradients({gate, value, dy}, {});
