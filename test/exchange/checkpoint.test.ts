import {expect, test} from "vitest";
import {readCheckpoint, writeCheckpoint} from "../../src/components/exchange/checkpoint.js";
import {FormatError} from "../../src/components/exchange/formatError.js";
import {readSafetensors, writeSafetensors} from "../../src/components/exchange/safetensors/safetensors.js";
import type {ParameterData} from "../../src/components/model/parameters.js";
import {createRandom} from "../../src/components/random.js";
import type {Snapshot} from "../../src/components/training/snapshot.js";
import {fixture, parameters, run, tokenizer} from "../fixtures/model.js";
import {caseFile, cases} from "./onnx/onnxCases.js";
import {version1Config, version1TrainConfig} from "./version1.js";

const random = createRandom(3);
const batches = createRandom(4);
const moments = (): ParameterData =>
  Object.fromEntries(
    Object.entries(parameters).map(([name, {shape, data}]) => [name, {shape, data: data.map(random.normal)}])
  );
const snapshot: Snapshot = {
  version: 3,
  runId: "run 1 <b>",
  modelConfig: fixture.config,
  trainConfig: run.trainConfig,
  corpus: {
    version: 2,
    ...run.corpus,
    split: 0.9,
    counts: {
      bytes: 12,
      characters: 10,
      tokens: 10,
      train: 9,
      val: 1,
      trainCharacters: 9,
      valCharacters: 1
    },
    unknown: {total: 0, kinds: 0, list: []},
    tokenizer: tokenizer.toJSON(),
    floor: {train: 0.5, val: 0.6}
  },
  step: 7,
  random: batches.state(),
  history: run.history,
  adapter: "wasm",
  seconds: 2.25,
  parameters,
  firstMoments: moments(),
  secondMoments: moments()
};
const bytes = writeCheckpoint(snapshot);

/** The checkpoint with its JSON changed. */
function edited(edit: (json: Record<string, unknown>) => void): Uint8Array {
  const file = readSafetensors(bytes);
  const json = JSON.parse(file.metadata["glassformer.snapshot"]!);
  edit(json);
  return writeSafetensors({...file, metadata: {"glassformer.snapshot": JSON.stringify(json)}});
}

test("what a run began at comes back with it", () => {
  const begunFrom = {name: "gpt2", sha256: "0f".repeat(32)};
  expect(readCheckpoint(writeCheckpoint({...snapshot, begunFrom}))).toEqual({...snapshot, begunFrom});
  expect(readCheckpoint(bytes)).not.toHaveProperty("begunFrom");
  expect(() =>
    readCheckpoint(
      edited((json) => {
        json.begunFrom = {name: "gpt2", sha256: "no hash"};
      })
    )
  ).toThrow(FormatError);
});

test("a run at rest comes back as it was, and its random numbers go on", () => {
  const back = readCheckpoint(bytes);
  expect(back).toEqual(snapshot);
  expect(createRandom(back.random).uniform()).toBe(batches.uniform());
});

test("a checkpoint of version 1 goes on as what it was", () => {
  const {unknown, counts, ...corpus} = snapshot.corpus;
  const {bytes, tokens, characters, train, val} = counts;
  const old = edited((json) =>
    Object.assign(json, {
      version: 1,
      modelConfig: version1Config,
      trainConfig: version1TrainConfig,
      corpus: {...corpus, version: 1, counts: {bytes, characters, tokens, train, val}}
    })
  );
  expect(readCheckpoint(old)).toEqual(snapshot);
});

test("every kind of model comes back", () => {
  for (const {config, seed} of cases) {
    const {parameters} = caseFile(config, seed);
    const other = {
      ...snapshot,
      modelConfig: config,
      parameters,
      firstMoments: parameters,
      secondMoments: parameters
    };
    expect(readCheckpoint(writeCheckpoint(other))).toEqual(other);
  }
});

test("the file is a model for other tools: parameters under GPT-2's names", () => {
  const {tensors, metadata} = readSafetensors(bytes);
  expect(metadata.format).toBe("pt");
  expect([...tensors.keys()].slice(0, 16)).toEqual(Object.keys(parameters).slice(0, 16));
  expect(tensors.get("transformer.ln_f.bias")).toEqual(parameters["transformer.ln_f.bias"]);
});

test("what is not a whole checkpoint of ours is refused with a sentence", () => {
  const model = writeSafetensors({tensors: new Map(Object.entries(parameters)), metadata: {format: "pt"}});
  expect(() => readCheckpoint(model)).toThrow("no checkpoint of ours");
  expect(() => readCheckpoint(bytes.subarray(0, 5000))).toThrow(FormatError);

  const file = readSafetensors(bytes);
  file.tensors.delete("second_moment.transformer.ln_f.bias");
  expect(() => readCheckpoint(writeSafetensors(file))).toThrow("lacks second_moment.transformer.ln_f.bias");

  const cases: [(json: Record<string, unknown>) => void, string][] = [
    [(json) => Object.assign(json, {version: 4}), "version 4; this program reads versions 1 to 3"],
    [(json) => Object.assign(json, {modelConfig: version1Config}), "modelConfig.architecture is missing"],
    [
      (json) => Object.assign(json, {trainConfig: version1TrainConfig}),
      "trainConfig.embeddingDropout is missing"
    ],
    [
      (json) => Object.assign(json, {modelConfig: {...fixture.config, tiedHead: false}}),
      "lacks lm_head.weight: it is damaged"
    ],
    [(json) => Object.assign(json, {step: -1}), "step is -1"],
    [(json) => Object.assign(json, {random: [1, 2, 3]}), "random is [1,2,3]; it must be four whole numbers"],
    [(json) => Object.assign(json, {corpus: {}}), "This corpus cannot be used"],
    [(json) => Object.assign(json, {modelConfig: {...fixture.config, nHead: 3}}), "nHead 3 does not divide"],
    [(json) => Object.assign(json, {modelConfig: {...fixture.config, nInner: 21}}), "[8,21] was expected"],
    [(json) => Object.assign(json, {trainConfig: {...run.trainConfig, batchSize: 0}}), "batchSize is 0"],
    [(json) => Object.assign(json, {history: [{step: 1}]}), "history[0].trainLoss is missing"]
  ];
  for (const [edit, sentence] of cases) {
    expect(() => readCheckpoint(edited(edit))).toThrow(FormatError);
    expect(() => readCheckpoint(edited(edit))).toThrow(sentence);
  }
});
