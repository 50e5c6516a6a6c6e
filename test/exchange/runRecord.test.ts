import {expect, test} from "vitest";
import {FormatError} from "../../src/components/exchange/formatError.js";
import {JsonReader} from "../../src/components/exchange/jsonReader.js";
import {parseRunRecord, readRunRecord, runRecord} from "../../src/components/exchange/runRecord.js";
import type {TrainConfig} from "../../src/components/training/config.js";
import {NOTES_LIMIT} from "../../src/components/training/notes.js";
import {type Snapshot, trainConfigBefore3} from "../../src/components/training/snapshot.js";
import {fixture, run, tokenizer} from "../fixtures/model.js";
import {cases} from "./onnx/onnxCases.js";
import {version1Run} from "./version1.js";

const snapshot: Snapshot = {
  version: 3,
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

test("notes travel with a record, and older ones have none", () => {
  const noted = runRecord({...snapshot, notes: "a low rate\n<b>and</b> patience"});
  expect(parseRunRecord(JSON.stringify(noted)).notes).toBe("a low rate\n<b>and</b> patience");
  expect(parseRunRecord(JSON.stringify(run))).not.toHaveProperty("notes");
  const bad = (notes: unknown) => () => parseRunRecord(JSON.stringify({...run, notes}));
  expect(bad(7)).toThrow(FormatError);
  expect(bad("x".repeat(NOTES_LIMIT + 1))).toThrow("text of at most 5000 characters");
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
  const other: TrainConfig = {
    ...trainConfig,
    optimiser: "muon",
    schedule: "oneCycle",
    accumulationSteps: 2,
    momentum: 0.5,
    overfitOneBatch: true,
    gradientCheckpointing: true,
    patience: 4,
    checkpointInterval: 100
  };
  expect(parseRunRecord(JSON.stringify({...run, trainConfig: other})).trainConfig).toEqual(other);
});

test("a record of version 2 is that of a run of AdamW along a cosine", () => {
  const {trainConfig, ...rest} = run;
  const before = Object.fromEntries(
    Object.entries(trainConfig).filter(([field]) => !Object.hasOwn(trainConfigBefore3, field))
  );
  expect(parseRunRecord(JSON.stringify({...rest, version: 2, trainConfig: before}))).toEqual(run);
});

test("a long curve is thinned, what was measured last of all", () => {
  const history = Array.from({length: 5000}, (_, step) => ({
    step,
    trainLoss: 2,
    validationLoss: step % 100 === 0 ? 2 : null,
    gradientNorm: 1 / 3,
    seconds: step / 3
  }));
  const record = runRecord({...snapshot, history}, 300);
  expect(record.history).toHaveLength(300);
  expect(record.history.filter(({validationLoss}) => validationLoss !== null)).toHaveLength(50);
  expect(record.history[0]).toEqual({
    step: 0,
    trainLoss: 2,
    validationLoss: 2,
    gradientNorm: 0.333333,
    seconds: 0
  });
  expect(parseRunRecord(JSON.stringify(record))).toEqual(record);
});

test("the validation loss is the last that was measured, if any", () => {
  const history = [...run.history, {step: 11, trainLoss: 2, validationLoss: null}];
  expect(runRecord({...snapshot, history}).validationLoss).toBe(3.25);
  expect(runRecord({...snapshot, history: []}).validationLoss).toBeNull();
});

test("a field that is not as it should be is named with its place and value", () => {
  const complaints: [object, string][] = [
    [
      {version: 4},
      "run.json: version is 4; it must be 1, 2 or 3; a newer version of this site wrote the file"
    ],
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
