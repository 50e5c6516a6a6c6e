import {readFileSync} from "node:fs";
import {afterAll, beforeAll, describe, expect, it} from "vitest";
import {
  agreement,
  agrees,
  measureParity,
  PERPLEXITY_TOLERANCE
} from "../../src/components/evaluation/parity.js";
import {type ParityRecord, recordParity} from "../../src/components/evaluation/parityRecord.js";
import {fromOnnx, toOnnx} from "../../src/components/exchange/onnx/onnx.js";
import type {LanguageModel} from "../../src/components/inference/languageModel.js";
import {openOnnxModel} from "../../src/components/inference/onnxModel.js";
import {readTokenizer} from "../../src/components/text/tokenizerFile.js";
import {fakeModel} from "../fixtures/fakeModel.js";

/** One window, of one token; nothing else differs. */
async function logitsOf(actual: number[], expected: number[]) {
  const fake = fakeModel();
  const reference = await recordParity(fake, Uint16Array.of(0, 1, 2, 3));
  const model: LanguageModel = {
    ...fake,
    trace: async (ids, options) =>
      ids.length === 1 && ids[0] === 6
        ? {ids: Uint16Array.of(6), logits: Float32Array.from(actual), attention: null}
        : fake.trace(ids, options)
  };
  const windows = [{ids: Uint16Array.of(6), logits: Float32Array.from(expected)}];
  const parity = await measureParity(model, {...reference, windows});
  const {greedy, perplexity, logits} = agreement(parity);
  expect([greedy, perplexity]).toEqual([true, true]);
  expect(agrees(parity)).toBe(logits);
  return {...parity.logits, agrees: logits};
}

