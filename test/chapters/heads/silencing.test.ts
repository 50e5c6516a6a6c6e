import {afterAll, beforeAll, describe, expect, it} from "vitest";
import {habits} from "../../../src/components/chapters/heads/habits.js";
import {allButOneALayer, SilencingTally} from "../../../src/components/chapters/heads/silencingCosts.js";
import {headContributions, sideBySide} from "../../../src/components/chapters/heads/split.js";
import {meanLoss, tokenLosses} from "../../../src/components/chapters/heads/tokenLosses.js";
import {modelConfig} from "../../../src/components/model/config.js";
import {initialise} from "../../../src/components/model/initialise.js";
import {TensorModel} from "../../../src/components/model/tensorModel.js";
import {createRandom} from "../../../src/components/random.js";
import {useBackend} from "../../backends.js";

const config = modelConfig({nLayer: 1, nHead: 2, nEmbd: 8, nInner: 16, blockSize: 8, vocabSize: 11});
const ids = [3, 1, 4, 1, 5, 9];
let model: TensorModel;

beforeAll(async () => {
  await useBackend("cpu");
  const parameters = initialise(config, createRandom(3));
  model = new TensorModel(config, parameters);
});
afterAll(() => model.dispose());

describe("losses", () => {
  it("are the model's own", async () => {
    const {logits} = await model.inspect(ids, {names: ["logits"]});
    const losses = tokenLosses(logits!.data, ids);
    expect(losses[0]).toBeNaN();
    const loss = model.loss({
      inputs: Int32Array.from(ids.slice(0, -1)),
      targets: Int32Array.from(ids.slice(1))
    });
    expect(meanLoss(losses)).toBeCloseTo(loss.dataSync()[0]!, 5);
    loss.dispose();
  });
});

describe("the split of a layer", () => {
  it("adds up to what the layer adds to the stream", async () => {
    const name = "transformer.h.0.attn";
    const seen = await model.inspect(ids, {
      names: [`${name}.mixed`, "embedding", "transformer.h.0.after_attn"]
    });
    const [T, H, C] = [ids.length, 2, 8];
    const mixed = sideBySide(seen[`${name}.mixed`]!.data, H, T);
    const output = model.parameters[`${name}.c_proj.weight`]!.dataSync();
    const bias = model.parameters[`${name}.c_proj.bias`]!.dataSync();
    const parts = headContributions(mixed, output, {T, H, C});
    for (let t = 0; t < T; t++)
      for (let c = 0; c < C; c++) {
        const sum = parts[(t * H + 0) * C + c]! + parts[(t * H + 1) * C + c]! + bias[c]!;
        const added = seen["transformer.h.0.after_attn"]!.data[t * C + c]! - seen.embedding!.data[t * C + c]!;
        expect(sum).toBeCloseTo(added, 5);
      }
  });

  it("takes away a silenced head's part and no other", async () => {
    const name = "transformer.h.0.attn.mixed";
    const heard = (await model.inspect(ids, {names: [name]}))[name]!.data;
    const quiet = (await model.inspect(ids, {names: [name], silenced: [{layer: 0, head: 1}]}))[name]!.data;
    const half = heard.length / 2;
    expect(quiet.slice(0, half)).toEqual(heard.slice(0, half));
    expect(quiet.slice(half).every((x) => x === 0)).toBe(true);
  });
});

describe("SilencingTally", () => {
  const tokens = [..."ab ab"];
  const passage = {tokens, ids: [1, 2, 0, 1, 2]};
  const heard = Float64Array.from([Number.NaN, 1, 1, 1, 1]);

  it("averages rises over tokens, and over those predicted at a habit's places", () => {
    const tally = new SilencingTally(2);
    tally.add(passage, heard, [
      Float64Array.from([Number.NaN, 1, 1, 1, 3]),
      Float64Array.from([Number.NaN, 2, 1, 1, 1])
    ]);
    const {loss, tokens: count, rises, risesAt} = tally.result();
    expect([loss, count]).toEqual([1, 4]);
    expect(rises).toEqual([0.5, 0.25]);
    // The letter a stands for the second time at 3, which predicts token 4.
    const same = habits.findIndex(({key}) => key === "same");
    expect(risesAt[same]).toBe(2);
    expect(risesAt[habits.length + same]).toBe(0);
  });

  it("refuses losses of other heads", () => {
    expect(() => new SilencingTally(2).add(passage, heard, [heard])).toThrow(RangeError);
  });

  it("keeps the costliest head of each layer", () => {
    expect(allButOneALayer([0.1, 0.3, 0.2, 0, -1, -2], 3)).toEqual([0, 2, 4, 5]);
  });
});
