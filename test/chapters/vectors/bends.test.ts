import * as tf from "@tensorflow/tfjs-core";
import {beforeAll, describe, expect, it} from "vitest";
import {
  bendAt,
  corners,
  curveAt,
  errorOf,
  partOf,
  readNetwork
} from "../../../src/components/chapters/vectors/bends.js";
import {preset} from "../../../src/components/chapters/vectors/target.js";
import {functionNetwork, initialiseFunctionNetwork} from "../../../src/components/model/functionNetwork.js";
import {toVariables} from "../../../src/components/model/parameterTensors.js";
import {meanSquaredError} from "../../../src/components/ops/meanSquaredError.js";
import {createRandom} from "../../../src/components/random.js";
import {useBackend} from "../../backends.js";

const parameters = initialiseFunctionNetwork(9, createRandom(5));
parameters["c_proj.bias"]!.data[0] = 0.3;
const network = readNetwork(parameters);
const points = preset("wave");

describe("what the figure draws", () => {
  beforeAll(() => useBackend("cpu"));

  it("is the network that is trained", async () => {
    const x = tf.tensor2d(points.x, [points.x.length, 1]);
    const variables = toVariables(parameters, false);
    const y = functionNetwork(variables, x);
    const values = await y.data();
    points.x.forEach((x, i) => {
      expect(curveAt(network, x)).toBeCloseTo(values[i]!, 5);
    });
    const error = meanSquaredError(y, tf.tensor2d(points.y, [points.y.length, 1]));
    expect(errorOf(network, points)).toBeCloseTo((await error.data())[0]!, 5);
  });

  it("is straight between its corners, and the parts add up to it", () => {
    const line = corners(network);
    expect(line.map(({x}) => x)).toEqual(line.map(({x}) => x).toSorted((a, b) => a - b));
    for (let i = 1; i < line.length; i++) {
      const [a, b] = [line[i - 1]!, line[i]!];
      expect(curveAt(network, (a.x + b.x) / 2)).toBeCloseTo((a.y + b.y) / 2, 9);
    }
    for (const end of [0, -1]) {
      const sum = Array.from({length: 9}, (_, i) => partOf(network, i).at(end)!.y).reduce((a, b) => a + b);
      expect(sum + network.shift).toBeCloseTo(line.at(end)!.y, 9);
    }
    const slope = network.slopes[2]! * bendAt(network, 2) + network.biases[2]!;
    expect(slope).toBeCloseTo(0, 9);
  });

  it("survives rounding to four digits", () => {
    const rounded = readNetwork(parameters, 4);
    expect(String(rounded.slopes[0]).replace(/[-.]|^0+/g, "").length).toBeLessThanOrEqual(5);
    for (const x of points.x) expect(curveAt(rounded, x)).toBeCloseTo(curveAt(network, x), 2);
  });
});
