import * as tf from "@tensorflow/tfjs-core";
import {expect} from "vitest";
import type {StepReport, Trainer} from "../../src/components/training/trainer.js";

/** Takes steps, all of them on their way before the first is waited for. */
export function takeSteps(trainer: Trainer, count: number): Promise<StepReport[]> {
  const reports = Array.from({length: count}, () => trainer.trainStep());
  trainer.flush();
  return Promise.all(reports);
}

/** Whatever takes steps makes nothing more on the device from the fifth to the thirtieth. */
export async function expectNothingMade(take: (steps: number) => Promise<unknown>): Promise<void> {
  await take(5);
  const before = {...tf.memory()};
  await take(25);
  expect({...tf.memory()}).toEqual(before);
}
