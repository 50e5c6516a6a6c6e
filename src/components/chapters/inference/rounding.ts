import {fromFloat16, toFloat16} from "../../exchange/float16.js";
import {channelAxis, dequantise, quantise} from "../../exchange/onnx/quantise.js";
import type {ParameterData} from "../../model/parameters.js";

/** Bits of a weight that are compared: whole numbers with a scale for each channel up to 8, halves, and float32. */
export const BITS = [2, 3, 4, 5, 6, 7, 8, 16, 32] as const;
export type Bits = (typeof BITS)[number];

/** What a number of bits is called. */
export const formatName = (bits: Bits): string =>
  bits === 32 ? "float32" : bits === 16 ? "float16" : `int${bits}`;

/** Numbers of one channel as so many bits keep them. Throws RangeError for a number that float16 cannot hold. */
export function roundChannel(channel: Float32Array, bits: Bits): Float32Array {
  if (bits === 32) return channel.slice();
  if (bits === 16) return roundToHalves(channel);
  return roundMatrix(channel, [1, channel.length], 0, bits);
}

/** A model's weights as files of ours keep them, with so many bits: matrices rounded, or with float16 everything. */
export function roundWeights(parameters: ParameterData, bits: Bits): ParameterData {
  const rounded: ParameterData = {};
  for (const [name, {shape, data}] of Object.entries(parameters)) {
    const isWhole = bits < 16 && shape.length === 2;
    const kept = isWhole
      ? roundMatrix(data, shape as [number, number], channelAxis(name), bits)
      : bits === 16
        ? roundToHalves(data)
        : data.slice();
    rounded[name] = {shape, data: kept};
  }
  return rounded;
}

/** Bytes of the weights and their scales, packed without gaps. */
export function weightBytes(parameters: ParameterData, bits: Bits): number {
  let all = 0;
  for (const [name, {shape, data}] of Object.entries(parameters)) {
    const isWhole = bits < 16 && shape.length === 2;
    if (isWhole) all += data.length * bits + 32 * shape[channelAxis(name)]!;
    else all += data.length * (bits === 16 ? 16 : 32);
  }
  return Math.ceil(all / 8);
}

function roundMatrix(data: Float32Array, shape: [number, number], axis: 0 | 1, bits: number): Float32Array {
  const {numbers, scales} = quantise(data, shape, axis, bits);
  return dequantise(numbers, scales, shape, axis);
}

function roundToHalves(data: Float32Array): Float32Array {
  const rounded = fromFloat16(toFloat16(data));
  if (rounded.some((x) => !Number.isFinite(x)))
    throw new RangeError("A weight is larger than float16 can be.");
  return rounded;
}
