import {expect, it} from "vitest";
import {
  cacheLevels,
  packCache,
  stripCount,
  unpackCache
} from "../../../src/components/chapters/inference/cacheTrace.js";
import {timeRace} from "../../../src/components/chapters/inference/race.js";
import {cacheShapeOf, readColumns} from "../../../src/components/chapters/inference/readColumns.js";
import {timeWindows} from "../../../src/components/chapters/inference/timeWindows.js";
import {windowLengths} from "../../../src/components/chapters/inference/windowLengths.js";
import {writeColumns} from "../../../src/components/chapters/inference/writeColumns.js";
import {modelConfig} from "../../../src/components/model/config.js";
import {initialise} from "../../../src/components/model/initialise.js";
import {KeyValueCache} from "../../../src/components/model/keyValueCache.js";
import {TensorModel} from "../../../src/components/model/tensorModel.js";
import {createRandom} from "../../../src/components/random.js";
import {useBackend} from "../../backends.js";

const config = modelConfig({
  nLayer: 2,
  nHead: 4,
  nKvHead: 2,
  nEmbd: 8,
  nInner: 16,
  blockSize: 9,
  vocabSize: 11,
  position: "rope"
});
async function open(): Promise<TensorModel> {
  await useBackend("cpu");
  const random = createRandom(5);
  const parameters = initialise(config, random);
  for (const {data} of Object.values(parameters))
    for (let i = 0; i < data.length; i++) data[i]! += 0.4 * random.normal();
  return new TensorModel(config, parameters);
}

it("copies the keys and values that a whole pass has, a column for each token", async () => {
  const model = await open();
  const ids = [3, 1, 4, 1, 5, 9];
  const cache = new KeyValueCache();
  const first = await readColumns(model, cache, ids.slice(0, 4));
  const columns = [...first.columns, ...(await readColumns(model, cache, ids.slice(4))).columns];
  cache.dispose();
  const shape = cacheShapeOf(model);
  expect(shape).toEqual({layers: 2, heads: 2, headWidth: 2});
  const names = ["transformer.h.1.attn.k", "transformer.h.1.attn.v"];
  const whole = await model.inspect(ids, {names});
  for (const [kind, name] of names.entries())
    for (let head = 0; head < 2; head++)
      for (let t = 0; t < 6; t++)
        for (let d = 0; d < 2; d++)
          expect(columns[t]![((2 + head) * 2 + kind) * 2 + d]!).toBeCloseTo(
            whole[name]!.data[(head * 6 + t) * 2 + d]!,
            5
          );
  model.dispose();
});

it("writes on from a prompt, the same for the same seed", async () => {
  const model = await open();
  const write = async (seed: number) => {
    const ids: number[] = [];
    for await (const {id} of writeColumns(model, [3, 1], {length: 9, seed})) ids.push(id);
    return ids;
  };
  const text = await write(1);
  expect(text).toHaveLength(9);
  expect(text.slice(0, 2)).toEqual([3, 1]);
  expect(await write(1)).toEqual(text);
  expect(await write(2)).not.toEqual(text);
  model.dispose();
});

it("levels numbers by their size in their own strip, and keeps them through JSON", () => {
  const shape = {layers: 1, heads: 1, headWidth: 2};
  expect(stripCount(shape)).toBe(2);
  // Keys 1, -4 then 0, 2; values all 0 but one.
  const columns = [Float32Array.of(1, -4, 0, 0), Float32Array.of(0, 2, 0, 9)];
  const levels = cacheLevels(shape, columns);
  expect([...levels]).toEqual([Math.round(15 * 0.5), 15, 0, Math.round(15 * Math.SQRT1_2), 0, 0, 0, 15]);
  const trace = {shape, tokens: ["a", "b"], prompt: 1, levels};
  expect(unpackCache(JSON.parse(JSON.stringify(packCache(trace))))).toEqual(trace);
});

it("times both ways to the same scores, for every token up to the length", async () => {
  const model = await open();
  const seen = [];
  for await (const token of timeRace(model, [3, 1, 4], 9)) seen.push(token);
  expect(seen.map(({t}) => t)).toEqual([3, 4, 5, 6, 7, 8, 9]);
  for (const {withCache, without, difference} of seen) {
    expect(withCache).toBeGreaterThan(0);
    expect(without).toBeGreaterThan(0);
    expect(difference).toBeLessThan(1e-5);
  }
  // Greedy: what the whole pass finds likeliest after the first three is the fourth.
  const {logits} = await model.trace([3, 1, 4]);
  const last = logits.subarray(2 * config.vocabSize);
  expect(seen[1]!.id).toBe(last.indexOf(Math.max(...last)));
  model.dispose();
});

it("times windows at once and one by one", async () => {
  const model = await open();
  const windows = [];
  for await (const window of timeWindows(model, [1, 2, 3, 4, 5, 6], [2, 6])) windows.push(window);
  expect(windows.map(({T}) => T)).toEqual([2, 6]);
  expect(windows.every(({atOnce, oneByOne}) => atOnce > 0 && oneByOne > 0)).toBe(true);
  expect(windowLengths(256)).toEqual([4, 16, 64, 256]);
  expect(windowLengths(9)).toEqual([9]);
  model.dispose();
});
