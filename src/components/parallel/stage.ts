import * as tf from "@tensorflow/tfjs-core";
import {toData} from "../model/parameterTensors.js";
import {globalNorm} from "../ops/clipByGlobalNorm.js";
import {BadLossError} from "../training/badLoss.js";
import type {Trainer} from "../training/trainer.js";
import {checkStages} from "./checkTeam.js";
import {digestOf} from "./digest.js";
import type {Link} from "./link.js";
import type {Member, MemberStep} from "./memberStep.js";
import {Messenger} from "./messenger.js";
import {type MicroBatch, microBatches} from "./microBatches.js";
import {turnsOf} from "./pipelineSchedule.js";
import {type Side, TABLE} from "./stageNames.js";
import {backPasses, frontBackward, frontForward, type Gradients, plus} from "./stagePasses.js";

export interface StagePlace {
  side: Side;
  /** Blocks of the front; the back has the rest. */
  cut: number;
  /** Pieces that a batch is cut into. */
  microBatches: number;
  link: Link;
}

/** What a stage found of a batch: the mean loss, where it knows it, and the gradient of its own layers. */
interface Found {
  loss: number | null;
  gradients: Gradients;
}

/**
 * Model parallelism: one of two workers that share a model's layers, a pipeline as in GPipe (Huang et al. 2019). The
 * batch comes in micro-batches, and while the back has one, the front computes the next. The front sends what its last
 * layer puts out, the back sends back the gradient of the loss for it; both add up their gradients and take one step.
 */
export class Stage implements Member {
  /**
   * The trainer, the stage's from here on, has been made of a `stageSnapshot`. `now` is in milliseconds. Throws
   * RangeError where the model or the batch cannot be cut so.
   */
  constructor(
    private readonly trainer: Trainer,
    private readonly place: StagePlace,
    private readonly now: () => number
  ) {
    checkStages(place, trainer.config, trainer.trainConfig);
  }

  async step({withGradients}: {withGradients: boolean}): Promise<MemberStep> {
    const {trainer, place} = this;
    const messenger = new Messenger(place.link, this.now);

    const pieces = microBatches(trainer.nextBatch(), trainer.config.blockSize, place.microBatches);
    const {loss, gradients} =
      place.side === "front" ? await this.front(pieces, messenger) : await this.back(pieces, messenger);
    if (trainer.config.tiedHead) await this.addTables(gradients, messenger);
    const norm = tf.scalar(await this.normOfAll(gradients, messenger));
    trainer.apply(gradients, {norm});
    const gradientNorm = (await norm.data())[0]!;
    const measured = messenger.end();
    const asked = withGradients && (await toData(gradients));
    tf.dispose([norm, ...Object.values(gradients)]);
    if (!Number.isFinite(gradientNorm))
      throw new BadLossError(trainer.step, trainer.trainConfig.learningRate);
    const table = trainer.model.parameters[TABLE];
    return {
      step: trainer.step,
      loss,
      share: place.side === "back" ? 1 : 0,
      gradientNorm,
      ...measured,
      digest: trainer.config.tiedHead && table ? await digestOf({table}) : null,
      ...(asked && {gradients: asked})
    };
  }

  /** Sends what its layers make of each micro-batch, and goes back through them as the gradient of one comes in. */
  private async front(pieces: readonly MicroBatch[], messenger: Messenger): Promise<Found> {
    const {trainer, now} = this;
    const {cut} = this.place;
    let gradients: Gradients | null = null;
    for (const turn of turnsOf(0, 2, pieces.length)) {
      const piece = pieces[turn.piece]!;
      const dx = turn.pass === "backward" ? await messenger.receive() : null;
      const start = now();
      const x = dx ? null : await taken(frontForward(trainer, cut, piece));
      if (dx) gradients = plus(gradients, frontBackward(trainer, cut, piece, dx));
      messenger.took(turn, start);
      if (x) messenger.send("activations", x);
    }
    return {loss: null, gradients: gradients ?? {}};
  }

  /** The last of the workers: takes each micro-batch to the loss and back before the next, which is its 1F1B. */
  private async back(pieces: readonly MicroBatch[], messenger: Messenger): Promise<Found> {
    const {trainer, now} = this;
    let sum: Gradients | null = null;
    let loss = 0;
    for (const [piece, rows] of pieces.entries()) {
      const x = await messenger.receive();
      const start = now();
      let turned = start;
      const {dx, ...passes} = backPasses(trainer, this.place.cut, rows, x, () => {
        turned = now();
      });
      messenger.send("activations", await taken(dx));
      sum = plus(sum, passes.gradients);
      loss += (await taken(passes.loss))[0]!;
      messenger.took({pass: "forward", piece}, start, turned);
      messenger.took({pass: "backward", piece}, turned);
    }
    return {loss, gradients: sum ?? {}};
  }

  /** A tied table is used on both sides: its gradient is the sum of what both have found. */
  private async addTables(gradients: Gradients, messenger: Messenger): Promise<void> {
    const own = gradients[TABLE]!;
    messenger.send("table", Float32Array.from(await own.data()));
    const other = tf.tensor(await messenger.receive(), own.shape);
    gradients[TABLE] = tf.add(own, other); // the same on both sides: a + b is b + a, bit for bit
    tf.dispose([own, other]);
  }

  /** The norm of the gradients of both sides, with that of a table which both hold counted once. */
  private async normOfAll(gradients: Gradients, messenger: Messenger): Promise<number> {
    const {side} = this.place;
    const isTwice = (name: string) => side === "back" && name === TABLE;
    const counted = Object.entries(gradients).filter(([name]) => !isTwice(name));
    const norm = counted.length > 0 ? tf.tidy(() => globalNorm(Object.fromEntries(counted))) : tf.scalar(0);
    const numbers = await taken(norm);
    const own = numbers[0]!;
    messenger.send("norm", numbers);
    const other = (await messenger.receive())[0]!;
    return side === "front" ? Math.hypot(own, other) : Math.hypot(other, own);
  }

  dispose(): void {
    this.trainer.dispose();
  }
}

/** A tensor's numbers, copied so that they can be handed over, in its place. */
async function taken(tensor: tf.Tensor): Promise<Float32Array> {
  const numbers = Float32Array.from(await tensor.data());
  tensor.dispose();
  return numbers;
}
