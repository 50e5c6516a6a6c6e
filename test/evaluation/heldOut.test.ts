import {describe, expect, test} from "vitest";
import {HeldOutMeasurement, measureHeldOut} from "../../src/components/evaluation/heldOut.js";
import {predictText} from "../../src/components/evaluation/predictions.js";
import {createRandom} from "../../src/components/random.js";
import {fakeModel} from "../fixtures/fakeModel.js";
import {heldOut, sayingModel} from "./heldOutFixture.js";

const random = createRandom(3);
const letters = [..."abcdefg"];

describe("a text whose every token copies the one k before it", () => {
  const k = 5;
  const start = Array.from({length: k}, () => random.integer(2));
  const ids = Array.from({length: 65}, (_, i) => start[i % k]!);
  const text = heldOut(ids, ["a", "b"]);
  // Knows the answer as soon as it sees k tokens, and says 3 : 1 for it; before, it tosses a coin.
  const model = sayingModel({vocabSize: 2, blockSize: 16}, (seen) => {
    const answer = seen.at(-k);
    return answer === undefined ? [0.5, 0.5] : answer === 0 ? [0.75, 0.25] : [0.25, 0.75];
  });
  const [coin, sure] = [Math.LN2, Math.log(4 / 3)];

  test.each([1, 4, 8, 16])("stride %i", async (stride) => {
    const report = await measureHeldOut(model, text, {stride});
    const blind = stride > 16 - k + 1 ? 4 * (k - 1) : k - 1; // tokens predicted from fewer than k
    expect(report.predicted).toBe(64);
    expect(report.loss.nats).toBeCloseTo((blind * coin + (64 - blind) * sure) / 64, 6);
    expect(report.loss.perplexity).toBeCloseTo(Math.exp(report.loss.nats), 9);
    expect(report.loss.bitsPerCharacter).toBeCloseTo(report.loss.nats / Math.LN2, 9);
    if (stride === 16) expect(report.disjoint).toBeNull();
    else {
      expect(report.disjoint!.tokens).toBe(64);
      expect(report.disjoint!.disjoint.nats).toBeCloseTo((16 * coin + 48 * sure) / 64, 6);
      expect(report.disjoint!.strided.nats).toBeLessThan(report.disjoint!.disjoint.nats);
      expect(report.disjoint!.strided.nats).toBeCloseTo(report.loss.nats, 9);
    }
  });

  test("the loss falls where the answer comes into sight", async () => {
    const {byPosition} = await measureHeldOut(model, text, {stride: 8});
    byPosition.forEach((nats, i) => {
      expect(nats).toBeCloseTo(i + 1 < k ? coin : sure, 6);
    });
  });
});

test("bits a character divide by the characters of tokens that are longer", async () => {
  const text = {...heldOut([0, 1, 0, 1], ["a", "b"]), characters: Float64Array.of(9, 2, 3, 2.5)};
  const {characters, loss} = await measureHeldOut(
    sayingModel({vocabSize: 2, blockSize: 8}, () => [0.5, 0.5]),
    text,
    {stride: 8}
  );
  expect(characters).toBe(7.5);
  expect(loss.bitsPerCharacter).toBeCloseTo(3 / 7.5, 9);
  expect(loss.perplexity).toBeCloseTo(2, 6);
});

test("classes and calibration are over the same tokens as the loss, each once", async () => {
  const ids = Array.from({length: 43}, () => random.integer(7));
  const report = await measureHeldOut(fakeModel(), heldOut(ids, letters), {stride: 3});
  const total = report.byClass.reduce((sum, {nats}) => sum + nats, 0);
  expect(report.byClass.reduce((sum, {tokens}) => sum + tokens, 0)).toBe(42);
  expect(total / 42).toBeCloseTo(report.loss.nats, 9);
  expect(report.calibration.places).toBe(42);
});

test("a reading that is stopped reports what it has read; none, nothing", async () => {
  const text = heldOut(
    Array.from({length: 43}, () => random.integer(7)),
    letters
  );
  const measurement = new HeldOutMeasurement(text, 8);
  expect(measurement.report()).toBeNull();
  const controller = new AbortController();
  const reading = predictText(fakeModel(), text.ids, (prediction) => measurement.add(prediction), {
    stride: 8,
    signal: controller.signal,
    onProgress: () => controller.abort()
  });
  await expect(reading).rejects.toMatchObject({name: "AbortError"});
  expect(measurement.report()!.predicted).toBe(8);
});
