import {expect, it} from "vitest";
import {FormatError} from "../../src/components/exchange/formatError.js";
import {readRecording, writeRecording} from "../../src/components/exchange/recording.js";
import {initialise} from "../../src/components/model/initialise.js";
import {parameterCount} from "../../src/components/model/parameters.js";
import {createRandom} from "../../src/components/random.js";
import {fixture, parameters} from "../fixtures/model.js";

const {config} = fixture;
const second = initialise(config, createRandom(3));
const bytes = writeRecording(config, [parameters, second]);

it("gives back every number within half a step of its row, and vectors exactly", () => {
  [parameters, second].forEach((checkpoint, index) => {
    const back = readRecording(config, bytes, index);
    expect(Object.keys(back)).toEqual(Object.keys(checkpoint));
    for (const [name, {shape, data}] of Object.entries(checkpoint)) {
      expect(back[name]!.shape).toEqual(shape);
      const [rows = 1, columns = 0] = shape;
      for (let r = 0; r < rows && columns > 0; r++) {
        const row = data.subarray(r * columns, (r + 1) * columns);
        const step = Math.max(...row.map(Math.abs)) / 127;
        row.forEach((value, c) => {
          // Half a step, and the rounding of float32.
          expect(Math.abs(back[name]!.data[r * columns + c]! - value)).toBeLessThanOrEqual(0.5001 * step);
        });
      }
      if (columns === 0) expect(back[name]!.data).toEqual(data);
    }
  });
});

it("takes little more than a byte a parameter in a model of ordinary size", () => {
  const wide = {...config, nEmbd: 64, nHead: 4, nKvHead: 4, nInner: 256, vocabSize: 60};
  const checkpoint = initialise(wide, createRandom(1));
  expect(writeRecording(wide, [checkpoint]).length / parameterCount(wide)).toBeLessThan(1.15);
});

it("refuses a file that is cut, and a checkpoint that is not there", () => {
  expect(() => readRecording(config, bytes.subarray(0, bytes.length - 1), 0)).toThrow(FormatError);
  expect(() => readRecording(config, bytes, 2)).toThrow(FormatError);
  expect(() => readRecording(config, bytes, -1)).toThrow(FormatError);
});
