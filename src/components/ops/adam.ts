import * as tf from "@tensorflow/tfjs-core";
import {type AdamWSettings, adamW} from "./adamW.js";
import type {Rates} from "./rates.js";
import {withDecay} from "./sgd.js";

/**
 * One Adam update in place (Kingma & Ba 2015). Decay, if any, is part of the gradient, g + λθ, and so is divided by the
 * root of its own second moment too: AdamW was made because of that. Otherwise it is `adamW`, and so are its arguments.
 */
export function adam(
  parameter: tf.Variable,
  firstMoment: tf.Variable,
  secondMoment: tf.Variable,
  gradient: tf.Tensor,
  rates: Rates,
  settings: AdamWSettings
): void {
  tf.tidy(() => {
    const descent = withDecay(gradient, parameter, settings.weightDecay);
    adamW(parameter, firstMoment, secondMoment, descent, rates, {...settings, weightDecay: 0});
  });
}
