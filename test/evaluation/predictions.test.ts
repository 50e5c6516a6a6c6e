import {describe, expect, test} from "vitest";
import {type Prediction, predictText, windowsAtOnce} from "../../src/components/evaluation/predictions.js";
import {createRandom} from "../../src/components/random.js";
import {fakeModel} from "../fixtures/fakeModel.js";
import {batching, sayingModel} from "./heldOutFixture.js";

const random = createRandom(5);
const ids = Uint16Array.from({length: 43}, () => random.integer(7));

/** −ln p of each token but the first, asked for one by one: token i from the tokens that its window holds. */
async function naive(blockSize: number, stride: number): Promise<number[]> {
  const model = fakeModel({blockSize});
  const nats: number[] = [];
  for (let i = 1; i < ids.length; i++) {
    let start = 0;
    while (start + blockSize < i) start += stride;
    const {logits} = await model.trace(ids.slice(start, i));
    const row = logits.slice(-7);
    const sum = row.reduce((total, x) => total + Math.exp(x), 0);
    nats.push(Math.log(sum) - row[ids[i]!]!);
  }
  return nats;
}

async function counted(...[model, text, , options]: Parameters<typeof predictText>) {
  const kept: Prediction[] = [];
  await predictText(
    model,
    text,
    (prediction) => {
      if (prediction.counts) kept.push({...prediction, probabilities: prediction.probabilities.slice()});
    },
    options
  );
  return kept;
}
const none = () => {};

describe.each([
  [8, 1],
  [8, 3],
  [8, 8],
  [1, 1],
  [64, 16]
])("in a context of %i that moves on by %i", (blockSize, stride) => {
  test("each token's surprise is that of asking for it alone", async () => {
    const predictions = await counted(fakeModel({blockSize}), ids, none, {stride});
    expect(predictions.map(({index}) => index)).toEqual(Array.from({length: 42}, (_, i) => i + 1));
    const expected = await naive(blockSize, stride);
    predictions.forEach(({nats}, i) => {
      expect(nats).toBeCloseTo(expected[i]!, 6);
    });
  });

  test("windows scored together give the same", async () => {
    const model = batching(fakeModel({blockSize}));
    const together = await counted(model, ids, none, {stride, batchSize: 4});
    const alone = await counted(fakeModel({blockSize}), ids, none, {stride});
    expect(together.map(({nats}) => nats)).toEqual(alone.map(({nats}) => nats));
    if (blockSize === 8) expect(Math.max(...model.batches)).toBe(4);
  });
});

test("a distribution sums to 1, and a token too improbable for a float64 still has a logarithm", async () => {
  const model = {
    ...fakeModel({vocabSize: 2}),
    trace: async (window: ArrayLike<number>) => ({
      ids: Uint16Array.from(window),
      logits: Float32Array.from({length: 2 * window.length}, (_, i) => (i % 2 === 0 ? 0 : 900)),
      attention: null
    })
  };
  const [first] = await counted(model, Uint16Array.of(0, 0, 1), none, {stride: 8});
  expect([...first!.probabilities]).toEqual([0, 1]);
  expect(first!.nats).toBe(900);
  expect(first!.logProbability(0)).toBe(-900);
});

test("progress is told, and an abort is obeyed", async () => {
  const progress: number[] = [];
  const controller = new AbortController();
  const visited: number[] = [];
  await expect(
    predictText(fakeModel(), ids, ({index, counts}) => counts && visited.push(index), {
      stride: 4,
      signal: controller.signal,
      onProgress: (done, total) => {
        progress.push(done, total);
        if (done === 12) controller.abort();
      }
    })
  ).rejects.toMatchObject({name: "AbortError"});
  expect(progress).toEqual([8, 42, 12, 42]);
  expect(visited).toEqual(Array.from({length: 12}, (_, i) => i + 1));
});

test("the thread is let go while a large vocabulary is gone through", async () => {
  const V = 50_000;
  const model = sayingModel({vocabSize: V, blockSize: 32}, () => new Array(V).fill(1 / V));
  let pauses = 0;
  await predictText(model, new Uint16Array(33), () => {}, {
    stride: 32,
    yieldToOthers: async () => {
      pauses++;
      const end = performance.now() + 1;
      while (performance.now() < end);
    }
  });
  expect(pauses).toBeGreaterThan(0);
});

test("scores that are not finite are refused", async () => {
  const model = sayingModel({vocabSize: 2, blockSize: 4}, () => [Number.NaN, 1]);
  await expect(predictText(model, Uint16Array.of(0, 1), () => {}, {stride: 4})).rejects.toThrow(
    "A score for token 1 of the text is not a finite number"
  );
});

test("of a wide vocabulary fewer windows are scored at once, of GPT-2's one", () => {
  expect(windowsAtOnce({blockSize: 256, vocabSize: 65}, 4)).toBe(4);
  expect(windowsAtOnce({blockSize: 256, vocabSize: 50_257}, 4)).toBe(2);
  expect(windowsAtOnce({blockSize: 1024, vocabSize: 50_257}, 4)).toBe(1);
});
