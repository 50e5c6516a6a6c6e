import type {ModelConfig} from "../model/config.js";
import {type ParameterData, parameterShapes} from "../model/parameters.js";
import {FormatError} from "./formatError.js";

/**
 * Checkpoints of one run in a quarter of their size, to be shown, not to be continued: every row of a matrix as 8-bit
 * integers and one float32 scale, vectors as float32. Checkpoint by checkpoint, and in each the parameters in the order
 * of `parameterShapes`: a matrix's integers, then its scales.
 */
export function writeRecording(
  config: ModelConfig,
  checkpoints: readonly ParameterData[]
): Uint8Array<ArrayBuffer> {
  const size = checkpointBytes(config);
  const bytes = new Uint8Array(size * checkpoints.length);
  checkpoints.forEach((parameters, i) => {
    let at = i * size;
    for (const [name, shape] of Object.entries(parameterShapes(config))) {
      const {data} = parameters[name]!;
      const [rows, columns] = matrix(shape);
      if (!columns) {
        at = put(bytes, at, data);
        continue;
      }
      const {integers, scales} = quantise(data, rows, columns);
      at = put(bytes, put(bytes, at, integers), scales);
    }
  });
  return bytes;
}

/** Checkpoint `index` of a recording. Throws FormatError where the file does not hold it whole. */
export function readRecording(config: ModelConfig, bytes: Uint8Array, index: number): ParameterData {
  const size = checkpointBytes(config);
  if (bytes.length % size !== 0 || (index + 1) * size > bytes.length || index < 0)
    throw new FormatError(
      `The recording has ${bytes.length} bytes, which is not a whole number of checkpoints of ${size} or does not reach checkpoint ${index + 1}: it is damaged.`
    );
  let at = index * size;
  const take = (length: number) => {
    const part = new Uint8Array(length);
    part.set(bytes.subarray(at, at + length));
    at += length;
    return part.buffer;
  };
  const parameters: ParameterData = {};
  for (const [name, shape] of Object.entries(parameterShapes(config))) {
    const [rows, columns] = matrix(shape);
    if (!columns) {
      parameters[name] = {shape, data: new Float32Array(take(4 * rows))};
      continue;
    }
    const integers = new Int8Array(take(rows * columns));
    const scales = new Float32Array(take(4 * rows));
    parameters[name] = {
      shape,
      data: Float32Array.from(integers, (n, i) => n * scales[Math.floor(i / columns)]!)
    };
  }
  return parameters;
}

/** Each row divided by its largest magnitude over 127, and rounded. */
function quantise(data: Float32Array, rows: number, columns: number) {
  const integers = new Int8Array(data.length);
  const scales = new Float32Array(rows);
  for (let r = 0; r < rows; r++) {
    const row = data.subarray(r * columns, (r + 1) * columns);
    const scale = row.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / 127;
    scales[r] = scale;
    row.forEach((value, c) => {
      integers[r * columns + c] = scale > 0 ? Math.round(value / scale) : 0;
    });
  }
  return {integers, scales};
}

function checkpointBytes(config: ModelConfig): number {
  return Object.values(parameterShapes(config)).reduce((sum, shape) => {
    const [rows, columns] = matrix(shape);
    return sum + (columns ? rows * columns : 0) + 4 * rows;
  }, 0);
}

/** Rows and columns; a vector has no columns. */
const matrix = ([rows = 1, columns = 0]: number[]): [rows: number, columns: number] => [rows, columns];

function put(bytes: Uint8Array, at: number, values: Float32Array | Int8Array): number {
  bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
  return at + values.byteLength;
}
