import * as tf from "@tensorflow/tfjs-core";
import {toData, toVariables, type Variables} from "../model/parameterTensors.js";
import {adam} from "../ops/adam.js";
import {adamW} from "../ops/adamW.js";
import {muon} from "../ops/muon.js";
import {sgd, sgdWithMomentum} from "../ops/sgd.js";
import type {TrainConfig} from "./config.js";
import {isDecayed, type OptimiserState, ruleFor} from "./moments.js";

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
