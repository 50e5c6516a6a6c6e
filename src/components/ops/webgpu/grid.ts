import type {Grid} from "../../webgpu/runner.js";

/** Workgroups that every device takes along one axis. */
const MOST = 65_535;

/** At least `count` workgroups, along two axes where one is too short: workgroup (x, y) is number x + y · grid[0]. */
export function folded(count: number): Grid & readonly [number, number] {
  const height = Math.max(1, Math.ceil(count / MOST));
  return [Math.max(1, Math.ceil(count / height)), height];
}
