import {cacheShape} from "../exchange/onnx/onnxGraph.js";
import {addedOutput, CACHE_PARTS, pastInput} from "../exchange/onnx/onnxPass.js";
import {attentionLayers, type ModelConfig} from "../model/config.js";
import type {Ort, Tensor, Tensors} from "./ort.js";

/**
 * Places are made this many at a time. Places not in use are copied into every run and masked there; to make more, all
 * that is kept is copied once. At 32 both cost less than a hundredth of a run.
 */
const PLACES = 32;

/** One layer's keys or values: [batch, K, room, D], of which each head's first `length` are in use. */
interface Part {
  input: string;
  output: string;
  tensor: Tensor;
}

/**
 * Keys and values of one text, or of several of one length, kept between runs of a graph with an "added" cache. Into ONNX Runtime's WebAssembly they
 * are copied at each run; here they stay where they are, and each run adds its tokens' own. A graph that hands back all of
 * them ("whole") makes the runtime copy and allocate as much again for every token: at 256 tokens of a small
 * model, a third of the time.
 */
export class KeptCache {
  /** Tokens kept of each text. */
  length = 0;
  /** Places there are: `length` in use, and after them those for tokens to come. */
  room = 0;
  readonly #parts: Part[];
  readonly #heads: number;
  readonly #width: number;

  constructor(
    private readonly ort: Ort,
    config: ModelConfig,
    private readonly batch = 1
  ) {
    const {K, D} = cacheShape(config);
    this.#heads = K;
    this.#width = D;
    this.#parts = Array.from({length: attentionLayers(config)}, (_, i) =>
      CACHE_PARTS.map((part) => ({
        input: pastInput(i, part),
        output: addedOutput(i, part),
        tensor: this.#empty(0)
      }))
    ).flat();
  }

  /** What goes into the next run. */
  get feeds(): Tensors {
    return Object.fromEntries(this.#parts.map(({input, tensor}) => [input, tensor]));
  }

  /** What the run must hand back. */
  get outputs(): string[] {
    return this.#parts.map(({output}) => output);
  }

  /** Keeps the keys and values of the `count` tokens that a run has read of each text. */
  add(results: Tensors, count: number): void {
    const needed = this.length + count;
    if (needed > this.room) this.#makeRoom(Math.ceil(needed / PLACES) * PLACES);
    for (const {output, tensor} of this.#parts) {
      const added = results[output]!;
      this.#copy(added.data as Float32Array, count, tensor.data as Float32Array, this.room, this.length);
      added.dispose();
    }
    this.length = needed;
  }

  #makeRoom(room: number): void {
    for (const part of this.#parts) {
      const larger = this.#empty(room);
      this.#copy(part.tensor.data as Float32Array, this.room, larger.data as Float32Array, room, 0);
      part.tensor = larger;
    }
    this.room = room;
  }

  /** Each head's places, from an array that has `from` of them to one that has `to`, there beginning at `start`. */
  #copy(source: Float32Array, from: number, target: Float32Array, to: number, start: number): void {
    const D = this.#width;
    for (let head = 0; head < this.batch * this.#heads; head++)
      target.set(source.subarray(head * from * D, (head + 1) * from * D), (head * to + start) * D);
  }

  #empty(room: number): Tensor {
    const shape = [this.batch, this.#heads, room, this.#width];
    return new this.ort.Tensor("float32", new Float32Array(shape.reduce((a, b) => a * b)), shape);
  }
}
