import {expect, test} from "vitest";
import {hostileKinds} from "../exchange/hostile/hostileFiles.js";
import {readHostile} from "../exchange/hostile/hostileReading.js";

/** ms in which each hostile file is to be refused, or read: what a reader takes for at once. */
const LIMIT = 1000;

/** A measurement, and so no part of `npm test`: `npm run verify` on a machine that does nothing else. */
test.each(hostileKinds.map((kind) => [kind.name, kind] as const))(
  "%s: each within a second",
  async (_, kind) => {
    const readings = await readHostile(kind);
    const slow = readings.filter(({milliseconds}) => milliseconds > LIMIT);
    console.log(
      `${kind.name}: the slowest took ${Math.max(...readings.map((one) => one.milliseconds)).toFixed(0)} ms`
    );
    expect(slow).toEqual([]);
  }
);
