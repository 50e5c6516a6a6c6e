import {expect, test} from "vitest";
import {PLAIN} from "../../src/components/generation/distribution.js";
import {type GeneratedToken, generate} from "../../src/components/generation/generate.js";
import {fakeModel} from "../fixtures/fakeModel.js";

async function collect(tokens: AsyncIterable<GeneratedToken>): Promise<number[]> {
  const ids: number[] = [];
  for await (const {id} of tokens) ids.push(id);
  return ids;
}

test("the same seed gives the same text and another seed another", async () => {
  const settings = {options: PLAIN, seed: 3, steps: 30};
  const first = await collect(generate(fakeModel(), [1, 2], settings));
  expect(first).toHaveLength(30);
  expect(await collect(generate(fakeModel(), [1, 2], settings))).toEqual(first);
  expect(await collect(generate(fakeModel(), [1, 2], {...settings, seed: 4}))).not.toEqual(first);
});

test("greedy takes the best token whatever the seed", async () => {
  const options = {...PLAIN, temperature: 0};
  const tokens: GeneratedToken[] = [];
  for await (const token of generate(fakeModel(), [0], {options, seed: 1, steps: 10})) tokens.push(token);
  for (const {id, logits} of tokens) expect(logits[id]).toBe(Math.max(...logits));
  const other = await collect(generate(fakeModel(), [0], {options, seed: 2, steps: 10}));
  expect(other).toEqual(tokens.map(({id}) => id));
});

test("past the context the window moves on by half and never exceeds it", async () => {
  const model = fakeModel({blockSize: 8});
  const prompt = [0, 1, 2, 3, 4, 5];
  const ids = await collect(generate(model, prompt, {options: PLAIN, seed: 1, steps: 12}));
  const text = [...prompt, ...ids];
  expect(model.calls.map((call) => call.length)).toEqual([6, 7, 8, 5, 6, 7, 8, 5, 6, 7, 8, 5]);
  model.calls.forEach((call, i) => {
    expect(text.slice(0, 6 + i).slice(-call.length)).toEqual(call);
  });
});

test("a prompt longer than the context is continued from its end", async () => {
  const model = fakeModel({blockSize: 4});
  expect(
    await collect(generate(model, Array(100).fill(1), {options: PLAIN, seed: 1, steps: 2}))
  ).toHaveLength(2);
});

test("an abort ends it with the signal's reason", async () => {
  const controller = new AbortController();
  const ids: number[] = [];
  const run = async () => {
    const settings = {options: PLAIN, seed: 1, steps: 1000, signal: controller.signal};
    for await (const {id} of generate(fakeModel(), [1], settings)) if (ids.push(id) === 5) controller.abort();
  };
  await expect(run()).rejects.toMatchObject({name: "AbortError"});
  expect(ids).toHaveLength(5);
});

test.each([
  [[], {}, "The prompt is empty"],
  [[1], {seed: 0.5}, "The seed is 0.5"],
  [[1], {steps: -1}, "The number of tokens is -1"],
  [[1], {options: {...PLAIN, topP: 2}}, "Top-p is 2"]
])("impossible settings %#", async (prompt, change, sentence) => {
  const settings = {options: PLAIN, seed: 1, steps: 1, ...change};
  await expect(collect(generate(fakeModel(), prompt, settings))).rejects.toThrow(sentence);
});
