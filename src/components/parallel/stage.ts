import * as tf from "@tensorflow/tfjs-core";
import type {Batch} from "../corpus/batches.js";
import {toData} from "../model/parameterTensors.js";
import type {Pass} from "../model/pass.js";
import {blocks, embed, readOut} from "../model/transformer.js";
import {globalNorm} from "../ops/clipByGlobalNorm.js";
import {crossEntropy} from "../ops/crossEntropy.js";
import {BadLossError} from "../training/badLoss.js";
import type {Trainer} from "../training/trainer.js";
import {checkStages} from "./checkTeam.js";
import {digestOf} from "./digest.js";
import {counted, type Link} from "./link.js";
import type {Cargo, Member, MemberStep} from "./memberStep.js";
import {type Side, TABLE} from "./stageNames.js";
import {stopwatch} from "./stopwatch.js";

type Gradients = Record<string, tf.Tensor>;

export interface StagePlace {
  side: Side;
  /** Blocks of the front; the back has the rest. */
  cut: number;
  link: Link;
}

/**
 * Model parallelism: one of two workers that share a model's layers, as in GPipe (Huang et al. 2019). The front sends
 * what its last layer puts out, the back sends back the gradient of the loss for it. As there, the front keeps nothing
 * in between but computes its layers again to go back through them.
 */
export class Stage implements Member {
  /**
   * The trainer, the stage's from here on, has been made of a `stageSnapshot`. Throws RangeError where the model
   * cannot be cut there.
   */
  constructor(
    private readonly trainer: Trainer,
    private readonly place: StagePlace,
    private readonly now: () => number
  ) {
    checkStages(place.cut, trainer.config, trainer.trainConfig);
  }

  async step({withGradients}: {withGradients: boolean}): Promise<MemberStep> {
    const {trainer, place} = this;
    const {parameters} = trainer.model;
    const messenger = new Messenger(place.link, this.now);

    const batch = trainer.nextBatch();
    const {loss, gradients} =
      place.side === "front" ? await this.front(batch, messenger) : await this.back(batch, messenger);
    if (trainer.config.tiedHead) await this.addTables(gradients, messenger);
    const norm = tf.scalar(await this.normOfAll(gradients, messenger));
    trainer.apply(gradients, {norm});
    const gradientNorm = (await norm.data())[0]!;
    const {sent, computing, exchanging} = messenger.end();
    const asked = withGradients && (await toData(gradients));
    tf.dispose([norm, ...Object.values(gradients)]);
    if (!Number.isFinite(gradientNorm))
      throw new BadLossError(trainer.step, trainer.trainConfig.learningRate);
    const table = parameters[TABLE];
    return {
      step: trainer.step,
      loss,
      share: place.side === "back" ? 1 : 0,
      gradientNorm,
      sent,
      computing,
      exchanging,
      digest: trainer.config.tiedHead && table ? await digestOf({table}) : null,
      ...(asked && {gradients: asked})
    };
  }

  /** Embedding and first blocks: sends x [B, T, C], receives its gradient. */
  private async front(batch: Batch, messenger: Messenger): Promise<{loss: null; gradients: Gradients}> {
    const {cut} = this.place;
    const {ids, targets, padding} = this.trainer.model.toTensors(batch);
    const pass = this.pass(padding);
    const forward = () => blocks(pass, embed(pass, ids), 0, cut);
    const x = tf.tidy(forward);
    const {shape} = x;
    await messenger.send("activations", x);
    x.dispose();
    const dx = tf.tensor(await messenger.receive(), shape);
    const names = Object.keys(pass.parameters);
    const gradients = tf.grads(forward)(Object.values(pass.parameters), dx);
    tf.dispose([dx, ids, targets, ...(padding ? [padding] : [])]);
    return {loss: null, gradients: Object.fromEntries(names.map((name, i) => [name, gradients[i]!]))};
  }

  /** Last blocks and scores: receives x [B, T, C], sends back its gradient. */
  private async back(batch: Batch, messenger: Messenger): Promise<{loss: number; gradients: Gradients}> {
    const {cut} = this.place;
    const {nLayer, nEmbd} = this.trainer.config;
    const {ids, targets, padding} = this.trainer.model.toTensors(batch);
    const pass = this.pass(padding);
    const {labelSmoothing} = this.trainer.lossOptions();
    const x = tf.tensor(await messenger.receive(), [...ids.shape, nEmbd]);
    const names = Object.keys(pass.parameters);
    const {value, grads} = tf.valueAndGrads((x: tf.Tensor) =>
      crossEntropy(readOut(pass, blocks(pass, x, cut, nLayer)), targets, labelSmoothing)
    )([x, ...Object.values(pass.parameters)]);
    const [dx, ...gradients] = grads as [tf.Tensor, ...tf.Tensor[]];
    await messenger.send("activations", dx);
    const loss = (await value.data())[0]!;
    tf.dispose([x, dx, value, ids, targets, ...(padding ? [padding] : [])]);
    return {loss, gradients: Object.fromEntries(names.map((name, i) => [name, gradients[i]!]))};
  }

  private pass(padding: tf.Tensor | undefined): Pass {
    const {config, model} = this.trainer;
    const {labelSmoothing: _, ...asked} = this.trainer.lossOptions();
    return {config, parameters: model.parameters, ...asked, ...(padding && {padding})};
  }

  /** A tied table is used on both sides: its gradient is the sum of what both have found. */
  private async addTables(gradients: Gradients, messenger: Messenger): Promise<void> {
    const own = gradients[TABLE]!;
    await messenger.send("table", own);
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
    const own = (await norm.data())[0]!;
    await messenger.send("norm", norm);
    norm.dispose();
    const other = (await messenger.receive())[0]!;
    return side === "front" ? Math.hypot(own, other) : Math.hypot(other, own);
  }

  dispose(): void {
    this.trainer.dispose();
  }
}

/** Sends and receives tensors, counts them by what they are, and tells the time that this takes from that of computing. */
class Messenger {
  private readonly sent: MemberStep["sent"] = {};
  private readonly clock;
  private computing = 0;
  private exchanging = 0;

  constructor(
    private readonly link: Link,
    now: () => number
  ) {
    this.clock = stopwatch(now);
  }

  async send(cargo: Cargo, tensor: tf.Tensor): Promise<void> {
    const numbers = Float32Array.from(await tensor.data()); // a copy, since it is handed over
    this.computing += this.clock.lap();
    this.sent[cargo] ??= {messages: 0, bytes: 0};
    counted(this.link, this.sent[cargo]).send(numbers);
    this.exchanging += this.clock.lap();
  }

  async receive(): Promise<Float32Array> {
    this.computing += this.clock.lap();
    const numbers = await this.link.receive();
    this.exchanging += this.clock.lap();
    return numbers;
  }

  end(): Pick<MemberStep, "sent" | "computing" | "exchanging"> {
    this.computing += this.clock.lap();
    return {sent: this.sent, computing: this.computing, exchanging: this.exchanging};
  }
}
