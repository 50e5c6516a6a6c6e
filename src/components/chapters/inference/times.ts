import {median} from "../../median.js";
import type {ModelConfig} from "../../model/config.js";
import type {Engine, RacedToken, ReadWindow, TimedStep} from "./protocol.js";

/** What one engine did of the same training steps; `failure` says why it did not. */
export interface EngineTimes {
  engine: Engine;
  /** The engine in words; empty before it starts. */
  name: string;
  steps: readonly TimedStep[];
  failure?: string;
}

/** Times of all three measurements, on one machine. */
export interface RecordedTimes {
  /** Where they were taken, for people. */
  machine: string;
  /** Runs of the race and of each engine's steps, of which the quickest was kept. */
  rounds: number;
  /** Of the model that wrote and read. */
  config: ModelConfig;
  race: readonly Omit<RacedToken, "text">[];
  windows: readonly ReadWindow[];
  engines: readonly EngineTimes[];
}

/** Milliseconds of a step: the median of all but the first, in which an engine compiles. */
export const stepTime = ({steps}: EngineTimes): number => median(steps.slice(1).map(({ms}) => ms));

/** How far two engines' losses are apart at most, over the steps that both took; NaN where there are none. */
export function lossDifference(a: EngineTimes, b: EngineTimes): number {
  const both = Math.min(a.steps.length, b.steps.length);
  let most = both > 0 ? 0 : Number.NaN;
  for (let i = 0; i < both; i++) most = Math.max(most, Math.abs(a.steps[i]!.loss - b.steps[i]!.loss));
  return most;
}

/** Each value's median with its `reach` neighbours on both sides, so that a curve can be read. */
export function smoothed(values: readonly number[], reach = 4): number[] {
  return values.map((_, i) => median(values.slice(Math.max(0, i - reach), i + reach + 1)));
}
