import type {HeldOutText} from "../../src/components/evaluation/heldOut.js";
import {classifyTokens} from "../../src/components/evaluation/tokenClasses.js";
import type {LanguageModel} from "../../src/components/inference/languageModel.js";
import {fakeModel} from "../fixtures/fakeModel.js";

/** A held-out text of tokens of one character each. */
export function heldOut(ids: ArrayLike<number>, vocabulary: readonly string[]): HeldOutText {
  const texts = Array.from(ids, (id) => vocabulary[id]!);
  return {
    ids: Uint16Array.from(ids),
    characters: new Float64Array(ids.length).fill(1),
    classes: classifyTokens({texts, sources: texts.map(() => null)}),
    truth: null
  };
}

/** A model that says what a function of the tokens seen says: probabilities [V]. */
export function sayingModel(
  {vocabSize, blockSize}: {vocabSize: number; blockSize: number},
  say: (seen: readonly number[]) => readonly number[]
): LanguageModel {
  return {
    ...fakeModel({vocabSize, blockSize}),
    async trace(ids, {signal} = {}) {
      signal?.throwIfAborted();
      const seen = Array.from(ids);
      const logits = seen.flatMap((_, t) => say(seen.slice(0, t + 1)).map((p) => Math.log(p)));
      return {ids: Uint16Array.from(ids), logits: Float32Array.from(logits), attention: null};
    }
  };
}

/** The same model, able to score windows together. */
export function batching(model: LanguageModel): LanguageModel & {batches: number[]} {
  const batches: number[] = [];
  return {
    ...model,
    batches,
    async scores(ids, batch, options) {
      batches.push(batch);
      const T = ids.length / batch;
      const all: number[] = [];
      for (let b = 0; b < batch; b++)
        all.push(...(await model.trace(Array.from(ids).slice(b * T, (b + 1) * T), options)).logits);
      return Float32Array.from(all);
    }
  };
}
