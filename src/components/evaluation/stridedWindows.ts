/** One pass over tokens start … end − 1 of a text, which predicts tokens start + 1 … end. */
export interface StridedWindow {
  start: number;
  end: number;
  /** The first token that no window before has predicted: from here on the predictions count. */
  from: number;
}

/**
 * Windows that move on by `stride` tokens and together predict every token but the first exactly once. A token past
 * the first window is predicted from at least blockSize − stride + 1 tokens: with stride 1 from as many as the model
 * can see, with stride = blockSize in disjoint windows (`disjointWindows`), whose first token is predicted from one.
 * Throws RangeError for a text of fewer than two tokens and for a stride that is not a whole number from 1 to
 * `blockSize`.
 */
export function stridedWindows(
  tokens: number,
  {blockSize, stride}: {blockSize: number; stride: number}
): StridedWindow[] {
  checkStride(stride, blockSize);
  if (!(tokens >= 2))
    throw new RangeError(
      `The text has ${tokens} tokens; at least 2 are needed, one to predict and one before it.`
    );
  const windows: StridedWindow[] = [];
  let predicted = 0;
  for (let start = 0; predicted < tokens - 1; start += stride) {
    const end = Math.min(start + blockSize, tokens - 1);
    windows.push({start, end, from: predicted + 1});
    predicted = end;
  }
  return windows;
}

/** Throws RangeError that names the stride and its limits. */
export function checkStride(stride: number, blockSize: number): void {
  if (!Number.isInteger(stride) || stride < 1 || stride > blockSize)
    throw new RangeError(
      `The stride is ${stride}; it must be a whole number of tokens from 1 to the model's context, ${blockSize}.`
    );
}
