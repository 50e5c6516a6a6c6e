import * as tf from "@tensorflow/tfjs-core";
import {beforeAll, describe, expect, it} from "vitest";
import {runLinear} from "../../../src/components/chapters/vectors/linearRun.js";
import {linearSteps, randomCase, readCell} from "../../../src/components/chapters/vectors/linearSteps.js";
import {useBackend} from "../../backends.js";

describe("a linear layer in steps", () => {
  beforeAll(() => useBackend("cpu"));

  it.each([1, 2, 3])("says of every number of the op the sum that it is (case %i)", async (seed) => {
    const layer = randomCase(seed);
    const steps = linearSteps(layer, await runLinear(layer));
    expect(steps.map(({title}) => title)).toEqual(["x · W", "+ b", "dy arrives", "dx", "dW", "db"]);
    for (const step of steps)
      for (let row = 0; row < step.result.rows; row++)
        for (let column = 0; column < step.result.columns; column++) {
          const words = readCell(step, row, column);
          const parts = words.replace(/\.$/, "").split(" = ");
          if (!step.left) {
            expect(words).toContain("from the layers above");
            continue;
          }
          const shown = value(parts[2]!);
          expect(shown).toBeCloseTo(step.result.values[row * step.result.columns + column]!, 6);
          const sum = parts[1]!
            .split(" + ")
            .map((term) =>
              term
                .split("·")
                .map(value)
                .reduce((a, b) => a * b, 1)
            )
            .reduce((a, b) => a + b, 0);
          expect(sum).toBeCloseTo(shown, 6);
        }
  });

  it("reads a number of each step", async () => {
    const layer = {
      rows: 2,
      inputs: 2,
      outputs: 1,
      x: [1, -0.5, 2, 0],
      weight: [3, -1],
      bias: [0.5],
      dy: [-1, 2]
    };
    const [product, biased, , dx, dWeight, dBias] = linearSteps(layer, await runLinear(layer));
    expect(readCell(product!, 0, 0)).toBe("xW[1, 1] = 1·3 + (−0.5)·(−1) = 3.5.");
    expect(readCell(biased!, 1, 0)).toBe("y[2, 1] = 6 + 0.5 = 6.5.");
    expect(readCell(dx!, 0, 1)).toBe("dx[1, 2] = (−1)·(−1) = 1.");
    expect(readCell(dWeight!, 1, 0)).toBe("dW[2, 1] = (−0.5)·(−1) + 0·2 = 0.5.");
    expect(readCell(dBias!, 0, 0)).toBe("db[1, 1] = (−1) + 2 = 1.");
  });

  it("leaves no tensor behind", async () => {
    const before = tf.memory().numTensors;
    await runLinear(randomCase(9));
    expect(tf.memory().numTensors).toBe(before);
  });
});

const value = (text: string): number => Number(text.replace(/[()]/g, "").replace("−", "-"));
