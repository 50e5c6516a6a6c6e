import {describe, expect, it} from "vitest";
import {folded} from "../../../src/components/ops/webgpu/grid.js";

describe("folded", () => {
  it.each([0, 1, 64, 65_535, 65_536, 131_071, 1_000_003, 65_535 ** 2])(
    "has room for %i workgroups",
    (count) => {
      const [x, y] = folded(count);
      expect(x * y).toBeGreaterThanOrEqual(count);
      expect(Math.min(x, y)).toBeGreaterThanOrEqual(1);
      expect(Math.max(x, y)).toBeLessThanOrEqual(65_535);
      // Less than one row of them has nothing to do.
      expect(x * y - Math.max(1, count)).toBeLessThan(y);
    }
  );
});
