import {afterEach, describe, expect, it} from "vitest";
import {chooseCorpus} from "../../src/components/corpus/chooseCorpus.js";
import {readTokenizer} from "../../src/components/text/tokenizerFile.js";
import type {TrainConfig} from "../../src/components/training/config.js";
import {newRun} from "../../src/components/training/newRun.js";
import {type PresetName, presets} from "../../src/components/training/presets.js";
import {Trainer} from "../../src/components/training/trainer.js";
import {wholeTextLoss} from "../../src/components/training/validation.js";
import {deviceLimits} from "../../src/components/webgpu/deviceLimits.js";
import {useBackend} from "../backends.js";
import {relativeError} from "../ops/fixtures.js";
import {expectedSteps, FIRST_STEPS_TOLERANCE} from "../training/expectedSteps.js";
import {SHAKESPEARE} from "./nanoGpt.js";

/** Presets as they are, on the machine's processor: `npm run verify`. */

/** What the preset reached on the story corpus, nats a character; pairs have 2.30 and trigrams 1.50 there. */
const STORY_LOSS = 0.5585;

let trainer: Trainer | null = null;
afterEach(() => {
  trainer?.dispose();
  trainer = null;
});

async function start(name: PresetName, text?: string, changes: Partial<TrainConfig> = {}) {
  await useBackend("wasm");
  const {model, train} = presets[name];
  const {corpus} = await chooseCorpus(text, model.blockSize);
  const vocabSize = readTokenizer(corpus.meta.tokenizer).vocabulary.length;
  const snapshot = newRun({...model, vocabSize}, {...train, ...changes}, corpus.meta, deviceLimits());
  trainer = new Trainer(snapshot, corpus, "wasm");
  return {trainer, corpus};
}

async function losses(count: number): Promise<number[]> {
  const taken: number[] = [];
  for (let i = 0; i < count; i++) taken.push((await trainer!.trainStep()).loss);
  return taken;
}

describe("toy", () => {
  it("is where it should be after 200 steps", async () => {
    const {trainer} = await start("toy");
    await losses(200);
    // 2.251 when this was written; another seed moves it by about 0.02, a wrong rate, decay or schedule by more.
    const loss = await trainer.validationLoss();
    expect(loss).toBeGreaterThan(2.18);
    expect(loss).toBeLessThan(2.32);
  });
});

describe("nanogpt-cpu", () => {
  it("takes PyTorch's first steps on the story corpus", async () => {
    await start("nanogpt-cpu");
    const expected = expectedSteps["nanogpt-cpu"].losses;
    expect(relativeError(await losses(expected.length), expected)).toBeLessThan(FIRST_STEPS_TOLERANCE);
  });

  /**
   * The whole run. On tiny Shakespeare, which CORPUS may name, nanoGPT's own code reaches 1.893 measured in this way;
   * on the story corpus there is no other program to compare with, so its bound is what this one reached.
   */
  it("ends where it should after its 2,000 steps", async () => {
    const {trainer, corpus} = await start("nanogpt-cpu", process.env.CORPUS);
    await losses(2000);
    const loss = await wholeTextLoss(trainer, corpus.val);
    console.log(`nanogpt-cpu on ${corpus.meta.name}: ${loss.toFixed(4)} nats a character`);
    if (corpus.meta.sha256 === SHAKESPEARE) expect(loss).toBeLessThan(1.92);
    else if (corpus.meta.floor) {
      expect(loss).toBeLessThan(STORY_LOSS + 0.05);
      expect(loss).toBeGreaterThan(corpus.meta.floor.val);
    } else expect(loss).toBeLessThan(2.2);
  });
});

/**
 * A step of these keeps more than WebAssembly can hold, so its 64 windows are computed in pieces of four: the same
 * gradient. What PyTorch's first steps show is the whole of the default: initialisation, batches, loss, gradient,
 * clipping, warm-up, update.
 */
describe.each(["baby", "full"] as const)("%s", (name) => {
  it("takes PyTorch's first steps with its whole batch", async () => {
    await start(name, undefined, {accumulationSteps: 16});
    const {losses: expected, gradientNorms} = expectedSteps[name];
    for (const [step, loss] of expected.entries()) {
      const report = await trainer!.trainStep();
      expect(report.loss / loss).toBeCloseTo(1, 3);
      expect(report.gradientNorm! / gradientNorms[step]!).toBeCloseTo(1, 2);
    }
  });
});
