import type {ParameterData} from "../../model/parameters.js";
import type {Points} from "../../training/functionFit.js";

/** The numbers of a `functionNetwork` of F units: y = Σ weight·relu(slope·x + bias) + shift. */
export interface Network {
  slopes: ArrayLike<number>;
  biases: ArrayLike<number>;
  weights: ArrayLike<number>;
  shift: number;
}

/** A network at a step of its training. */
export interface Frame {
  step: number;
  network: Network;
}

/** The same numbers from the parameters as the model names them; `digits` rounds them for a file. */
export function readNetwork(parameters: ParameterData, digits?: number): Network {
  const read = (name: string) => {
    const {data} = parameters[name]!;
    return Array.from(data, (value) => (digits === undefined ? value : Number(value.toPrecision(digits))));
  };
  return {
    slopes: read("c_fc.weight"),
    biases: read("c_fc.bias"),
    weights: read("c_proj.weight"),
    shift: read("c_proj.bias")[0]!
  };
}

export const unitCount = ({slopes}: Network): number => slopes.length;

/** What unit i adds to the curve at x. */
export function contribution({slopes, biases, weights}: Network, i: number, x: number): number {
  return weights[i]! * Math.max(0, slopes[i]! * x + biases[i]!);
}

/** The curve at x. */
export function curveAt(network: Network, x: number): number {
  let y = network.shift;
  for (let i = 0; i < unitCount(network); i++) y += contribution(network, i, x);
  return y;
}

/** Where unit i bends: slope·x + bias = 0. Infinite for a unit without slope. */
export function bendAt({slopes, biases}: Network, i: number): number {
  return -biases[i]! / slopes[i]!;
}

/** What unit i adds from −1 to 1, as the corners of a line. */
export function partOf(network: Network, i: number): {x: number; y: number}[] {
  const bend = bendAt(network, i);
  const at = bend > -1 && bend < 1 ? [-1, bend, 1] : [-1, 1];
  return at.map((x) => ({x, y: contribution(network, i, x)}));
}

/** The mean squared error over the points. */
export function errorOf(network: Network, {x, y}: Points): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += (curveAt(network, x[i]!) - y[i]!) ** 2;
  return sum / x.length;
}

/** The corners of the curve from −1 to 1: its ends and every bend between, from left to right. It is straight elsewhere. */
export function corners(network: Network): {x: number; y: number}[] {
  const bends = Array.from({length: unitCount(network)}, (_, i) => bendAt(network, i));
  return [-1, ...bends.filter((x) => x > -1 && x < 1).sort((a, b) => a - b), 1].map((x) => ({
    x,
    y: curveAt(network, x)
  }));
}
