import * as tf from "@tensorflow/tfjs-core";
import {afterEach, beforeAll, beforeEach, describe, expect, it} from "vitest";
import {canDecodeWithCache, forward} from "../../src/components/model/forward.js";
import {KeyValueCache} from "../../src/components/model/keyValueCache.js";
import {useBackend} from "../backends.js";
import {cases} from "../fixtures/model.js";
import {relativeError} from "../ops/fixtures.js";
import {int32, toParameters} from "./passes.js";

/** The same float32 products, but of other lengths, so added in another order: a few units in the last digit, twice deep. */
const TOLERANCE = 5e-6;

const decodable = Object.entries(cases).filter(([, {config}]) => canDecodeWithCache(config));

it("covers every position, both places of the norm, both norms, shared heads and the single head", () => {
  const names = decodable.map(([name]) => name);
  for (const position of ["learned", "sinusoidal", "rope", "alibi", "none"])
    expect(names).toEqual(expect.arrayContaining([`${position} pre`, `${position} post`]));
  expect(names).toEqual(expect.arrayContaining(["llama", "post rmsNorm", "six alibi heads"]));
  expect(names).toEqual(expect.arrayContaining(["attention", "attention, turned, with dropout"]));
});

it("is offered to models that look back through attention only", () => {
  const others = Object.keys(cases).filter((name) => !decodable.some(([other]) => other === name));
  expect(others).toEqual([
    "encoder",
    "encoder of documents",
    "mlp",
    "mlp with swiGlu and dropout",
    "neuralBigram",
    "bigram"
  ]);
});

describe.each(["cpu", "wasm"] as const)("on %s", (backend) => {
  beforeAll(() => useBackend(backend));
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  describe.each(decodable)("%s", (_, {config, ids, parameters: stored}) => {
    const T = ids[0]!.length;

    it.each([
      ["token by token", Array<number>(T).fill(1)],
      ["a beginning, then token by token", [3, ...Array<number>(T - 3).fill(1)]],
      ["in pieces", [2, T - 3, 1]]
    ])("gives the logits of the whole pass, read %s", async (_, pieces) => {
      const parameters = toParameters(stored);
      const whole = forward({config, parameters}, int32(ids));
      const before = tf.memory().numTensors;
      const cache = new KeyValueCache();
      const logits: number[][][][] = [];
      for (const length of pieces) {
        const piece = tf.tidy(() => {
          const part = int32(ids.map((row) => row.slice(cache.length, cache.length + length)));
          return forward({config, parameters, cache}, part);
        });
        logits.push((await piece.array()) as number[][][]);
        piece.dispose();
      }
      expect(cache.length).toBe(T);
      const joined = ids.flatMap((_, b) => logits.flatMap((piece) => piece[b]!).flat());
      expect(relativeError(joined, await whole.data())).toBeLessThan(TOLERANCE);

      expect(tf.memory().numTensors).toBeGreaterThan(before);
      cache.dispose();
      expect(tf.memory().numTensors).toBe(before);
      expect(cache.length).toBe(0);
    });
  });

  it("can be used again after dispose", async () => {
    const {config, ids, parameters: stored} = cases.llama!;
    const parameters = toParameters(stored);
    const cache = new KeyValueCache();
    const read = () => forward({config, parameters, cache}, int32(ids)).data();
    const first = await read();
    cache.dispose();
    expect(await read()).toEqual(first);
    cache.dispose();
  });

  it("keeps the keys of the heads that exist, not of those that share them", () => {
    const cache = new KeyValueCache();
    const taken: number[][] = [];
    const extend = cache.extend.bind(cache);
    cache.extend = (layer, keys, values) => {
      const all = extend(layer, keys, values);
      taken.push(all.keys.shape);
      return all;
    };
    const {config, ids, parameters: stored} = cases.llama!;
    forward({config, parameters: toParameters(stored), cache}, int32(ids));
    expect(taken).toEqual([[ids.length, config.nKvHead, ids[0]!.length, config.nEmbd / config.nHead]]);
    cache.dispose();
  });
});
