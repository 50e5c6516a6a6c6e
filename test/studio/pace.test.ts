import {expect, test} from "vitest";
import {startPace} from "../../src/components/studio/pace.js";

test("the rest takes as long as what is done took, once there is a pace", () => {
  let now = 0;
  const pace = startPace(() => now);
  expect(pace(0, 100)).toEqual({done: 0, total: 100, secondsLeft: null});
  now = 400;
  expect(pace(10, 100).secondsLeft).toBeNull();
  now = 2000;
  expect(pace(20, 100).secondsLeft).toBeCloseTo(8, 9);
});