describe("logits", () => {
  it("are compared by the largest difference and what to measure it against", async () => {
    const found = await logitsOf([1, -4, 2.5], [1, -4.25, 2]);
    expect(found).toEqual({largestDifference: 0.5, scale: 4.25, count: 3, agrees: false});
  });

  it("may differ by what float32 rounding explains", async () => {
    expect((await logitsOf([10, 3.00002], [10, 3])).agrees).toBe(true);
    expect((await logitsOf([10, 3.002], [10, 3])).agrees).toBe(false);
  });

  it("of an untrained model, which are small, may differ by the same share", async () => {
    expect((await logitsOf([0.1, 0.05], [0.1, 0.050005])).agrees).toBe(true);
    expect((await logitsOf([0.1, 0.05], [0.1, 0.05002])).agrees).toBe(false);
    expect((await logitsOf([0, 0], [0, 0])).agrees).toBe(true);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    "are never right where one is %s, on either side or on both",
    async (bad) => {
      expect((await logitsOf([bad, 1], [0, 1])).agrees).toBe(false);
      expect((await logitsOf([0, 1], [bad, 1])).agrees).toBe(false);
      expect((await logitsOf([bad, 1], [bad, 1])).agrees).toBe(false);
    }
  );

  it("of another shape are refused", async () => {
    await expect(logitsOf([1], [1, 2])).rejects.toThrow(/1 and 2 scores/);
  });
});

describe("a model and its file", () => {
  const bytes = readFileSync(new URL("../../src/data/order-runs/rope.onnx", import.meta.url));
  const file = fromOnnx(bytes);
  const tokenizer = readTokenizer(file.metadata.tokenizer);
  const text = tokenizer.encode(
    "Once upon a time there was a little fox who lived near the old mill. ".repeat(8)
  ).ids;
  let model: LanguageModel;
  let reference: ParityRecord;
  beforeAll(async () => {
    model = await openOnnxModel(bytes, {label: "", tokenizer});
    reference = await recordParity(model, text);
  });
  afterAll(() => model.dispose());

  /** The parity of the model with one weight changed. */
  async function wrong(name: string, change: (x: number) => number) {
    const {shape, data} = file.parameters[name]!;
    const changed = data.slice();
    changed[0] = change(changed[0]!);
    const parameters = {...file.parameters, [name]: {shape, data: changed}};
    const other = await openOnnxModel(toOnnx({...file, parameters}), {label: "", tokenizer});
    const parity = await measureParity(other, reference);
    other.dispose();
    return parity;
  }

  it("agree, and say how far the comparison is", async () => {
    const heard: [number, number][] = [];
    const parity = await measureParity(model, reference, {
      onProgress: (done, total) => heard.push([done, total])
    });
    expect(agreement(parity)).toEqual({logits: true, greedy: true, perplexity: true});
    expect(parity.greedy).toEqual({characters: 200, same: 200, isTie: false});
    expect(parity.perplexity.measured).toBeCloseTo(parity.perplexity.reference, 5);
    expect(parity.perplexity.tokens).toBe(text.length - 1);
    expect(heard.map(([done]) => done)).toEqual(heard.map(([done]) => done).toSorted((a, b) => a - b));
    expect(heard.at(-1)![0]).toBe(heard.at(-1)![1]);
  });

  it("are asked for the same prompts each time", async () => {
    expect(await recordParity(model, text)).toEqual(reference);
  });

  it("differ in all three where one weight is wrong", async () => {
    const parity = await wrong("transformer.ln_f.weight", (x) => x + 30);
    expect(agreement(parity)).toEqual({logits: false, greedy: false, perplexity: false});
    expect(parity.greedy!.same).toBeLessThan(200);
    expect(Math.abs(parity.perplexity.measured / parity.perplexity.reference - 1)).toBeGreaterThan(
      PERPLEXITY_TOLERANCE
    );
  });

  it("differ in the logits already where a weight is wrong by little", async () => {
    const parity = await wrong("transformer.ln_f.weight", (x) => x * 1.001);
    expect(agreement(parity).logits).toBe(false);
  });

  it("differ in the text alone, if that is all", async () => {
    const {greedy} = reference;
    const tokens = greedy!.tokens.slice();
    tokens[150] = (tokens[150]! + 1) % model.config.vocabSize;
    const parity = await measureParity(model, {...reference, greedy: {...greedy!, tokens}});
    expect(agreement(parity)).toEqual({logits: true, greedy: false, perplexity: true});
    expect(parity.greedy).toMatchObject({same: 150, isTie: false});
    // Where the trainer itself could not tell the two likeliest apart, either may come.
    const leads = greedy!.leads.slice().fill(1e-6, 150, 151);
    const tie = await measureParity(model, {...reference, greedy: {...greedy!, tokens, leads}});
    expect(agrees(tie)).toBe(true);
  });

  it("differ in the perplexity alone, if that is all", async () => {
    const {ids, nats} = reference.heldOut;
    const parity = await measureParity(model, {...reference, heldOut: {ids, nats: nats + 2e-4}});
    expect(agreement(parity)).toEqual({logits: true, greedy: true, perplexity: false});
    expect(agrees(parity)).toBe(false);
  });

  it("differ where scores are none", async () => {
    const nothing: LanguageModel = {
      ...model,
      trace: async (ids) => ({
        ids: Uint16Array.from(ids),
        logits: new Float32Array(ids.length * model.config.vocabSize).fill(Number.NaN),
        attention: null
      })
    };
    const {decoding: _decoding, scores: _scores, ...whole} = nothing;
    expect(agreement(await measureParity(whole, reference))).toEqual({
      logits: false,
      greedy: false,
      perplexity: false
    });
  });

  it("are compared without a text where the model does not write", async () => {
    const encoder = {...model, config: {...model.config, causal: false}};
    const record = await recordParity(encoder, text);
    expect(record.greedy).toBeNull();
    expect(agrees(await measureParity(encoder, record))).toBe(true);
  });

  it("are not compared to the end when that is given up", async () => {
    for (const asked of [recordParity.bind(null, model, text), measureParity.bind(null, model, reference)]) {
      const controller = new AbortController();
      const asking = asked({
        signal: controller.signal,
        onProgress: (done) => done > 60 && controller.abort()
      });
      await expect(asking).rejects.toMatchObject({name: "AbortError"});
    }
  });
});
