import {readdirSync, readFileSync} from "node:fs";
import * as tf from "@tensorflow/tfjs-core";
import {afterEach, beforeAll, beforeEach, describe, expect, it} from "vitest";
import {backendNames, useBackend} from "../backends.js";
import {boundOp, cases, differentiableCases, opNames} from "./cases.js";
import {FORWARD_TOLERANCE, fixtures, GRADIENT_TOLERANCE, relativeError, toTensor} from "./fixtures.js";

it("has a PyTorch fixture for every operation and the reverse", () => {
  expect([...new Set(Object.values(fixtures.ops).map(({op}) => op))].sort()).toEqual([...opNames].sort());
});

it("has gradients by PyTorch for every operation with a backward pass of its own", () => {
  const folder = new URL("../../src/components/ops/", import.meta.url);
  // The first has none of its own; the second's are those of what it is given: checkpoint.test.ts.
  const others = ["differentiable.ts", "checkpoint.ts"];
  const sources = readdirSync(folder).filter((name) => name.endsWith(".ts") && !others.includes(name));
  const differentiated = sources.flatMap((name) => {
    // A function of a file that calls differentiable; each reaches to the next brace at the start of a line.
    const functions = readFileSync(new URL(name, folder), "utf8").matchAll(
      /^export function (\w+)[\s\S]*?^}/gm
    );
    return [...functions].filter(([body]) => /\bdifferentiable[(<]/.test(body)).map(([, op]) => op!);
  });
  const covered = new Set(differentiableCases.map(([, {op}]) => op));
  expect(differentiated.sort()).toEqual([...covered].sort());
});

describe.each(backendNames)("on %s", (backend) => {
  beforeAll(() => useBackend(backend));
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  it.each(cases)("%s: PyTorch's value", async (_, fixture) => {
    const value = boundOp(fixture)(Object.values(fixture.inputs).map(toTensor));
    expect(value.shape).toEqual(fixture.value.shape);
    expect(relativeError(await value.data(), fixture.value.data)).toBeLessThan(FORWARD_TOLERANCE);
  });

  it.each(differentiableCases)("%s: PyTorch's gradients", async (_, fixture) => {
    const op = boundOp(fixture);
    const inputs = Object.values(fixture.inputs).map(toTensor);
    const gradients = tf.grads((...xs: tf.Tensor[]) => op(xs))(inputs, toTensor(fixture.dy));
    const expected = Object.entries(fixture.gradients);
    for (const [i, [name, {shape, data}]] of expected.entries()) {
      expect(gradients[i]!.shape, name).toEqual(shape);
      expect(relativeError(await gradients[i]!.data(), data), name).toBeLessThan(GRADIENT_TOLERANCE);
    }
  });
});
