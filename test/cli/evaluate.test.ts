import {execFile} from "node:child_process";
import {mkdtemp, rm, writeFile} from "node:fs/promises";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {promisify} from "node:util";
import {afterAll, beforeAll, expect, it} from "vitest";
import {chooseCorpus} from "../../src/components/corpus/chooseCorpus.js";
import {measureHeldOut} from "../../src/components/evaluation/heldOut.js";
import {PreparedTexts} from "../../src/components/evaluation/preparedTexts.js";
import {toOnnx} from "../../src/components/exchange/onnx/onnx.js";
import {PLAIN} from "../../src/components/generation/distribution.js";
import {generate} from "../../src/components/generation/generate.js";
import {openOnnxModel} from "../../src/components/inference/onnxModel.js";
import {createRandom} from "../../src/components/random.js";
import {fixture, onnxFile, tokenizer} from "../fixtures/model.js";

const bytes = toOnnx(onnxFile);
const {blockSize, vocabSize} = fixture.config;
let folder: string;
let model: string;
let words: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "evaluate-"));
  [model, words] = [join(folder, "model.onnx"), join(folder, "words.txt")];
  await writeFile(model, bytes);
  const random = createRandom(1);
  const ids = Array.from({length: 1200}, () => random.integer(vocabSize));
  await writeFile(words, tokenizer.decode(ids));
});
afterAll(() => rm(folder, {recursive: true}));

const evaluate = (...args: string[]) =>
  promisify(execFile)(process.execPath, ["--import", "tsx", "src/cli/evaluate.ts", ...args]).catch(
    (error: {stdout: string; stderr: string; code: number}) => error
  );

it("prints what the components measure, and what a sample copies", async () => {
  const stride = Math.max(1, blockSize >> 2);
  const {stdout} = await evaluate(
    ...["--model", model, "--corpus", words, "--stride", String(stride), "--tokens", "0", "--sample", "40"],
    ...["--temperature", "2", "--min-p", "1"] // only the best token is as probable as the best
  );
  const {corpus} = await chooseCorpus(words, blockSize);
  const {train, val, meta} = corpus;
  const texts = new PreparedTexts({tokenizer: meta.tokenizer, train, val, stories: false}, tokenizer);
  const opened = await openOnnxModel(bytes, {label: "", tokenizer});
  const {loss, predicted} = await measureHeldOut(opened, texts.heldOut, {stride});
  const best: number[] = [];
  const greedy = {options: {...PLAIN, temperature: 0}, seed: 1, steps: 40};
  for await (const {id} of generate(opened, texts.heldOut.ids.subarray(0, Math.min(32, blockSize)), greedy))
    best.push(id);
  opened.dispose();
  expect(stdout).toContain(JSON.stringify(texts.compare(tokenizer.decode(best)).sample.copy.text));
  expect(stdout).toContain(`context ${blockSize}, stride ${stride}`);
  expect(stdout).toContain(`Over ${predicted} characters: ${loss.nats.toFixed(4)} nats a token`);
  expect(stdout).toContain(`5-gram: ${texts.baselines(predicted)[4]!.nats.toFixed(4)} nats`);
  expect(stdout).toContain("longest copy from the training text");
  expect(stdout).not.toContain("From the true distribution");
});

it("refuses what cannot be with a sentence", async () => {
  for (const [args, sentence] of [
    [[], "Give either --run DIR or --model FILE."],
    [
      ["--model", model, "--corpus", words, "--stride", "9999"],
      "The stride is 9999; it must be a whole number"
    ],
    [
      ["--model", model, "--corpus", words, "--tokens", "many"],
      "--tokens is “many”, which is not a number from 0."
    ],
    [["--run", folder], "cannot be read"]
  ] as const) {
    const ended = await evaluate(...args);
    expect(ended).toMatchObject({code: 1});
    expect(ended.stderr).toContain(sentence);
  }
});
