import {crossEntropyFigure} from "./crossEntropyFigure.js";
import {softmaxFigure} from "./softmaxFigure.js";

/** The softmax and the loss of one prediction: a slider moves the point on the curve, the point moves the slider. */
export function answers(): {softmax: HTMLElement; crossEntropy: HTMLElement} {
  let probability = 0.5;
  let loss: ReturnType<typeof crossEntropyFigure> | null = null;
  const softmax = softmaxFigure(({probabilities, target}) => {
    probability = probabilities[target]!;
    loss?.update(probability);
  });
  loss = crossEntropyFigure(probability, (p) => softmax.aim(p));
  return {softmax, crossEntropy: loss};
}
