import {describe, expect, test, vi} from "vitest";
import type {openTextWorker, TextWorker} from "../../src/components/evaluation/client.js";
import {measureHeldOut} from "../../src/components/evaluation/heldOut.js";
import {PreparedTexts} from "../../src/components/evaluation/preparedTexts.js";
import type {TextSource} from "../../src/components/evaluation/textSource.js";
import type {LanguageModel} from "../../src/components/inference/languageModel.js";
import {createRandom} from "../../src/components/random.js";
import {Examination, type ExaminationState} from "../../src/components/studio/examination.js";
import type {StudioModel} from "../../src/components/studio/model.js";
import {fakeModel} from "../fixtures/fakeModel.js";

const random = createRandom(6);
const tokens = (n: number) => Uint16Array.from({length: n}, () => random.integer(7));
const files = {corpusMeta: "", validation: "", training: ""};
const options = {temperature: 1, topK: null, topP: 1};

function setUp(model: LanguageModel = fakeModel(), {train = tokens(300), val = tokens(90)} = {}) {
  const source: TextSource = {tokenizer: model.tokenizer.toJSON(), train, val, stories: false};
  const states: ExaminationState[] = [];
  let wish: {when: (state: ExaminationState) => unknown; then: () => void} | null = null;
  const workers: {disposed: boolean}[] = [];
  const openWorker: typeof openTextWorker = async (source, tokenizer) => {
    const texts = new PreparedTexts(source, tokenizer);
    const record = {disposed: false};
    workers.push(record);
    const wait = async () => {
      await new Promise((resolve) => setTimeout(resolve));
      if (record.disposed) throw new DOMException("The model was closed.", "AbortError");
    };
    const worker: TextWorker = {
      heldOut: texts.heldOut,
      baselines: async (...asked) => {
        await wait();
        return texts.baselines(...asked);
      },
      compare: async (sample) => {
        await wait();
        return texts.compare(sample);
      },
      dispose() {
        record.disposed = true;
      }
    };
    return worker;
  };
  const openSource = vi.fn(async () => ({name: "letters", source, own: true}));
  const examination: Examination = new Examination({
    files,
    changed() {
      states.push(examination.state);
      if (wish?.when(examination.state)) {
        const {then} = wish;
        wish = null;
        then();
      }
    },
    openSource,
    openWorker
  });
  const opened: StudioModel = {model, own: false, mismatch: null, opening: ""};
  examination.use(opened);
  const prepared = new PreparedTexts(source, model.tokenizer);
  /** Does something the moment that a state is reached. */
  const once = (when: (state: ExaminationState) => unknown, then: () => void) => {
    wish = {when, then};
  };
  return {examination, states, once, workers, openSource, prepared, opened, model};
}

describe("the held-out text", () => {
  test("is measured as the components do, with n-grams on the same tokens and progress on the way", async () => {
    const {examination, states, prepared, openSource} = setUp();
    await examination.measure({stride: 4, tokens: 40});
    const {heldOut, work, problem} = examination.state;
    expect([work, problem]).toEqual([null, null]);
    const text = {...prepared.heldOut, ids: prepared.heldOut.ids.subarray(0, 41)};
    const expected = await measureHeldOut(fakeModel(), text, {stride: 4});
    expect(heldOut).toMatchObject({name: "letters", own: true, stride: 4, complete: true});
    expect(heldOut!.report.loss).toEqual(expected.loss);
    expect(heldOut!.baselines).toEqual(prepared.baselines(40));
    const labels = states.flatMap(({work}) => (work ? [work.label] : []));
    expect(new Set(labels)).toEqual(
      new Set([
        "Fetching the text",
        "Cutting the text into tokens",
        "Predicting the held-out text",
        "Counting n-grams in the training text"
      ])
    );
    await examination.measure({stride: 8, tokens: Number.POSITIVE_INFINITY});
    expect(examination.state.heldOut!.report.predicted).toBe(89);
    expect(openSource).toHaveBeenCalledOnce();
  });

  test("that is stopped reports what was read; so does one stopped while counting", async () => {
    const {examination, once, workers} = setUp();
    const stop = () => examination.stop();
    once(({work}) => work?.pace?.done === 16, stop);
    await examination.measure({stride: 8, tokens: 80});
    expect(examination.state).toMatchObject({work: null, problem: null});
    expect(examination.state.heldOut).toMatchObject({complete: false, baselines: null});
    expect(examination.state.heldOut!.report.predicted).toBe(16);

    once(({work}) => work?.label.startsWith("Counting"), stop);
    await examination.measure({stride: 8, tokens: 80});
    expect(examination.state.heldOut).toMatchObject({complete: true, baselines: null});
    expect(examination.state).toMatchObject({work: null, problem: null});
    expect(workers[0]!.disposed).toBe(true);
    await examination.measure({stride: 8, tokens: 80});
    expect(examination.state.heldOut!.baselines).toHaveLength(5);
  });

  test("that cannot be had, or is too short, is a sentence, and what was found before stays", async () => {
    const {examination, openSource} = setUp();
    openSource.mockRejectedValueOnce(new Error("train.bin could not be loaded."));
    await examination.measure({stride: 4, tokens: 40});
    expect(examination.state.problem).toBe("That could not be measured: train.bin could not be loaded.");
    await examination.measure({stride: 4, tokens: 40});
    expect(examination.state.problem).toBeNull();
    await examination.measure({stride: 99, tokens: 40});
    expect(examination.state.problem).toMatch(/The stride is 99; .* context, 8\./);
    expect(examination.state.heldOut!.stride).toBe(4);

    const short = setUp(fakeModel(), {val: tokens(1)});
    await short.examination.measure({stride: 4, tokens: 40});
    expect(short.examination.state.problem).toMatch(/fewer than two tokens/);
  });

  test("another model ends it and forgets", async () => {
    const {examination, once, opened, workers} = setUp();
    once(
      ({work}) => work?.pace?.done === 9,
      () => examination.use({...opened, model: fakeModel()})
    );
    await examination.measure({stride: 1, tokens: 80});
    expect(examination.state).toMatchObject({work: null, heldOut: null, sample: null, problem: null});
    expect(workers[0]!.disposed).toBe(true);
  });
});

describe("a sample", () => {
  test("is written and compared", async () => {
    const {examination, prepared} = setUp();
    await examination.write({tokens: 30, options, seed: 1});
    const {sample} = examination.state;
    expect(sample).toMatchObject({tokens: 30, complete: true, options});
    expect(sample!.text).toHaveLength(30);
    const {sample: expected, heldOut} = prepared.compare(sample!.text);
    expect(sample!.sample).toEqual(expected);
    expect(sample!.heldOut).toEqual(heldOut);
    const before = sample!.text;
    await examination.write({tokens: 30, options, seed: 2});
    expect(examination.state.sample!.text).not.toBe(before);
  });

  test("that is stopped is what was written until then", async () => {
    const {examination, once} = setUp();
    once(
      ({work}) => work?.pace?.done === 12,
      () => examination.stop()
    );
    await examination.write({tokens: 10_000, options, seed: 1});
    const {sample, work} = examination.state;
    expect(work).toBeNull();
    expect(sample!.complete).toBe(false);
    expect([sample!.tokens, sample!.text.length]).toEqual([12, 12]);
  });

  test("does not begin while something else is under way", async () => {
    const {examination} = setUp();
    const measuring = examination.measure({stride: 8, tokens: 40});
    await examination.write({tokens: 5, options, seed: 1});
    expect(examination.state.sample).toBeNull();
    await measuring;
    expect(examination.state.heldOut).not.toBeNull();
  });
});
