import {lazily} from "../../book/lazily.js";
import type {SamplingOptions} from "../../generation/distribution.js";
import {samplingDesk} from "./desk.js";
import {distributionFigure} from "./distributionFigure.js";
import {type DrawsFigure, drawsFigure} from "./drawsFigure.js";
import {drawsPrediction} from "./drawsPrediction.js";
import {orderFigure} from "./orderFigure.js";
import {repetitionFigure} from "./repetitionFigure.js";
import type {SamplingPage} from "./samplingPage.js";

/**
 * The chapter's figures over one place and one setting of the sliders; `onTake` lets the model write with the settings of
 * the first figure.
 */
export function samplingChapter(
  page: SamplingPage,
  {onTake}: {onTake?: (options: SamplingOptions) => void} = {}
) {
  const desk = samplingDesk(page);
  let drawn: DrawsFigure | null = null;
  const draws = () => {
    drawn ??= drawsFigure(desk);
    return drawn;
  };
  const figures = lazily({
    distribution: () => distributionFigure(desk, onTake ? {onTake} : {}),
    order: () => orderFigure(page),
    draws,
    prediction: () => drawsPrediction(desk, draws),
    repetition: () => repetitionFigure(page)
  });
  return Object.assign(figures, {desk, dispose: () => drawn?.dispose()});
}
