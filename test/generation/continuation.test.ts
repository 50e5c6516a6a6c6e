import {expect, test} from "vitest";
import {Continuation} from "../../src/components/generation/continuation.js";
import {PLAIN, type SamplingOptions} from "../../src/components/generation/distribution.js";
import {generate} from "../../src/components/generation/generate.js";
import {fakeModel} from "../fixtures/fakeModel.js";

const prompt = [1, 2, 3];
const settings = {options: PLAIN, seed: 11, steps: 24};

async function fresh(options: SamplingOptions): Promise<number[]> {
  const ids: number[] = [];
  for await (const {id} of generate(fakeModel(), prompt, {...settings, options})) ids.push(id);
  return ids;
}

async function finish(continuation: Continuation): Promise<number> {
  let count = 0;
  for await (const _ of continuation.run()) count++;
  return count;
}

const revisions: SamplingOptions[] = [
  {...PLAIN, temperature: 0.98},
  {...PLAIN, temperature: 0.5},
  {temperature: 1.7, topK: 5, topP: 0.95},
  {...PLAIN, topK: 2},
  {...PLAIN, temperature: 0},
  {temperature: 1, topK: 0, topP: 0.4},
  {temperature: 1.2, topK: 0, topP: 1, minP: 0.3},
  PLAIN
];

test("revising equals generating anew, and keeps exactly the common beginning without the model", async () => {
  const model = fakeModel();
  const continuation = new Continuation(model, prompt, settings);
  await finish(continuation);
  expect(continuation.tokens).toEqual(await fresh(PLAIN));
  const shares: number[] = [];
  for (const options of revisions) {
    const before = [...continuation.tokens];
    const calls = model.calls.length;
    const same = continuation.revise(options);
    expect(model.calls.length).toBe(calls);
    const expected = await fresh(options);
    const firstChange = expected.findIndex((id, i) => id !== before[i]);
    expect(same).toBe(firstChange === -1 ? before.length : firstChange);
    // The token that changes is already there; the model runs only for those after it.
    expect(continuation.tokens).toEqual(expected.slice(0, same + 1));
    expect(await finish(continuation)).toBe(Math.max(0, settings.steps - same - 1));
    expect(continuation.tokens).toEqual(expected);
    shares.push(same);
  }
  // The revisions must exercise both early and late changes.
  expect(Math.min(...shares)).toBeLessThan(5);
  expect(Math.max(...shares)).toBeGreaterThan(5);
});

test("each token's distribution follows the options", async () => {
  const continuation = new Continuation(fakeModel(), prompt, {...settings, steps: 4});
  await finish(continuation);
  const same = continuation.revise({...PLAIN, topK: 3});
  for (let i = 0; i <= Math.min(same, 3); i++) {
    expect(continuation.at(i).distribution.kept).toBe(3);
    expect(continuation.at(i).id).toBe(continuation.tokens[i]);
  }
  expect(() => continuation.at(4)).toThrow("not generated yet");
});

test("a revision ends the run in progress, and the next run completes the text", async () => {
  const continuation = new Continuation(fakeModel(), prompt, settings);
  const interrupted = (async () => {
    for await (const _ of continuation.run())
      if (continuation.tokens.length === 6) continuation.revise({...PLAIN, temperature: 0.3});
  })();
  await expect(interrupted).rejects.toMatchObject({name: "AbortError"});
  await finish(continuation);
  expect(continuation.tokens).toEqual(await fresh({...PLAIN, temperature: 0.3}));
});

test("a revision while the model is busy drops what it was computing", async () => {
  const continuation = new Continuation(fakeModel(), prompt, settings);
  const first = continuation.run();
  await first.next();
  const pending = first.next();
  continuation.revise({...PLAIN, temperature: 2.5});
  await expect(pending).rejects.toMatchObject({name: "AbortError"});
  await finish(continuation);
  expect(continuation.tokens).toEqual(await fresh({...PLAIN, temperature: 2.5}));
});

test("an aborted run keeps its tokens and can go on", async () => {
  const continuation = new Continuation(fakeModel(), prompt, settings);
  const controller = new AbortController();
  const run = (async () => {
    for await (const _ of continuation.run({signal: controller.signal}))
      if (continuation.tokens.length === 3) controller.abort();
  })();
  await expect(run).rejects.toMatchObject({name: "AbortError"});
  expect(continuation.tokens).toHaveLength(3);
  expect(continuation.done).toBe(false);
  expect(await finish(continuation)).toBe(settings.steps - 3);
  expect(continuation.tokens).toEqual(await fresh(PLAIN));
});
