import {describe, expect, it} from "vitest";
import {attentionSteps, softmaxRow} from "../../../src/components/chapters/attention/attentionSteps.js";
import {headMatrices, lineTrace, traceNames} from "../../../src/components/chapters/attention/lineTrace.js";
import {packTrace, unpackTrace} from "../../../src/components/chapters/attention/packedTrace.js";
import {TensorModel} from "../../../src/components/model/tensorModel.js";
import {useBackend} from "../../backends.js";
import {cases, toParameterData} from "../../fixtures/model.js";
import {relativeError} from "../../ops/fixtures.js";

/** As for a whole model in float32 against float64. */
const TOLERANCE = 2e-5;

const transformers = Object.entries(cases).filter(([, {config}]) => config.architecture === "transformer");

/** One line of a case through the model: what the figure gets, and what the model itself makes of it. */
async function traced({config, ids, parameters}: (typeof cases)[string]) {
  await useBackend("cpu");
  const model = new TensorModel(config, toParameterData(parameters));
  const of = (step: string) =>
    Array.from({length: config.nLayer}, (_, i) => `transformer.h.${i}.attn.${step}`);
  const names = [...traceNames(config), ...of("weights"), ...of("mixed")];
  const inspection = await model.inspect(ids[0]!, {names});
  model.dispose();
  const tokens = ids[0]!.map(String);
  return {trace: lineTrace(inspection, tokens, config), inspection, T: tokens.length};
}

describe.each(transformers)("the figure's steps for the model %s", (_, stored) => {
  it("reach the weights and outputs that the model's own attention computes", async () => {
    const {nLayer, nHead: H, nEmbd: C} = stored.config;
    const {trace, inspection, T} = await traced(stored);
    for (let layer = 0; layer < nLayer; layer++)
      for (let head = 0; head < H; head++) {
        const found = attentionSteps(headMatrices(trace, layer, head));
        const part = (step: string, size: number) =>
          inspection[`transformer.h.${layer}.attn.${step}`]!.data.slice(head * size, (head + 1) * size);
        expect(relativeError(found.weights, part("weights", T * T))).toBeLessThan(TOLERANCE);
        expect(relativeError(found.output, part("mixed", (T * C) / H))).toBeLessThan(TOLERANCE);
      }
  });
});

it("packs a trace with at most half a step of error, and small", async () => {
  const {trace} = await traced(cases.gpt2!);
  const json = JSON.stringify(packTrace(trace));
  const back = unpackTrace(JSON.parse(json));
  expect({...back, layers: []}).toEqual({...trace, layers: []});
  let count = 0;
  trace.layers.forEach((layer, i) => {
    for (const name of ["input", "q", "k", "v"] as const) {
      const most = Math.max(...layer[name].map(Math.abs));
      count += layer[name].length;
      layer[name].forEach((x, at) => {
        expect(Math.abs(back.layers[i]![name][at]! - x)).toBeLessThanOrEqual((most / 32767) * 0.501);
      });
    }
  });
  expect(json.length).toBeLessThan(count * 2.8 + 800);
});

it("shares a row, whatever the size of its scores, and leaves masked ones out", () => {
  const {weights, exponentials} = softmaxRow(Float64Array.of(1000, 1000 + Math.log(3), Number.NaN));
  expect([...weights].map((w) => Number(w.toFixed(9)))).toEqual([0.25, 0.75, 0]);
  expect(exponentials[1]).toBe(1);
  expect(exponentials[2]).toBeNaN();
});
