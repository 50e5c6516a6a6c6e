import {expect, it} from "vitest";
import {
  breakingRate,
  descend,
  heightAt,
  type Place,
  RULES,
  STEPS,
  slopeAt
} from "../../../src/components/chapters/training/landscape.js";

const aslant = {steep: 20, flat: 1, angle: 0.7};
const start: Place = [-2, 0.8];
const at = (learningRate: number) => ({noise: 0, learningRate, start});

it("has the slope that differences of its height say", () => {
  const h = 1e-5;
  const [x, y] = start;
  const [dx, dy] = slopeAt(aslant, start);
  expect(dx).toBeCloseTo((heightAt(aslant, [x + h, y]) - heightAt(aslant, [x - h, y])) / (2 * h), 4);
  expect(dy).toBeCloseTo((heightAt(aslant, [x, y + h]) - heightAt(aslant, [x, y - h])) / (2 * h), 4);
});

it("lets plain descent down below the breaking rate, and out of the valley above it", () => {
  const end = (rate: number) => heightAt(aslant, descend(aslant, "sgd", at(rate)).at(-1)!);
  expect(end(0.95 * breakingRate(aslant))).toBeLessThan(heightAt(aslant, start) / 50);
  expect(end(1.1 * breakingRate(aslant))).toBeGreaterThan(heightAt(aslant, start));
  expect(descend(aslant, "sgd", at(1)).length).toBeLessThan(STEPS + 1);
});

it("has momentum farther down than plain descent where the rate is low, and AdamW stay at any", () => {
  const end = (rule: (typeof RULES)[number], rate: number) =>
    heightAt(aslant, descend(aslant, rule, at(rate)).at(-1)!);
  expect(end("momentum", 0.01)).toBeLessThan(end("sgd", 0.01) / 10);
  const [sgdBreaks, bothBreak] = [1.2 * breakingRate(aslant), 2 * breakingRate(aslant)];
  expect(end("sgd", sgdBreaks)).toBeGreaterThan(heightAt(aslant, start));
  expect(end("momentum", sgdBreaks)).toBeLessThan(heightAt(aslant, start));
  expect(end("momentum", bothBreak)).toBeGreaterThan(heightAt(aslant, start));
  for (const rate of [0.01, sgdBreaks, bothBreak, 1])
    expect(end("adamW", rate)).toBeLessThan(heightAt(aslant, start));
});

it("has AdamW step as far along each axis at first, however steep it is", () => {
  const [, [x, y]] = descend(aslant, "adamW", at(0.03)) as [Place, Place];
  expect(Math.abs(x - start[0])).toBeCloseTo(0.03, 6);
  expect(Math.abs(y - start[1])).toBeCloseTo(0.03, 6);
});

it("repeats its noise, so that nothing jumps but for what the reader changed", () => {
  const noisy = {...at(0.02), noise: 0.3};
  for (const rule of RULES) {
    expect(descend(aslant, rule, noisy)).toEqual(descend(aslant, rule, noisy));
    expect(descend(aslant, rule, noisy)).not.toEqual(descend(aslant, rule, at(0.02)));
  }
});
