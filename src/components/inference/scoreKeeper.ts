import {outcomesOf} from "../evaluation/outcomes.js";
import {negativeLog} from "../evaluation/surprise.js";
import type {SamplingOptions} from "../generation/distribution.js";
import {rank} from "../generation/rank.js";
import type {OnnxForward} from "./onnxModel.js";
import type {KeepingRequest, Reply} from "./protocol.js";

/** Some tokens of a text, with what each was predicted by. */
interface ScoredTokens {
  /** [n] */
  targets: Uint16Array;
  /** [n, V], row-major, and `rank` of each row. */
  logits: Float32Array;
  ranks: Uint16Array;
}

type Post = (reply: Reply, transfer: Transferable[]) => void;

/** The worker's side of scores that stay where the model runs: answers what is asked of them. */
export class ScoreKeeper {
  readonly #texts = new Map<number, ScoredTokens[]>();

  constructor(private readonly post: Post) {}

  async answer(forward: OnnxForward, request: KeepingRequest): Promise<void> {
    switch (request.type) {
      case "keep":
        await this.#keep(forward, request);
        return this.post({type: "kept"}, []);
      case "surprise": {
        const nats = natsOf(this.#texts.get(request.text) ?? [], request.options);
        return this.post({type: "surprised", nats}, [nats.buffer as ArrayBuffer]);
      }
      case "drop":
        this.#texts.delete(request.text);
        return this.post({type: "dropped"}, []);
      case "predict": {
        const {ids, starts} = request.windows;
        const outcomes = outcomesOf(await forward.scores(ids, starts.length), request.windows);
        const arrays = Object.values(outcomes) as Float64Array[];
        return this.post(
          {type: "predicted", outcomes},
          arrays.map(({buffer}) => buffer as ArrayBuffer)
        );
      }
    }
  }

  forgetAll(): void {
    this.#texts.clear();
  }

  async #keep(forward: OnnxForward, {text, ids, targets}: KeepingRequest & {type: "keep"}): Promise<void> {
    const V = forward.config.vocabSize;
    const scores = await forward.scores(ids, 1);
    // A copy lets go of what is not kept.
    const logits = targets.length === ids.length ? scores : scores.slice(-targets.length * V);
    const ranks = new Uint16Array(logits.length);
    for (let at = 0; at < ranks.length; at += V) ranks.set(rank(logits.subarray(at, at + V)), at);
    const kept = this.#texts.get(text) ?? [];
    kept.push({targets, logits, ranks});
    this.#texts.set(text, kept);
  }
}

/** −ln p of every token of a text, in order. */
function natsOf(text: readonly ScoredTokens[], options: SamplingOptions): Float64Array {
  const nats = new Float64Array(text.reduce((sum, {targets}) => sum + targets.length, 0));
  let next = 0;
  for (const {targets, logits, ranks} of text) {
    const V = logits.length / targets.length;
    const tempered = new Float64Array(V);
    for (const [i, id] of targets.entries()) {
      const row = [i * V, (i + 1) * V] as const;
      nats[next++] = negativeLog(id, logits.subarray(...row), ranks.subarray(...row), options, tempered);
    }
  }
  return nats;
}
