import * as fc from "fast-check";
import {describe, expect, it} from "vitest";
import {buildCorpus} from "../../src/components/corpus/buildCorpus.js";
import {FormatError} from "../../src/components/exchange/formatError.js";
import {
  LARGEST_RECEIPT,
  modelMismatch,
  neededText,
  openReceipt,
  type Receipt,
  readReceipt,
  receiptOf,
  receiptText,
  textMismatch,
  writeReceipt
} from "../../src/components/exchange/receipt.js";
import type {TokenizerChoice} from "../../src/components/text/tokenizerChoice.js";
import {presets} from "../../src/components/training/presets.js";
import {possibleModel, possibleTraining} from "../settings.js";
import {tinyCorpus} from "../training/corpus.js";

const {meta} = tinyCorpus();
const about = {name: "test words", source: "test", license: "none", blockSize: 8};
const cutInto = (tokenizer: TokenizerChoice) =>
  buildCorpus("abc deed bad ebb.\n".repeat(60), {...about, tokenizer});
const history = [
  {step: 0, trainLoss: null, validationLoss: 4.1016669273376465},
  {step: 1, trainLoss: 4.099292755126953, validationLoss: null, gradientNorm: 1, seconds: 0.1},
  {step: 2, trainLoss: null, validationLoss: null},
  {step: 3, trainLoss: 4.04, validationLoss: 0.1 + 0.2}
];
const run = {
  modelConfig: {...presets.toy.model, vocabSize: 8},
  trainConfig: {...presets.toy.train, seed: 7},
  corpus: meta,
  adapter: "webgpu (<b>apple</b>)",
  tuning: {"MatMul TN 1×2×3": "tiles"},
  step: 3,
  seconds: 1.25,
  history
};
const receipt = receiptOf(run);
const json = () => JSON.parse(writeReceipt(receipt));

describe("a receipt", () => {
  it("says what the run was, with every digit of its losses, and survives its file", () => {
    expect(receipt).toMatchObject({
      version: 1,
      siteVersion: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      steps: 3
    });
    expect(receipt.curve).toEqual([
      history[0],
      {step: 1, trainLoss: 4.099292755126953, validationLoss: null},
      history[3]
    ]);
    expect(receipt.text).toMatchObject({
      name: "test words",
      bytes: meta.counts.bytes,
      tokenizer: {kind: "character"}
    });
    expect(readReceipt(writeReceipt(receipt))).toEqual(receipt);
    expect(json()).toMatchObject({format: "glassformer receipt", version: 1, seed: 7, configVersion: 3});
    // No part of the text.
    expect(writeReceipt(receipt)).not.toMatch(/deed|ebb|dace/);
  });

  it("survives its file for every configuration", () => {
    fc.assert(
      fc.property(possibleModel, possibleTraining, ({config: model}, {config: trainConfig}) => {
        const made = receiptOf({
          ...run,
          modelConfig: {...model, vocabSize: 8},
          trainConfig,
          step: 1,
          history: []
        });
        expect(readReceipt(writeReceipt(made))).toEqual(made);
      })
    );
  });

  it("keeps as many points of a long curve as it has room for, each as it was", () => {
    const long = Array.from({length: 50_000}, (_, i) => ({
      step: i + 1,
      trainLoss: 1 / (i + 1),
      validationLoss: null
    }));
    const trainConfig = {...run.trainConfig, steps: 50_000};
    const made = receiptOf({...run, trainConfig, step: 50_000, history: long});
    expect(made.curve).toHaveLength(20_000);
    expect(made.curve.every(({step, trainLoss}) => trainLoss === 1 / step)).toBe(true);
    const text = writeReceipt(made);
    expect(text.length).toBeLessThan(LARGEST_RECEIPT);
    expect(readReceipt(text)).toEqual(made);
  });

  it("names byte pairs and padding as they were chosen", async () => {
    const tokenizer = {kind: "byte-pair", vocabularySize: 260, padding: true} as const;
    const cut = await cutInto(tokenizer);
    const made = receiptOf({...run, corpus: cut.meta});
    expect(made.text.tokenizer).toEqual(tokenizer);
    expect(readReceipt(writeReceipt(made))).toEqual(made);
  });
});

describe("a receipt of a run that began at a model", () => {
  const begunFrom = {name: "gpt2 <b>", sha256: "ab".repeat(32)};
  const made = receiptOf({...run, begunFrom});

  it("names the model, and survives its file", () => {
    expect(made.begunFrom).toEqual(begunFrom);
    expect(readReceipt(writeReceipt(made))).toEqual(made);
    expect(json()).not.toHaveProperty("begunFrom");
    const damaged = writeReceipt(made).replace("abab", "xxxx");
    expect(() => readReceipt(damaged)).toThrow(/64 hexadecimal digits/);
  });

  it("tells that model, whatever its name, from others and from none", () => {
    expect(modelMismatch(undefined, null)).toBeNull();
    expect(modelMismatch(begunFrom, {...begunFrom, name: "another name"})).toBeNull();
    expect(modelMismatch(begunFrom, null)).toMatch(
      /did not begin at random parameters but at the model “gpt2 <b>”, whose .* begins with abababababab\. A receipt does not hold a model/
    );
    expect(modelMismatch(begunFrom, {name: "mine", sha256: "cd".repeat(32)})).toMatch(
      /“mine” is another model: its SHA-256 begins with cdcdcdcdcdcd\.$/
    );
    expect(modelMismatch(undefined, begunFrom)).toMatch(/began at random parameters/);
  });
});

