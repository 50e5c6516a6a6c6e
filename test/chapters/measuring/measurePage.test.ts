import {describe, expect, test} from "vitest";
import {storyDistributions} from "../../../src/components/corpus/storyDistributions.js";
import {firstTokens, measureHeldOut} from "../../../src/components/evaluation/heldOut.js";
import {PreparedTexts} from "../../../src/components/evaluation/preparedTexts.js";
import {readTokenizer} from "../../../src/components/text/tokenizerFile.js";
import {foreignPage, storyPage} from "./page.js";

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

describe("of a text whose truth is known", async () => {
  const {corpus, model, page} = await storyPage();
  const texts = new PreparedTexts(
    {tokenizer: corpus.meta.tokenizer, train: corpus.train, val: corpus.val, stories: true},
    model.tokenizer
  );

  test("the losses are those that a reader measures", async () => {
    const report = await measureHeldOut(model, firstTokens(texts.heldOut, 700), {stride: 4});
    expect(page.report.loss).toEqual(report.loss);
    expect(page.report.disjoint).toEqual(report.disjoint);
    expect(page.report.calibration).toEqual(report.calibration);
    expect(page.report.divergence!.divergence).toBe(report.divergence!.divergence);
    expect(page.baselines).toEqual(texts.baselines(700));
    page.report.byPosition.forEach((nats, i) => {
      expect(nats).toBeCloseTo(report.byPosition[i]!, 3);
    });
  });

  test("each passage is text of the corpus with what stands before it", () => {
    const text = readTokenizer(corpus.meta.tokenizer).decode(corpus.val);
    for (const {before, places} of page.passages)
      expect(text).toContain(before + places.map(({token}) => token).join(""));
  });

  test("at each place the model's probabilities and the true ones are those of the two", async () => {
    const {vocabulary} = model.tokenizer;
    const text = readTokenizer(corpus.meta.tokenizer).decode(corpus.val);
    const training = readTokenizer(corpus.meta.tokenizer).decode(corpus.train);
    const truth = storyDistributions(text, training, model.tokenizer)!;
    for (const {before, places} of page.passages) {
      const start = text.indexOf(before + places.map(({token}) => token).join("")) + before.length;
      for (const [i, place] of places.entries()) {
        const at = start + i;
        const p = new Map<string, number>();
        for (let k = truth.offsets[at]!; k < truth.offsets[at + 1]!; k++)
          p.set(vocabulary[truth.ids[k]!]!, truth.probabilities[k]!);
        const {logits} = await model.trace([corpus.val[at - 1]!]);
        let divergence = 0;
        for (const [token, probability] of p)
          divergence += probability * (Math.log(probability) - logits[vocabulary.indexOf(token)]!);
        expect(place.truth!.divergence).toBeCloseTo(divergence, 2);
        expect(place.truth!.nats).toBeCloseTo(-Math.log(p.get(place.token)!), 3);
        expect(place.nats).toBeCloseTo(-logits[vocabulary.indexOf(place.token)]!, 2);
        expect(place.candidates[place.came]!.token).toBe(place.token);
        for (const candidate of place.candidates) {
          expect(candidate.truth).toBeCloseTo(p.get(candidate.token) ?? 0, 3);
          expect(candidate.model).toBeCloseTo(Math.exp(logits[vocabulary.indexOf(candidate.token)]!), 3);
        }
        expect(sum(place.candidates.map(({model}) => model))).toBeLessThan(1.001);
      }
    }
  });

  test("the farthest passage is farther off than the typical one, and the nearest nearer", () => {
    const [typical, farthest, nearest] = page.passages.map(({places}) =>
      places.map(({truth}) => truth!.divergence)
    );
    const mean = (values: number[]) => sum(values) / values.length;
    expect(Math.max(...farthest!)).toBeGreaterThanOrEqual(Math.max(...typical!, ...nearest!));
    expect(mean(nearest!)).toBeLessThanOrEqual(mean(typical!));
  });

  test("the training text has its own loss and floor", () => {
    expect(page.memory.trained!.loss.nats).toBeGreaterThan(page.memory.trained!.divergence!.floor);
    expect(page.memory.sample.pieces.map(({text}) => text).join("").length).toBeGreaterThan(70);
    expect(page.memory.rungs).toHaveLength(8);
  });
});

test("of any other text there is no truth, and of another model's no training loss", async () => {
  const {page} = await foreignPage();
  expect(page.report.divergence).toBeNull();
  expect(page.memory.trained).toBeNull();
  for (const {places} of page.passages)
    for (const {truth, candidates} of places) {
      expect(truth).toBeNull();
      expect(candidates.every(({truth}) => truth === null)).toBe(true);
    }
  expect(page.passages.map(({name}) => name)).toEqual([
    "A typical passage",
    "Where it is most surprised",
    "Where it is least surprised"
  ]);
});
