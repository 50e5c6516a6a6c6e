import * as tf from "@tensorflow/tfjs-core";
import {toData, toVariables, type Variables} from "../model/parameterTensors.js";
import {adam} from "../ops/adam.js";
import {adamW} from "../ops/adamW.js";
import {clipByGlobalNorm, clipFactor} from "../ops/clipByGlobalNorm.js";
import {muon} from "../ops/muon.js";
import {fromTensor, type Rates, toTensor} from "../ops/rates.js";
import {sgd, sgdWithMomentum} from "../ops/sgd.js";
import {flatClipFactor} from "../ops/webgpu/clip.js";
import {kernelsAreOn} from "../ops/webgpu/kernels.js";
import {type LossScaleTensor, unscale} from "../ops/webgpu/lossScale.js";
import {flatOf} from "../webgpu/flatTensors.js";
import {collectGradients} from "../webgpu/gradientPlaces.js";
import type {TrainConfig} from "./config.js";
import {FlatOptimiser} from "./flatOptimiser.js";
import {isDecayed, type OptimiserState, ruleFor} from "./moments.js";

/** Turns gradients into updates of parameters, by the rule that `config.optimiser` names. */
export class Optimiser {
  private readonly state: OptimiserState<Variables>;
  private flat: FlatOptimiser | null = null;

  constructor(
    private readonly config: TrainConfig,
    state: OptimiserState
  ) {
    this.state = {
      firstMoments: toVariables(state.firstMoments, false),
      secondMoments: toVariables(state.secondMoments, false)
    };
  }

  /**
   * Scales all gradients so that their global norm is at most `config.clipNorm`, then updates every parameter in place.
   * Returns the norm before, a scalar; whoever holds only some of the model's parameters gives that of all gradients.
   * Gradients that are too large by a loss scale are divided by it first, and where one has overflowed, nothing but the
   * scale changes and the norm is not finite; that only goes with parameters in one buffer.
   * `rates` are those of the update, as numbers or as the tensor that a captured step reads them from. Parameters in
   * one buffer take three dispatches, whatever their number.
   */
  clippedUpdate(
    parameters: Variables,
    gradients: Record<string, tf.Tensor>,
    rates: Rates<number> | tf.Tensor,
    {norm, lossScale}: {norm?: tf.Scalar | undefined; lossScale?: LossScaleTensor | undefined} = {}
  ): tf.Scalar {
    const {clipNorm} = this.config;
    const flat = this.flatFor(parameters);
    return tf.tidy(() => {
      if (!flat) {
        const {clipped, norm: known} = clipByGlobalNorm(gradients, clipNorm, norm);
        this.update(parameters, clipped, rates);
        return known;
      }
      const collected = collectGradients(flat.parameters, gradients);
      const known = norm
        ? {norm, factor: clipFactor(norm, clipNorm)}
        : flatClipFactor(collected.whole, clipNorm);
      if (lossScale) unscale(lossScale, known, clipNorm);
      flat.update(collected, known.factor, rates instanceof tf.Tensor ? rates : toTensor(rates));
      return known.norm;
    });
  }

  /** One update in place of every parameter, one after another, with gradients as they are. */
  update(
    parameters: Variables,
    gradients: Record<string, tf.Tensor>,
    rates: Rates<number> | tf.Tensor
  ): void {
    tf.tidy(() => {
      const given = rates instanceof tf.Tensor ? fromTensor(rates) : rates;
      for (const [name, parameter] of Object.entries(parameters))
        this.updateOne(name, parameter, gradients[name]!, given);
    });
  }

  private updateOne(name: string, parameter: tf.Variable, gradient: tf.Tensor, rates: Rates): void {
    const {config, state} = this;
    const m = state.firstMoments[name]!;
    const v = state.secondMoments[name]!;
    const settings = {...config, weightDecay: isDecayed(parameter.shape) ? config.weightDecay : 0};
    switch (ruleFor(config.optimiser, name, parameter.shape)) {
      case "sgd":
        sgd(parameter, gradient, rates, settings);
        break;
      case "momentum":
        sgdWithMomentum(parameter, m, gradient, rates, settings);
        break;
      case "adam":
        adam(parameter, m, v, gradient, rates, settings);
        break;
      case "adamW":
        adamW(parameter, m, v, gradient, rates, settings);
        break;
      case "muon":
        muon(parameter, m, gradient, rates, settings);
    }
  }

  private flatFor(parameters: Variables): FlatOptimiser | null {
    if (!kernelsAreOn()) return null;
    const flat = flatOf(parameters);
    if (this.flat && this.flat.parameters !== flat) {
      this.flat.dispose();
      this.flat = null;
    }
    if (flat) this.flat ??= FlatOptimiser.of(this.config, parameters, this.state);
    return this.flat;
  }

  /** What it remembers, copied off the device. */
  async data(): Promise<OptimiserState> {
    const {firstMoments, secondMoments} = this.state;
    // Both copies are ordered before anything else can be: they are of the same update.
    const [first, second] = await Promise.all([toData(firstMoments), toData(secondMoments)]);
    return {firstMoments: first, secondMoments: second};
  }

  dispose(): void {
    this.flat?.dispose();
    tf.dispose(Object.values(this.state).flatMap((moments: Variables) => Object.values(moments)));
  }
}