describe("textMismatch", () => {
  const needed = receiptText(meta);

  it("is silent about the very text", () => {
    expect(textMismatch(needed, meta)).toBeNull();
    // However the file was written.
    const {decoder, model, ...others} = meta.tokenizer;
    const shuffled = {...meta, tokenizer: {model: {...model}, ...others, decoder}};
    expect(textMismatch(needed, shuffled)).toBeNull();
  });

  it("says which text is needed where another is at hand", () => {
    const other = {...meta, name: "<i>other</i>", sha256: "f".repeat(64)};
    expect(textMismatch(needed, other)).toBe(
      `The text at hand, “<i>other</i>”, is not the one that the receipt’s run learnt from: its SHA-256 begins with ffffffffffff. ${neededText(needed)}`
    );
    expect(neededText(needed)).toMatch(
      /^Needed is “test words”, 4,0\d\d bytes, whose SHA-256 begins with 0{12}\.$/
    );
  });

  it("tells other tokens and another division from another text", async () => {
    const cut = await cutInto({kind: "byte-pair", vocabularySize: 260});
    const same = {...cut.meta, sha256: needed.sha256};
    expect(textMismatch(needed, same)).toMatch(/cut into other tokens/);
    const counts = {...meta.counts, train: meta.counts.train - 1, val: meta.counts.val + 1};
    expect(textMismatch(needed, {...meta, counts})).toMatch(/divided/);
  });
});

describe("what is no receipt is refused in a sentence", () => {
  const changed = (change: (receipt: ReturnType<typeof json>) => void) => {
    const made = json();
    change(made);
    return JSON.stringify(made);
  };
  it.each<[string, string, RegExp]>([
    ["no JSON", "{", /not JSON/],
    ["another file", "[]", /must be an object/],
    ["a run record", JSON.stringify({version: 3}), /format is missing; it must be "glassformer receipt"/],
    ["a newer version", changed((r) => (r.version = 2)), /version is 2; it must be 1; a newer version/],
    ["newer configurations", changed((r) => (r.configVersion = 99)), /configVersion is 99/],
    ["a wrong type", changed((r) => (r.steps = "many")), /steps is "many"/],
    ["a missing field", changed((r) => delete r.adapter), /adapter is missing/],
    ["more steps than the run has", changed((r) => (r.steps = 1001)), /steps is 1001; .* to 1000/],
    ["another seed than the run's", changed((r) => (r.seed = 8)), /seed is 8; it must be 7/],
    ["an impossible model", changed((r) => (r.modelConfig.nEmbd = 1e9)), /nEmbd is 1000000000/],
    ["an impossible rate", changed((r) => (r.trainConfig.learningRate = -1)), /learningRate is -1/],
    ["NaN, as JSON has it", changed((r) => (r.trainConfig.learningRate = null)), /learningRate is null/],
    [
      "an infinite loss",
      writeReceipt(receipt).replace("4.04,", "1e999,"),
      /curve\[2\]\[1\] is null; it must be a number/
    ],
    [
      "a hash that is none",
      changed((r) => (r.text.sha256 = "<script>")),
      /sha256 is "<script>"; .*64 hexadecimal/
    ],
    ["an endless name", changed((r) => (r.text.name = "x".repeat(10_000))), /at most 300 characters/],
    [
      "an unknown tokenizer",
      changed((r) => (r.text.tokenizer = "byte-pair:9999999")),
      /vocabularySize is 9999999/
    ],
    ["kernels that are no words", changed((r) => (r.tuning = {a: 1})), /tuning.a is 1; it must be a text/],
    [
      "too many kernels",
      changed((r) => (r.tuning = Object.fromEntries(Array.from({length: 1001}, (_, i) => [i, "x"])))),
      /at most 1000 entries/
    ],
    ["steps out of order", changed((r) => r.curve.reverse()), /curve\[1\]\[0\] is 1; .* from 4/],
    ["a point of another shape", changed((r) => (r.curve[0] = [1, 2])), /curve\[0\] is \[1,2\]/],
    [
      "endless points",
      changed((r) => (r.curve = Array.from({length: 20_001}, (_, i) => [i, 1, 1]))),
      /at most 20,000 values/
    ],
    ["deep JSON", `{"format": ${"[".repeat(200_000)}${"]".repeat(200_000)}}`, /nested too deeply/],
    [
      "a huge string",
      `{"format": "${"x".repeat(LARGEST_RECEIPT)}"}`,
      /has 4\.0 MB; a receipt has at most 4 MB/
    ]
  ])("%s", (_what, text, message) => {
    const begun = performance.now();
    expect(() => readReceipt(text)).toThrow(FormatError);
    expect(() => readReceipt(text)).toThrow(message);
    expect(performance.now() - begun).toBeLessThan(1000);
  });

  it("and by its size before it is read", async () => {
    const file = {size: 1e9, text: () => expect.unreachable()} as unknown as Blob;
    await expect(openReceipt(file)).rejects.toThrow("The file has 1000.0 MB");
    expect(await openReceipt(new Blob([writeReceipt(receipt)]))).toEqual(receipt satisfies Receipt);
  });

  it("and nothing else comes of any change to one", () => {
    const text = writeReceipt(receipt);
    fc.assert(
      fc.property(fc.nat(text.length), fc.nat(20), fc.string(), (at, length, piece) => {
        try {
          readReceipt(text.slice(0, at) + piece + text.slice(at + length));
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
        }
      })
    );
  });
});
