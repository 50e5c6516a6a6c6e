import type {Experiments} from "../experiment/client.js";
import type {ExperimentSettings} from "../experiment/protocol.js";
import type {ModelConfig} from "../model/config.js";
import {parameterShapes} from "../model/parameters.js";
import type {GradientCheck, GradientCheckRow} from "../training/gradientCheck.js";
import type {SweptSettings} from "./grid.js";

/** The sizes of a check: each element costs four forward passes of the whole model, so the batch is small. */
const LARGEST_BATCH = 2;

/** The same settings with a batch small enough to be computed many times. */
export function checkSettings({model, train}: SweptSettings): SweptSettings {
  const batchSize = Math.min(train.batchSize, LARGEST_BATCH);
  return {model, train: {...train, batchSize, accumulationSteps: 1, evalBatches: 1}};
}

/** The parameters that can be checked, with their shapes; the vocabulary decides the size of the tables only. */
export const checkable = (model: ModelConfig): [name: string, shape: number[]][] =>
  model.architecture === "bigram" ? [] : Object.entries(parameterShapes(model));

/**
 * Checks the gradient of one parameter in the experiments' worker, before the first step of a run; `onRow` hears of each
 * element. What was checked when it is stopped is the result. Rejects with a sentence where it cannot be done.
 */
export function runGradientCheck(
  experiments: Pick<Experiments, "run">,
  settings: Omit<ExperimentSettings, "gradientCheck">,
  asked: {parameter: string; count: number},
  onRow: (row: GradientCheckRow, done: number, total: number) => void = () => {}
): Promise<GradientCheck | null> {
  return new Promise((resolve, reject) => {
    let check: GradientCheck | null = null;
    experiments.run({...settings, gradientCheck: asked}, (report) => {
      if (report.type === "checking") onRow(report.row, report.done, report.total);
      else if (report.type === "checked") check = report.check;
      else if (report.type === "failed") reject(new Error(report.message));
      else if (report.type === "ended") resolve(check);
    });
  });
}

/** What a check has shown, in sentences. */
export function checkInWords({parameter, shape, step, rows, agrees}: GradientCheck): string {
  const elements = rows.filter(({index}) => index !== null).length;
  const size = shape.reduce((product, n) => product * n, 1);
  const which = `${elements} of the ${size.toLocaleString("en-GB")} elements of ${parameter}`;
  const wrong = rows.filter((row) => !row.agrees).length;
  const how = `The parameter was moved by ${Number(step.toPrecision(2))} and twice that, both ways; the tolerance of each row is what rounding to float32 and the length of that step can make.`;
  if (rows.length === 0) return "Nothing was checked.";
  return agrees
    ? `They agree, for the parameter as a whole and ${which}. ${how}`
    : `They do not agree in ${wrong} of ${rows.length} rows, for ${which}: the backward pass is wrong there, or the loss has a kink within the step. ${how}`;
}
