import * as tf from "@tensorflow/tfjs-core";
import type {ParameterData} from "../model/parameters.js";
import {toData, toVariables, type Variables} from "../model/parameterTensors.js";
import {adam} from "../ops/adam.js";
import {adamW} from "../ops/adamW.js";
import {muon} from "../ops/muon.js";
import {sgd, sgdWithMomentum} from "../ops/sgd.js";
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

/** Turns gradients into updates of parameters, by the rule that `config.optimiser` names. */
export class Optimiser {
  private readonly state: OptimiserState<Variables>;

  constructor(
    private readonly config: TrainConfig,
    state: OptimiserState
  ) {
    this.state = {
      firstMoments: toVariables(state.firstMoments, false),
      secondMoments: toVariables(state.secondMoments, false)
    };
  }

  /** One update in place of every parameter; `step` counts from 1. */
  update(
    parameters: Variables,
    gradients: Record<string, tf.Tensor>,
    learningRate: number,
    step: number
  ): void {
    for (const [name, parameter] of Object.entries(parameters))
      this.updateOne(name, parameter, gradients[name]!, learningRate, step);
  }

  private updateOne(
    name: string,
    parameter: tf.Variable,
    gradient: tf.Tensor,
    learningRate: number,
    step: number
  ): void {
    const {config, state} = this;
    const m = state.firstMoments[name]!;
    const v = state.secondMoments[name]!;
    const settings = {
      ...config,
      learningRate,
      weightDecay: isDecayed(parameter.shape) ? config.weightDecay : 0
    };
    switch (ruleFor(config.optimiser, name, parameter.shape)) {
      case "sgd":
        sgd(parameter, gradient, settings);
        break;
      case "momentum":
        sgdWithMomentum(parameter, m, gradient, settings);
        break;
      case "adam":
        adam(parameter, m, v, gradient, step, settings);
        break;
      case "adamW":
        adamW(parameter, m, v, gradient, step, settings);
        break;
      case "muon":
        muon(parameter, m, gradient, settings);
    }
  }

  /** What it remembers, copied off the device. */
  async data(): Promise<OptimiserState> {
    return {
      firstMoments: await toData(this.state.firstMoments),
      secondMoments: await toData(this.state.secondMoments)
    };
  }

  dispose(): void {
    tf.dispose(Object.values(this.state).flatMap((moments: Variables) => Object.values(moments)));
  }
}
