import * as tf from "@tensorflow/tfjs-core";
import type {Variables} from "../model/parameterTensors.js";
import {orthogonal, stepSize} from "../ops/muon.js";
import {blockTable, type FlatRule, flatUpdate} from "../ops/webgpu/flatUpdate.js";
import {muonStep} from "../ops/webgpu/muonStep.js";
import {type FlatTensors, flatOf, haveSameLayout} from "../webgpu/flatTensors.js";
import {InputTensor} from "../webgpu/inputTensor.js";
import type {TrainConfig} from "./config.js";
import {isDecayed, type OptimiserState, ruleFor} from "./moments.js";

type Rule = TrainConfig["optimiser"];

/** The optimiser's update of parameters that lie in one buffer, on WebGPU: one dispatch for all that share a rule. */
export class FlatOptimiser {
  private readonly tables: {rule: FlatRule; blocks: InputTensor}[];
  /** Names of the matrices that Muon makes orthogonal, those of one shape together. */
  private readonly matrices: string[][];

  private constructor(
    private readonly config: TrainConfig,
    readonly parameters: FlatTensors,
    private readonly firstMoments: FlatTensors | null,
    private readonly secondMoments: FlatTensors | null
  ) {
    const rules = new Set(
      Object.entries(parameters.parts).map(([name, {shape}]) => this.ruleOf(name, shape))
    );
    this.tables = [...rules].map((rule) => ({
      rule: rule === "muon" ? "muonMomentum" : rule,
      blocks: this.blocksOf(rule)
    }));
    const byShape = new Map<string, string[]>();
    for (const [name, {shape}] of Object.entries(parameters.parts)) {
      if (this.ruleOf(name, shape) !== "muon") continue;
      const key = shape.join(" ");
      byShape.set(key, [...(byShape.get(key) ?? []), name]);
    }
    this.matrices = [...byShape.values()];
  }

  /** Null where parameters or state are not flat, or not alike. */
  static of(
    config: TrainConfig,
    parameters: Variables,
    {firstMoments, secondMoments}: OptimiserState<Variables>
  ): FlatOptimiser | null {
    const [flat, first, second] = [parameters, firstMoments, secondMoments].map(flatOf);
    const isMissing = (moments: Variables, flat: FlatTensors | null | undefined) =>
      Object.keys(moments).length > 0 && !flat;
    if (!flat || isMissing(firstMoments, first) || isMissing(secondMoments, second)) return null;
    if (first && !haveSameLayout(flat, first)) return null;
    return new FlatOptimiser(config, flat, first ?? null, second ?? null);
  }

  /** One update in place. `factor` is a scalar by which gradients are multiplied first; where it is 0, nothing changes. `rates` are those of `toTensor`. */
  update(gradients: FlatTensors, factor: tf.Scalar, rates: tf.Tensor): void {
    for (const {rule, blocks} of this.tables) {
      const arrays = {
        parameter: this.parameters.whole,
        gradient: gradients.whole,
        firstMoment: this.firstMoments?.whole,
        secondMoment: this.secondMoments?.whole,
        factor,
        rates,
        blocks: blocks.tensor
      };
      flatUpdate(rule, arrays, this.config);
      if (rule === "muonMomentum") this.stepOrthogonally(gradients, factor, rates);
    }
  }

  /** The second half of Muon, for all matrices of one shape at once: the directions are where the gradients were. */
  private stepOrthogonally(directions: FlatTensors, factor: tf.Scalar, rates: tf.Tensor): void {
    for (const names of this.matrices) {
      const shape = this.parameters.parts[names[0]!]!.shape;
      tf.tidy(() => {
        const batch = tf.stack(names.map((name) => directions.parts[name]!));
        muonStep(this.parameters.whole, orthogonal(batch), factor, rates, {
          offsets: names.map((name) => this.parameters.offsets[name]!),
          size: stepSize(shape),
          isDecaying: this.config.weightDecay !== 0
        });
      });
    }
  }

  private blocksOf(rule: Rule): InputTensor {
    const table = blockTable(this.parameters, this.secondMoments, (name, shape) => ({
      isUpdated: this.ruleOf(name, shape) === rule,
      isDecayed: isDecayed(shape) && this.config.weightDecay !== 0
    }));
    const blocks = new InputTensor([table.length], "int32");
    blocks.write(table);
    return blocks;
  }

  private ruleOf(name: string, shape: readonly number[]): Rule {
    return ruleFor(this.config.optimiser, name, shape);
  }

  dispose(): void {
    for (const {blocks} of this.tables) blocks.dispose();
  }
}
