/** The loss stopped being a number: the run went too fast to stay in range. */
export class BadLossError extends Error {
  override readonly name = "BadLossError";

  constructor(step: number, learningRate: number) {
    super(
      `The loss is not a finite number at step ${step}. learningRate ${learningRate} is probably too high for this model: start again with a lower one. The last saved state is from before.`
    );
  }
}
