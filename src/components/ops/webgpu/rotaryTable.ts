import type * as tf from "@tensorflow/tfjs-core";
import {constantInfo} from "../../webgpu/constantTensor.js";
import {rotaryAngles} from "../rotaryAngles.js";

/** [T, D]: for each position from 0 on the cosines of its D/2 angles, then the sines. */
export const rotaryTable = (T: number, D: number): tf.TensorInfo =>
  constantInfo(`rotary ${T} ${D}`, [T, D], () => {
    const table = new Float32Array(T * D);
    rotaryAngles(0, T, D).forEach((angle, i) => {
      const place = Math.floor(i / (D / 2)) * D + (i % (D / 2));
      table[place] = Math.cos(angle);
      table[place + D / 2] = Math.sin(angle);
    });
    return table;
  });
