/**
 * The axis of a matrix along which its channels lie. A channel is what one dot product runs over: the row of a table of
 * vectors, the column of a linear layer.
 */
export const channelAxis = (name: string): 0 | 1 => (/(wte|wpe|lm_head)\.weight$/.test(name) ? 0 : 1);

/** The largest whole number of so many bits, one of which is the sign; the smallest is as far from 0. */
export const largestWhole = (bits: number): number => 2 ** (bits - 1) - 1;

/**
 * Whole numbers from −n to n and, for each channel, the scale by which its largest number becomes n: with the 8 bits of
 * the files n is 127. `bits` are 2 … 8.
 */
export function quantise(
  data: Float32Array,
  [rows, columns]: readonly [number, number],
  axis: 0 | 1,
  bits = 8
): {numbers: Int8Array; scales: Float32Array} {
  const largest = largestWhole(bits);
  const scales = new Float32Array(axis === 0 ? rows : columns);
  for (let i = 0, row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++, i++) {
      const channel = axis === 0 ? row : column;
      scales[channel] = Math.max(scales[channel]!, Math.abs(data[i]!));
    }
  // A channel of zeros alone can have any scale but 0, which some runtimes divide by. So has one whose numbers are too
  // small for the n-th part of them to be told from 0.
  for (let channel = 0; channel < scales.length; channel++)
    scales[channel] = Math.fround(scales[channel]! / largest) || 1;
  const numbers = new Int8Array(data.length);
  for (let i = 0, row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++, i++) {
      const whole = Math.round(data[i]! / scales[axis === 0 ? row : column]!);
      numbers[i] = Math.max(-largest, Math.min(largest, whole));
    }
  return {numbers, scales};
}

/** The numbers that the whole ones stand for. */
export function dequantise(
  numbers: Int8Array,
  scales: Float32Array,
  [rows, columns]: readonly [number, number],
  axis: 0 | 1
): Float32Array {
  const data = new Float32Array(numbers.length);
  for (let i = 0, row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++, i++)
      data[i] = numbers[i]! * scales[axis === 0 ? row : column]!;
  return data;
}
