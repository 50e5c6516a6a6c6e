import {expect, test} from "vitest";
import {PLAIN} from "../../src/components/generation/distribution.js";
import {generate} from "../../src/components/generation/generate.js";
import {
  type BatchModel,
  generateTogether,
  type Writing
} from "../../src/components/generation/generateTogether.js";
import {fakeModel} from "../fixtures/fakeModel.js";

/** The fake model, which takes several windows of one length, and reads on where it is to decode. */
function batchModel({decodes}: {decodes: boolean}): BatchModel & {open: number; read: number} {
  const model = fakeModel({blockSize: 8});
  const V = model.config.vocabSize;
  const scores = async (ids: ArrayLike<number>, batch: number) => {
    const all = Array.from(ids);
    const T = all.length / batch;
    const traces = [];
    for (let b = 0; b < batch; b++) traces.push((await model.trace(all.slice(b * T, (b + 1) * T))).logits);
    return Float32Array.from(traces.flatMap((logits) => [...logits]));
  };
  const batched = {config: model.config, scores, open: 0, read: 0};
  const decoding = (batch: number) => {
    let texts: number[][] = Array.from({length: batch}, () => []);
    batched.open++;
    return {
      async read(ids: ArrayLike<number>) {
        const T = ids.length / batch;
        batched.read += T;
        texts = texts.map((text, b) => [...text, ...Array.from(ids).slice(b * T, (b + 1) * T)]);
        const all = await scores(texts.flat(), batch);
        return Float32Array.from(
          texts.flatMap((text, b) => [
            ...all.slice(((b + 1) * text.length - 1) * V, (b + 1) * text.length * V)
          ])
        );
      },
      dispose: () => void batched.open--
    };
  };
  return Object.assign(batched, decodes && {decoding});
}

const writings: Writing[] = [
  {options: {...PLAIN, temperature: 0}, seed: 1},
  {options: PLAIN, seed: 1},
  {options: PLAIN, seed: 2},
  {options: {...PLAIN, temperature: 0.5, topK: 3}, seed: 2}
];

test.each([true, false])(
  "writes each text as it would be written alone (with a cache: %s)",
  async (decodes) => {
    const model = batchModel({decodes});
    const texts = writings.map((): number[] => []);
    for await (const tokens of generateTogether(model, [1, 2], {writings, steps: 30}))
      for (const [i, id] of tokens.entries()) texts[i]!.push(id);
    for (const [i, writing] of writings.entries()) {
      const alone = [];
      for await (const {id} of generate(fakeModel({blockSize: 8}), [1, 2], {...writing, steps: 30}))
        alone.push(id);
      expect(texts[i]).toEqual(alone);
    }
    expect(new Set(texts.map(String)).size).toBe(4);
    expect(model.open).toBe(0);
  }
);

test("reads each token once but where the window moves on, and lets go when given up", async () => {
  const model = batchModel({decodes: true});
  let count = 0;
  for await (const _ of generateTogether(model, [1, 2], {writings, steps: 30})) if (++count === 10) break;
  expect(model.read).toBe(8 + 7); // up to the full context; then from its half on: four again, and three more
  expect(model.open).toBe(0);
});

test("refuses an empty prompt and impossible settings", async () => {
  const begin = (prompt: number[], seed: number) =>
    generateTogether(batchModel({decodes: true}), prompt, {
      writings: [{options: PLAIN, seed}],
      steps: 3
    }).next();
  await expect(begin([], 1)).rejects.toThrow("The prompt is empty");
  await expect(begin([1], 0.5)).rejects.toThrow("The seed is 0.5; it must be a whole number.");
});
