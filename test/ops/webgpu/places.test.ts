import * as tf from "@tensorflow/tfjs-core";
import {afterAll, beforeAll, describe, expect, it} from "vitest";
import {toVariables} from "../../../src/components/model/parameterTensors.js";
import {crossEntropy} from "../../../src/components/ops/crossEntropy.js";
import {embedding} from "../../../src/components/ops/embedding.js";
import {layerNorm} from "../../../src/components/ops/layerNorm.js";
import {setRowWork} from "../../../src/components/ops/webgpu/rowWork.js";
import {flatOf} from "../../../src/components/webgpu/flatTensors.js";
import {beginGradients, collectGradients} from "../../../src/components/webgpu/gradientPlaces.js";
import {type Kernel, listening} from "../../../src/components/webgpu/runner.js";
import {useBackend} from "../../backends.js";
import {normal} from "./parity.js";

describe.each(["thread", "workgroup", "subgroup"] as const)(
  "gradients of parameters, rows by a %s",
  (work) => {
    beforeAll(async () => {
      await useBackend("webgpu");
      setRowWork(work);
    });
    afterAll(() => setRowWork(null));

    it("are written where the step wants them, the same numbers as elsewhere", async () => {
      const shapes = {"wte.weight": [5, 6], "wpe.weight": [4, 6], "ln.weight": [6], "ln.bias": [6]};
      const data = Object.fromEntries(
        await Promise.all(
          Object.entries(shapes).map(async ([name, shape], i) => {
            const values = (await normal(shape, i + 1).data()) as Float32Array;
            return [name, {shape, data: values}] as const;
          })
        )
      );
      const parameters = toVariables(data, true);
      const [table, positions, gain, bias] = Object.values(parameters) as tf.Variable[];
      const ids = tf.tensor2d([0, 1, 4, 1, 1, 2], [2, 3], "int32");
      const targets = tf.tensor1d([1, 2, 3, -1, 5, 0], "int32");
      const gradients = () => {
        const {grads} = tf.variableGrads(() => {
          const at = {positions: {table: positions!, first: 1, isLearned: true}};
          const x = layerNorm(embedding(table!, ids, at), gain!, bias!);
          return crossEntropy(x, targets) as tf.Scalar;
        }, Object.values(parameters));
        return Object.fromEntries(Object.entries(parameters).map(([name, {name: id}]) => [name, grads[id]!]));
      };
      const elsewhere = gradients();
      beginGradients(parameters);
      const heard: string[] = [];
      const note = ({name}: Kernel) => void heard.push(name);
      const inPlace = listening(note, () => collectGradients(flatOf(parameters)!, gradients()));
      // Nothing had to be copied there.
      expect(heard.filter((name) => /copy/i.test(name))).toEqual([]);
      for (const [name, gradient] of Object.entries(elsewhere))
        expect(await inPlace.parts[name]!.data(), name).toEqual(await gradient.data());
    });
  }
);
