import {expect, it} from "vitest";
import {
  canTrace,
  lineTrace,
  normBlock,
  strongestTokens,
  strongestUnits,
  traceNames
} from "../../../src/components/chapters/block/lineTrace.js";
import {readableIds} from "../../../src/components/chapters/block/readableLine.js";
import {streamMeans, streamSentence} from "../../../src/components/chapters/block/streamFigure.js";
import {modelConfig} from "../../../src/components/model/config.js";
import {initialise} from "../../../src/components/model/initialise.js";
import {TensorModel} from "../../../src/components/model/tensorModel.js";
import {createRandom} from "../../../src/components/random.js";
import {trainTokenizer} from "../../../src/components/text/trainTokenizer.js";
import {useBackend} from "../../backends.js";

const config = {
  ...modelConfig({nLayer: 2, nHead: 2, nEmbd: 4, nInner: 8, blockSize: 6}),
  vocabSize: 5
};

it("follows the stream of a real pass: what a layer adds is the difference of what stands around it", async () => {
  await useBackend("cpu");
  const model = new TensorModel(config, initialise(config, createRandom(1)));
  const names = traceNames(config);
  const inspection = await model.inspect([0, 3, 1], {names});
  model.dispose();
  const trace = lineTrace(inspection, config, ["a", "b", "c"]);
  expect(trace.stages.map(({name}) => name)).toEqual([
    "embedding",
    "attention 1",
    "feed-forward 1",
    "attention 2",
    "feed-forward 2"
  ]);
  const before = inspection["transformer.h.0.after_mlp"]!.data.subarray(4, 8);
  const after = inspection["transformer.h.1.after_attn"]!.data.subarray(4, 8);
  expect(trace.stages[3]!.added![1]).toBeCloseTo(
    Math.hypot(...after.map((value, c) => value - before[c]!)),
    3
  );
  expect(trace.stages[3]!.norms[1]).toBeCloseTo(Math.hypot(...after), 3);
  expect(trace.normInput[1]!.length).toBe(4);
  expect(normBlock(config)).toBe(1);
  expect(trace.normInput[1]![2]).toBeCloseTo(after[2]!, 3);
  expect(trace.hidden.map(({units}) => units.length)).toEqual([8, 8]);
  expect(() => lineTrace({}, config, [])).toThrow("The pass holds nothing named embedding.");
});

it("is for models whose blocks add to a stream that they normalise before reading", () => {
  expect(canTrace(config)).toBe(true);
  expect(canTrace({...config, residual: false})).toBe(false);
  expect(canTrace({...config, normPlacement: "post"})).toBe(false);
  expect(canTrace({...config, architecture: "mlp"})).toBe(false);
});

it("chooses the units, and their tokens, that fire most", () => {
  const layer = [
    [0, 5, -1],
    [1, 0, -2],
    [3, 2, -0.1]
  ];
  expect(strongestUnits(layer, 2)).toEqual({
    units: [1, 0],
    activations: [
      [5, 0, 2],
      [0, 1, 3]
    ]
  });
  expect(strongestTokens([5, 0, 2, -1])).toEqual([0, 2]);
});

it("says in words where the stream begins, ends, and grows most", () => {
  const stages = [
    {name: "embedding", norms: [1, 3]},
    {name: "attention 1", norms: [2, 4], added: [1.5, 1]},
    {name: "feed-forward 1", norms: [6, 8], added: [5, 4]}
  ];
  expect(streamSentence(["a", " "], stages, 1)).toBe(
    "Token 2, space: the stream enters with length 3.0 and leaves with 8.0. Most is added by feed-forward 1: 4.0."
  );
  expect(streamMeans(stages)).toEqual({first: 2, last: 7, most: "feed-forward 1", added: 4.5});
});

it("reads as much of a reader's line as the figures hold, and says what it leaves out", async () => {
  const tokenizer = trainTokenizer("abc ", {kind: "character"});
  expect([...readableIds("cab", tokenizer).ids].length).toBe(3);
  expect(readableIds("cab", tokenizer).remark).toBe(null);
  expect(readableIds("a?b", tokenizer).remark).toBe("The model does not know ‘?’; left out.");
  expect(readableIds("abcabc", tokenizer, 4)).toMatchObject({
    tokens: ["a", "b", "c", "a"],
    remark: "Only the first 4 tokens are read."
  });
  expect(() =>
    readableIds(" ", {...tokenizer, encode: () => ({ids: new Uint16Array(), unknown: []})})
  ).toThrow("The line is empty.");
  expect(() => readableIds("???", tokenizer)).toThrow("The model knows none of these characters.");
});
