import type {Figure} from "./figure.js";
import type {LossData} from "./lossData.js";
import {lossFrame} from "./lossFrame.js";
import {plotLoss} from "./lossPlot.js";

/** Training and validation loss against the step, between ln V and the floor, and other runs' validation losses. */
export const lossChart = (data: LossData): Figure<LossData> => lossFrame(data, plotLoss);
