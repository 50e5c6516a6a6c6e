import {expect, test} from "vitest";
import {windowStart} from "../../src/components/generation/window.js";

test.each([1, 2, 3, 7, 8, 128])("windows of a context of %i", (blockSize) => {
  let previous = 0;
  for (let position = 1; position < 5 * blockSize + 3; position++) {
    const start = windowStart(position, blockSize);
    const length = position - start;
    expect(length).toBeLessThanOrEqual(blockSize);
    expect(length).toBeGreaterThanOrEqual(Math.min(position, Math.ceil(blockSize / 2)));
    // A window moves only when it is full.
    if (start !== previous) expect(position - 1 - previous).toBe(blockSize);
    previous = start;
  }
  expect(previous).toBeGreaterThan(0);
});
