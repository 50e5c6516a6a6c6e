import {describe, expect, test} from "vitest";
import {scales, scaleTicks, stacked} from "../../../src/components/chapters/measuring/ruler.js";

describe("the scales", () => {
  test("undo what they make of nats", () => {
    for (const scale of scales("token", 3.5))
      for (const nats of [0, 0.3, 2, 7]) expect(scale.nats(scale.of(nats))).toBeCloseTo(nats, 12);
  });

  test("tell two bits a token of four characters as half a bit a character, and perplexity 4", () => {
    const told = scales("token", 4).map(({name, of}) => [name, of(Math.log(4))]);
    expect(told).toEqual([
      ["nats a token", Math.log(4)],
      ["bits a token", 2],
      ["bits a character", 0.5],
      ["perplexity", 4]
    ]);
  });

  test("tell bits once where a token is a character", () => {
    expect(scales("character", 1).map(({name}) => name)).toEqual([
      "nats a character",
      "bits a character",
      "perplexity"
    ]);
  });
});

describe("the values along them", () => {
  const [nats, , , perplexity] = scales("token", 4);

  test("are round, and no nearer than asked", () => {
    for (const scale of [nats!, perplexity!])
      for (const apart of [0.1, 0.5]) {
        const ticks = scaleTicks(scale, Math.log(60), apart);
        ticks.slice(1).forEach((tick, i) => {
          expect(tick.nats - ticks[i]!.nats).toBeGreaterThanOrEqual(apart);
          expect(tick.nats).toBeLessThanOrEqual(Math.log(60));
          expect(scale.nats(tick.value)).toBeCloseTo(tick.nats, 12);
        });
      }
    expect(scaleTicks(nats!, 4.1, 0.9).map(({value}) => value)).toEqual([0, 1, 2, 3, 4]);
    expect(scaleTicks(perplexity!, Math.log(60), 0.3).map(({value}) => value)).toEqual([
      1, 2, 3, 5, 10, 20, 30, 50
    ]);
  });
});

test("letters too near to each other stand in rows", () => {
  expect(stacked([100, 5, 0, 9], 10)).toEqual([0, 1, 0, 2]);
  expect(stacked([0, 20, 40], 10)).toEqual([0, 0, 0]);
});
