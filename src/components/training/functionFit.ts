import * as tf from "@tensorflow/tfjs-core";
import {functionNetwork, initialiseFunctionNetwork} from "../model/functionNetwork.js";
import {type ParameterData, zerosLike} from "../model/parameters.js";
import {toData, toVariables, type Variables} from "../model/parameterTensors.js";
import {adamW} from "../ops/adamW.js";
import {meanSquaredError} from "../ops/meanSquaredError.js";
import {ratesAt} from "../ops/rates.js";
import {createRandom} from "../random.js";

/** A function given by points: y[i] at x[i], with x from −1 to 1. */
export interface Points {
  x: Float32Array;
  y: Float32Array;
}

export interface FitSettings {
  /** Hidden units: bends that the curve can have. */
  units: number;
  learningRate: number;
  seed: number;
}

const ADAM = {beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0};

/** Bends a two-layer network towards a function, on tfjs's current backend: every step uses all points. */
export class FunctionFit {
  step = 0;
  private readonly parameters: Variables;
  private readonly firstMoments: Variables;
  private readonly secondMoments: Variables;
  private points: {x: tf.Tensor; y: tf.Tensor} | null = null;

  /** Throws RangeError for an impossible number of units. */
  constructor(private readonly settings: FitSettings) {
    const data = initialiseFunctionNetwork(settings.units, createRandom(settings.seed));
    const zeros = zerosLike(data);
    this.parameters = toVariables(data, true);
    this.firstMoments = toVariables(zeros, false);
    this.secondMoments = toVariables(zeros, false);
  }

  /** What to fit from now on; the network goes on from where it is. Throws RangeError unless x and y are as long. */
  aim({x, y}: Points): void {
    if (x.length !== y.length || x.length === 0)
      throw new RangeError(
        `The function has ${x.length} places and ${y.length} values; it needs as many, at least one.`
      );
    tf.dispose(Object.values(this.points ?? {}));
    this.points = {x: tf.tensor2d(x, [x.length, 1]), y: tf.tensor2d(y, [y.length, 1])};
  }

  /** Steps of AdamW (without decay); resolves to the mean squared error before the last of them. */
  async train(steps: number): Promise<number> {
    if (!this.points) throw new Error("There is nothing to fit yet: aim at a function first.");
    const {x, y} = this.points;
    let loss: tf.Scalar | null = null;
    for (let i = 0; i < steps; i++) {
      this.step += 1;
      loss?.dispose();
      loss = tf.tidy(() => {
        const {value, grads} = tf.variableGrads(
          () => meanSquaredError(functionNetwork(this.parameters, x), y) as tf.Scalar,
          Object.values(this.parameters)
        );
        for (const [name, parameter] of Object.entries(this.parameters))
          adamW(
            parameter,
            this.firstMoments[name]!,
            this.secondMoments[name]!,
            grads[parameter.name]!,
            ratesAt(this.step, {...ADAM, learningRate: this.settings.learningRate}),
            ADAM
          );
        return value;
      });
    }
    if (!loss) return Number.NaN;
    const [value] = await loss.data();
    loss.dispose();
    return value!;
  }

  /** The network's curve at some places: [N] → [N]. */
  async evaluate(x: Float32Array): Promise<Float32Array> {
    const y = tf.tidy(() => functionNetwork(this.parameters, tf.tensor2d(x, [x.length, 1])));
    const values = (await y.data()) as Float32Array;
    y.dispose();
    return values;
  }

  data(): Promise<ParameterData> {
    return toData(this.parameters);
  }

  dispose(): void {
    for (const variables of [this.parameters, this.firstMoments, this.secondMoments])
      tf.dispose(Object.values(variables));
    tf.dispose(Object.values(this.points ?? {}));
    this.points = null;
  }
}
