import * as tf from "@tensorflow/tfjs-core";
import {targetCount} from "../corpus/batches.js";
import {toData} from "../model/parameterTensors.js";
import {splitBatch} from "../training/accumulation.js";
import {BadLossError} from "../training/badLoss.js";
import type {Trainer} from "../training/trainer.js";
import {checkReplicas} from "./checkTeam.js";
import {digestOf} from "./digest.js";
import {flatten, unflatten} from "./flatten.js";
import {counted, type Traffic} from "./link.js";
import type {Member, MemberStep} from "./memberStep.js";
import {type RingPlace, ringAllReduce} from "./ring.js";
import {stopwatch} from "./stopwatch.js";

/**
 * Data parallelism: one of k workers that hold the same model. Each draws the same batch, computes the gradient of its
 * own rows and learns the whole batch's by ring all-reduce; then all take the same step, and so stay the same.
 */
export class Replica implements Member {
  /** Throws RangeError where the batch cannot be shared by so many. The trainer is the replica's from here on. */
  constructor(
    private readonly trainer: Trainer,
    private readonly place: RingPlace,
    private readonly now: () => number
  ) {
    checkReplicas(place.size, trainer.config, trainer.trainConfig);
  }

  async step({withGradients}: {withGradients: boolean}): Promise<MemberStep> {
    const {trainer, place} = this;
    const {parameters} = trainer.model;
    const clock = stopwatch(this.now);

    const batch = trainer.nextBatch();
    const rows = trainer.trainConfig.batchSize / place.size;
    const shard = splitBatch(batch, trainer.config.blockSize, rows)[place.rank]!;
    const share = targetCount(shard.batch) / targetCount(batch);
    // The mean over all targets is not the mean of the workers' means: rows of documents differ in theirs.
    const own = tf.tidy(() => {
      const {loss, gradients} = trainer.gradients(shard.batch, shard.firstRow);
      const weighted = Object.keys(parameters).map((name) => [name, tf.mul(gradients[name]!, share)]);
      return {loss, gradients: Object.fromEntries(weighted) as Record<string, tf.Tensor>};
    });
    const loss = (await own.loss.data())[0]!;
    const flat = await flatten(own.gradients);
    tf.dispose([own.loss, ...Object.values(own.gradients)]);
    const computed = clock.lap();

    const sent: Traffic = {messages: 0, bytes: 0};
    await ringAllReduce(flat, {...place, link: counted(place.link, sent)});
    const exchanging = clock.lap();

    const gradients = unflatten(flat, parameters);
    const norm = trainer.apply(gradients);
    const gradientNorm = (await norm.data())[0]!;
    const computing = computed + clock.lap();
    const asked = withGradients && (await toData(gradients));
    tf.dispose([norm, ...Object.values(gradients)]);
    if (!Number.isFinite(gradientNorm))
      throw new BadLossError(trainer.step, trainer.trainConfig.learningRate);
    return {
      step: trainer.step,
      loss,
      share,
      gradientNorm,
      sent: {gradients: sent},
      computing,
      exchanging,
      digest: await digestOf(parameters),
      ...(asked && {gradients: asked})
    };
  }

  dispose(): void {
    this.trainer.dispose();
  }
}
