import type {ParameterData} from "../model/parameters.js";
import type {TrainConfig} from "./config.js";

type Rule = TrainConfig["optimiser"];

/** What an optimiser remembers of earlier gradients, by the names of the parameters that it remembers it for. */
export interface OptimiserState<Tensors = ParameterData> {
  /** Running means, or sums, of gradients. */
  firstMoments: Tensors;
  /** Running means of their squares. */
  secondMoments: Tensors;
}

/**
 * How one parameter is updated. Muon is for the matrices between layers, whose directions mean something; tables of
 * vectors, gains and biases go by AdamW beside it (Jordan et al. 2024).
 */
export function ruleFor(optimiser: Rule, name: string, shape: readonly number[]): Rule {
  const isTable = /(^|\.)(wte|wpe|lm_head)\.weight$/.test(name);
  return optimiser === "muon" && (shape.length !== 2 || isTable) ? "adamW" : optimiser;
}

/** Decay groups: matrices and tables shrink, while biases and gains have nothing to shrink towards zero for. */
export const isDecayed = (shape: readonly number[]): boolean => shape.length >= 2;

/** How many arrays of a parameter's own size each rule keeps. */
const MOMENTS: Record<Rule, 0 | 1 | 2> = {sgd: 0, momentum: 1, muon: 1, adam: 2, adamW: 2};

/** Which parameters an optimiser keeps first and second moments of. */
export function momentNames(
  optimiser: Rule,
  shapes: Readonly<Record<string, readonly number[]>>
): {first: string[]; second: string[]} {
  const kept = (count: number) =>
    Object.entries(shapes)
      .filter(([name, shape]) => MOMENTS[ruleFor(optimiser, name, shape)] >= count)
      .map(([name]) => name);
  return {first: kept(1), second: kept(2)};
}

/** The state before the first update: zeros. */
export function initialState(optimiser: Rule, parameters: ParameterData): OptimiserState {
  const shapes = Object.fromEntries(Object.entries(parameters).map(([name, {shape}]) => [name, shape]));
  const {first, second} = momentNames(optimiser, shapes);
  const zeros = (names: string[]): ParameterData =>
    Object.fromEntries(
      names.map((name) => {
        const {shape, data} = parameters[name]!;
        return [name, {shape, data: new Float32Array(data.length)}];
      })
    );
  return {firstMoments: zeros(first), secondMoments: zeros(second)};
}
