import {expect, test} from "vitest";
import {FormatError} from "../../src/components/exchange/formatError.js";
import {JsonReader} from "../../src/components/exchange/jsonReader.js";
import {parseRunRecord, readRunRecord, runRecord} from "../../src/components/exchange/runRecord.js";
import type {TrainConfig} from "../../src/components/training/config.js";
import type {Snapshot} from "../../src/components/training/snapshot.js";
import {fixture, run, tokenizer} from "../fixtures/model.js";
import {cases} from "./onnxCases.js";
import {version1Run} from "./version1.js";

const snapshot: Snapshot = {
  version: 2,
  runId: "a run whose name holds a date",
  modelConfig: fixture.config,
  trainConfig: run.trainConfig,
  corpus: {
    ...run.corpus,
    version: 2,
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
    tokenizer: tokenizer.toJSON()
  },
  step: 10,
  random: [1, 2, 3, 4],
  history: run.history,
  adapter: "PyTorch",
  seconds: 1.5,
  parameters: {},
  firstMoments: {},
  secondMoments: {}
};

test("a run's record is what its snapshot says, and survives JSON", () => {
  expect(runRecord(snapshot)).toEqual(run);
  expect(parseRunRecord(JSON.stringify(runRecord(snapshot)))).toEqual(run);
});

test("a record of version 1 is that of a GPT-2 trained without dropout on windows", () => {
  expect(parseRunRecord(JSON.stringify(version1Run))).toEqual(run);
});

test("whatever a configuration says survives JSON", () => {
  for (const config of cases.map(({config}) => config))
    expect(parseRunRecord(JSON.stringify({...run, config})).config).toEqual(config);
  const trainConfig: TrainConfig = {
    ...run.trainConfig,
    embeddingDropout: 0.1,
    attentionDropout: 0.2,
    residualDropout: 0.3,
    labelSmoothing: 0.4,
    batching: "documents"
  };
  expect(parseRunRecord(JSON.stringify({...run, trainConfig})).trainConfig).toEqual(trainConfig);
});

test("the validation loss is the last that was measured, if any", () => {
  const history = [...run.history, {step: 11, trainLoss: 2, validationLoss: null}];
  expect(runRecord({...snapshot, history}).validationLoss).toBe(3.25);
  expect(runRecord({...snapshot, history: []}).validationLoss).toBeNull();
});

test("a field that is not as it should be is named with its place and value", () => {
  const complaints: [object, string][] = [
    [{version: 3}, "run.json: version is 3; it must be 1 or 2; a newer version of this site wrote the file"],
    [{config: version1Run.config}, "run.json: config.architecture is missing; it must be one of"],
    [{trainConfig: version1Run.trainConfig}, "run.json: trainConfig.embeddingDropout is missing"],
    [
      {trainConfig: {...run.trainConfig, batching: "books"}},
      'batching is "books"; it must be one of "windows"'
    ],
    [{trainConfig: {...run.trainConfig, labelSmoothing: 2}}, "run.json: labelSmoothing is 2"],
    [{steps: 1.5}, "run.json: steps is 1.5; it must be a whole number"],
    [{seconds: undefined}, "run.json: seconds is missing; it must be a number."],
    [{adapter: ["x".repeat(99)]}, `run.json: adapter is ["${"x".repeat(38)}; it must be a text.`],
    [{config: {...run.config, nEmbd: 9}}, "run.json: nEmbd is 9, which nHead 2 does not divide"],
    [{trainConfig: null}, "run.json: trainConfig is null; it must be an object."],
    [
      {corpus: {...run.corpus, sha256: "abc"}},
      'run.json: corpus.sha256 is "abc"; it must be 64 hexadecimal digits.'
    ],
    [{corpus: {...run.corpus, floor: {train: 1}}}, "run.json: corpus.floor.val is missing"],
    [{history: {}}, "run.json: history is {}; it must be a list."]
  ];
  for (const [change, sentence] of complaints) {
    const read = () => readRunRecord(new JsonReader({...run, ...change}, "run.json"));
    expect(read).toThrow(FormatError);
    expect(read).toThrow(sentence);
  }
});

test("names that every object inherits are not taken for fields", () => {
  expect(() => new JsonReader({}, "run.json").get("constructor").get("name").string()).toThrow(
    "constructor is missing"
  );
});
