import {expect, test} from "vitest";
import {storyDistributions} from "../../src/components/corpus/storyDistributions.js";
import {writeStories} from "../../src/components/corpus/storyText.js";
import {measureHeldOut} from "../../src/components/evaluation/heldOut.js";
import {characterTokenizer} from "../../src/components/text/characterTokenizer.js";
import {heldOut, sayingModel} from "./heldOutFixture.js";

const text = writeStories({seed: 7, length: 6000}).text().slice(0, 6000);
const tokenizer = characterTokenizer([...new Set(writeStories({seed: 1, length: 200_000}).text())].sort());
const V = tokenizer.vocabulary.length;
const {ids} = tokenizer.encode(text);
const truth = storyDistributions(text, "", tokenizer)!;

/** Bigram frequencies of other stories, smoothed: wrong, but not absurdly. */
const counts = Array.from({length: V}, () => new Array<number>(V).fill(0.1));
const {ids: others} = tokenizer.encode(writeStories({seed: 8, length: 6000}).text());
others.forEach((id, i) => {
  if (i > 0) counts[others[i - 1]!]![id]!++;
});
const rows = counts.map((row) => {
  const sum = row.reduce((a, b) => a + b);
  return row.map((n) => n / sum);
});
const model = sayingModel({vocabSize: V, blockSize: 64}, (seen) => rows[seen.at(-1)!]!);

test("cross-entropy under the truth less entropy, in expectation what the loss is above the floor", async () => {
  const report = await measureHeldOut(model, {...heldOut(ids, tokenizer.vocabulary), truth}, {stride: 64});
  const {divergence, crossEntropy, entropy, loss, floor, places, impossible} = report.divergence!;
  expect(places).toBe(ids.length - 1);
  expect(loss).toBeCloseTo(report.loss.nats, 9);

  // Exactly: over all that may come at each place, the mean of loss − floor is KL; and over what came, nearly.
  let [expected, variance, total, lost] = [0, 0, 0, 0];
  for (let i = 1; i < ids.length; i++) {
    const q = rows[ids[i - 1]!]!;
    let [mean, square, possible] = [0, 0, 0];
    for (let k = truth.offsets[i]!; k < truth.offsets[i + 1]!; k++) {
      const p = truth.probabilities[k]!;
      const above = -Math.log(q[truth.ids[k]!]!) + Math.log(p);
      mean += p * above;
      square += p * above * above;
      possible += q[truth.ids[k]!]!;
    }
    expect(mean).toBeGreaterThanOrEqual(-1e-9);
    expect(report.divergences![i]).toBeCloseTo(mean, 5);
    expected += mean;
    variance += square - mean * mean;
    total++;
    lost += 1 - possible;
  }
  expect(divergence).toBeCloseTo(expected / total, 5);
  expect(divergence).toBeCloseTo(crossEntropy - entropy, 12);
  expect(impossible).toBeCloseTo(lost / total, 5);
  expect(Math.abs(loss - floor - divergence)).toBeLessThan((4 * Math.sqrt(variance)) / total);
});

test("a model that says the truth is at distance 0, and its loss is the floor", async () => {
  const all = (place: number) => {
    const p = new Array<number>(V).fill(0);
    for (let k = truth.offsets[place]!; k < truth.offsets[place + 1]!; k++)
      p[truth.ids[k]!] = truth.probabilities[k]!;
    return p;
  };
  const honest = sayingModel({vocabSize: V, blockSize: 500}, (seen) =>
    // Scores must be finite: what cannot come gets next to nothing.
    all(seen.length).map((p) => Math.max(p, 1e-30))
  );
  const part = {...heldOut(ids.slice(0, 400), tokenizer.vocabulary), truth};
  const {divergence} = await measureHeldOut(honest, part, {stride: 500});
  expect(divergence!.divergence).toBeCloseTo(0, 5);
  expect(divergence!.loss).toBeCloseTo(divergence!.floor, 5);
  expect(divergence!.impossible).toBeCloseTo(0, 6);
});

test("the farthest places come first, with what each side says there", async () => {
  const report = await measureHeldOut(model, {...heldOut(ids, tokenizer.vocabulary), truth}, {stride: 64});
  const {far} = report.divergence!;
  const sorted = [...report.divergences!.subarray(1)].sort((a, b) => b - a);
  expect(far.map(({divergence}) => divergence)).toEqual(sorted.slice(0, 12));
  for (const {index, truth: allowed, model: said} of far) {
    expect(allowed[0]!.p).toBeGreaterThan(0);
    expect(said[0]!.q).toBeGreaterThanOrEqual(said[1]!.q);
    expect(said[0]!.q).toBeCloseTo(Math.max(...rows[ids[index - 1]!]!), 5);
  }
});

test("is null where nothing is known", async () => {
  const nowhere = {offsets: Uint32Array.of(0), ids: new Uint16Array(), probabilities: new Float64Array()};
  const report = await measureHeldOut(
    model,
    {...heldOut(ids.slice(0, 90), tokenizer.vocabulary), truth: nowhere},
    {stride: 64}
  );
  expect(report.divergence).toBeNull();
});
