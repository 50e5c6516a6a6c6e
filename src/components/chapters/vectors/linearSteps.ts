import {createRandom} from "../../random.js";
import {formatFixed} from "../../views/format.js";
import type {LinearCase, LinearResult} from "./protocol.js";

/** A matrix of the figure, row-major. */
export interface NamedMatrix {
  name: string;
  values: readonly number[];
  rows: number;
  columns: number;
  isGradient: boolean;
}

/** One line of the computation: left ∘ right = result. */
export interface LinearStep {
  title: string;
  /** What happens, in a sentence. */
  says: string;
  left: NamedMatrix | null;
  sign: "·" | "+" | "Σ" | "";
  right: NamedMatrix | null;
  result: NamedMatrix;
}

/** Draws small numbers, halves from −2 to 2, for a layer from 3 numbers to 2 and two rows of input. */
export function randomCase(seed: number): LinearCase {
  const random = createRandom(seed);
  const draw = (size: number) => Array.from({length: size}, () => Math.floor(random.uniform() * 9) / 2 - 2);
  const [rows, inputs, outputs] = [2, 3, 2];
  return {
    rows,
    inputs,
    outputs,
    x: draw(rows * inputs),
    weight: draw(inputs * outputs),
    bias: draw(outputs),
    dy: draw(rows * outputs)
  };
}

/** The forward and the backward pass in the order in which they happen, with the numbers of the op. */
export function linearSteps(layer: LinearCase, result: LinearResult): LinearStep[] {
  const {rows: N, inputs: I, outputs: O} = layer;
  const matrix = (
    name: string,
    values: readonly number[],
    rows: number,
    columns: number,
    isGradient = false
  ) => ({
    name,
    values,
    rows,
    columns,
    isGradient
  });
  const x = matrix("x", layer.x, N, I);
  const weight = matrix("W", layer.weight, I, O);
  const product = matrix("xW", result.product, N, O);
  const dy = matrix("dy", layer.dy, N, O, true);
  return [
    {
      title: "x · W",
      says: "Every number of xW is a dot product: a row of x with a column of W.",
      left: x,
      sign: "·",
      right: weight,
      result: product
    },
    {
      title: "+ b",
      says: "The same bias b is added to every row; this is called broadcasting.",
      left: product,
      sign: "+",
      right: matrix("b", layer.bias, 1, O),
      result: matrix("y = xW + b", result.y, N, O)
    },
    {
      title: "dy arrives",
      says: "The layers above report how the loss would change with each number of y. This gradient is dy, and has the shape of y.",
      left: null,
      sign: "",
      right: null,
      result: dy
    },
    {
      title: "dx",
      says: "An input counted in every number of y, each time by a weight; the gradient goes back by the same weights, through W transposed.",
      left: dy,
      sign: "·",
      right: matrix("Wᵀ", transpose(layer.weight, I, O), O, I),
      result: matrix("dx = dy·Wᵀ", result.dx, N, I, true)
    },
    {
      title: "dW",
      says: "A weight counted in proportion to its input, in every row of x; xᵀ·dy adds that up over the rows.",
      left: matrix("xᵀ", transpose(layer.x, N, I), I, N),
      sign: "·",
      right: dy,
      result: matrix("dW = xᵀ·dy", result.dWeight, I, O, true)
    },
    {
      title: "db",
      says: "The bias was added to every row, so its gradient is the sum over the rows.",
      left: dy,
      sign: "Σ",
      right: null,
      result: matrix("db = Σ dy", result.dBias, 1, O, true)
    }
  ];
}

/** How one number of a step's result came about: "dW[1, 2] = 0.5·1 + −2·0.5 = −0.5". */
export function readCell({left, sign, right, result}: LinearStep, row: number, column: number): string {
  const value = number(result.values[row * result.columns + column]!);
  const name = `${result.name.split(" ")[0]}[${row + 1}, ${column + 1}]`;
  const cell = ({values, columns}: NamedMatrix, i: number, j: number) => number(values[i * columns + j]!);
  if (!left) return `${name} = ${value}, from the layers above.`;
  if (sign === "+")
    return `${name} = ${cell(left, row, column)} + ${bracketed(cell(right!, 0, column))} = ${value}.`;
  const terms =
    sign === "Σ"
      ? Array.from({length: left.rows}, (_, i) => bracketed(cell(left, i, column)))
      : Array.from(
          {length: left.columns},
          (_, i) => `${bracketed(cell(left, row, i))}·${bracketed(cell(right!, i, column))}`
        );
  return `${name} = ${terms.join(" + ")} = ${value}.`;
}

function transpose(values: readonly number[], rows: number, columns: number): number[] {
  return Array.from({length: values.length}, (_, i) => values[(i % rows) * columns + Math.floor(i / rows)]!);
}

/** Halves and their products need no more than two decimals, and often fewer. */
const number = (value: number): string =>
  formatFixed(value, Number.isInteger(value) ? 0 : Number.isInteger(2 * value) ? 1 : 2);
const bracketed = (text: string): string => (text.startsWith("−") ? `(${text})` : text);
