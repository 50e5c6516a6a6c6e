import * as tf from "@tensorflow/tfjs-core";
import type {Batch} from "../../components/corpus/batches.js";
import type {Corpus} from "../../components/corpus/meta.js";
import {gpt2, type ModelConfig} from "../../components/model/config.js";
import type {Variables} from "../../components/model/parameterTensors.js";
import {createRandom, type Random} from "../../components/random.js";
import {type BatchSource, batchSource} from "../../components/training/batchSource.js";
import type {TrainConfig} from "../../components/training/config.js";
import type {Snapshot} from "../../components/training/snapshot.js";
import {
  causalMask,
  stockCrossEntropy,
  stockEmbedding,
  stockGelu,
  stockLayerNorm,
  stockLinear,
  stockMultiHeadAttention,
  stockUnembed,
  stockVariables
} from "./stockOps.js";

/**
 * GPT-2's training step as a user of TensorFlow.js would write it: its own operations, its own gradients, its own Adam.
 * It computes what our trainer computes from the same snapshot, with the same batches in the same order, but neither
 * clips gradients nor decays weights nor changes the learning rate, all of which would cost it more.
 */
export class StockTrainer {
  private readonly config: ModelConfig;
  private readonly parameters: Variables;
  private readonly mask: tf.Tensor2D;
  private readonly adam: tf.AdamOptimizer;
  private readonly random: Random;
  private readonly batches: BatchSource;

  /** Throws RangeError for a model or a run that is not of this plain kind. */
  constructor({modelConfig, trainConfig, parameters, random}: Snapshot, corpus: Corpus) {
    checkPlain(modelConfig, trainConfig);
    this.config = modelConfig;
    this.parameters = stockVariables(parameters);
    this.mask = tf.keep(causalMask(modelConfig.blockSize));
    const {learningRate, beta1, beta2, epsilon} = trainConfig;
    this.adam = tf.train.adam(learningRate, beta1, beta2, epsilon);
    this.random = createRandom(random);
    this.batches = batchSource(corpus, modelConfig, trainConfig);
  }

  /** One update, issued at once; resolves to the loss before it, nats a token. */
  async trainStep(): Promise<number> {
    const batch = this.batches.sample(this.random);
    const loss = this.adam.minimize(() => this.loss(batch), true)!;
    const [value] = await loss.data();
    loss.dispose();
    return value!;
  }

  /** The mean loss of a batch, nats a token. */
  loss({inputs, targets}: Batch): tf.Scalar {
    const T = this.config.blockSize;
    return tf.tidy(() =>
      stockCrossEntropy(
        this.logits(tf.tensor2d(inputs, [inputs.length / T, T], "int32")),
        tf.tensor1d(targets, "int32")
      )
    );
  }

  dispose(): void {
    this.adam.dispose();
    tf.dispose([this.mask, ...Object.values(this.parameters)]);
  }

  /** ids [B, T] int32 → [B, T, V]. */
  private logits(ids: tf.Tensor): tf.Tensor {
    const table = this.get("wte.weight");
    let x = tf.add(stockEmbedding(table, ids), this.get("wpe.weight")); // [B, T, C]
    for (let i = 0; i < this.config.nLayer; i++) {
      x = tf.add(x, this.attention(`h.${i}.attn`, this.norm(`h.${i}.ln_1`, x)));
      const hidden = stockGelu(this.linear(`h.${i}.mlp.c_fc`, this.norm(`h.${i}.ln_2`, x))); // [B, T, F]
      x = tf.add(x, this.linear(`h.${i}.mlp.c_proj`, hidden));
    }
    return stockUnembed(this.norm("ln_f", x), table);
  }

  /** [B, T, C] → [B, T, C]. */
  private attention(name: string, x: tf.Tensor): tf.Tensor {
    const qkv = this.linear(`${name}.c_attn`, x);
    return this.linear(`${name}.c_proj`, stockMultiHeadAttention(qkv, this.config.nHead, this.mask));
  }

  private linear(name: string, x: tf.Tensor): tf.Tensor {
    return stockLinear(x, this.get(`${name}.weight`), this.bias(name));
  }

  private norm(name: string, x: tf.Tensor): tf.Tensor {
    return stockLayerNorm(x, this.get(`${name}.weight`), this.bias(name));
  }

  private bias(name: string): tf.Variable | null {
    return this.config.bias ? this.get(`${name}.bias`) : null;
  }

  private get(name: string): tf.Variable {
    return this.parameters[`transformer.${name}`]!;
  }
}

function checkPlain(model: ModelConfig, train: TrainConfig): void {
  const plainModel: Partial<ModelConfig> = {...gpt2, nKvHead: model.nHead};
  // Both kinds are as plain.
  delete plainModel.bias;
  // Fields that only other architectures read.
  delete plainModel.windowSize;
  delete plainModel.smoothing;
  const plainTrain: Partial<TrainConfig> = {
    accumulationSteps: 1,
    embeddingDropout: 0,
    attentionDropout: 0,
    residualDropout: 0,
    labelSmoothing: 0,
    batching: "windows",
    overfitOneBatch: false
  };
  const settings: Record<string, unknown> = {...model, ...train};
  for (const [field, plain] of Object.entries({...plainModel, ...plainTrain}))
    if (settings[field] !== plain)
      throw new RangeError(
        `${field} is ${settings[field]}; the stock trainer that this measures against knows only ${plain}.`
      );
}
