import {nameOf} from "./bench.js";
import type {GradientRun} from "./gradientRun.js";

/** src/data/block-runs.json, which src/cli/recordGradients.ts writes: runs that are too long for a build. */
export interface LongRecording {
  version: 1;
  /** The name of the corpus that they were trained on. */
  corpus: string;
  runs: GradientRun[];
}

/** The loss of each run on text that it was not trained on, after its last step, by name; nats a token. */
export const finalLosses = ({runs}: LongRecording): Record<string, number> =>
  Object.fromEntries(
    runs.map(({combination, validation}) => [nameOf(combination), validation.at(-1)?.loss ?? Number.NaN])
  );
