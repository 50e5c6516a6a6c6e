import {expect, it, vi} from "vitest";
import type {ShuffleReading} from "../../../src/components/chapters/order/orderPage.js";
import {type ShuffleQuestion, ShuffleReader} from "../../../src/components/chapters/order/shuffleReader.js";
import type {Inspector} from "../../../src/components/inspection/inspector.js";
import {modelConfig} from "../../../src/components/model/config.js";

const config = {
  ...modelConfig({nLayer: 1, nHead: 1, nEmbd: 2, nInner: 2, blockSize: 4}),
  vocabSize: 2
};

/** An inspector whose last row of scores says which ids it was given. */
function fakeInspector() {
  const asked: number[][] = [];
  const inspector = {
    config,
    dispose: vi.fn(),
    async inspect(ids: ArrayLike<number>) {
      asked.push(Array.from(ids));
      return {logits: {shape: [1, 2, 2], data: Float32Array.from([9, 9, 0, Math.log(1 + ids[0]!)])}};
    }
  } as unknown as Inspector;
  return {inspector, asked};
}

it("answers the newest question, opens a model once, and reads the last row", async () => {
  const {inspector, asked} = fakeInspector();
  const open = vi.fn(async () => inspector);
  const readings: [ShuffleQuestion, ShuffleReading][] = [];
  const reader = new ShuffleReader(
    open,
    (...reading) => readings.push(reading),
    (error) => expect.unreachable(String(error))
  );
  const question = (order: number[]): ShuffleQuestion => ({model: "none", ids: [0, 2, 1], order});
  reader.ask(question([0, 1, 2]));
  reader.ask(question([2, 0, 1]));
  reader.ask(question([1, 0, 2]));
  await vi.waitFor(() => expect(readings.length).toBeGreaterThan(0));
  expect(open).toHaveBeenCalledTimes(1);
  const [last, {before, after}] = readings.at(-1)!;
  expect(last.order).toEqual([1, 0, 2]);
  expect(before[1]).toBeCloseTo(1 / 2, 6);
  expect(after[1]).toBeCloseTo(3 / 4, 6);
  expect(asked).not.toContainEqual([1, 0, 2]); // the question in between was left out
  reader.dispose();
  await vi.waitFor(() => expect(inspector.dispose).toHaveBeenCalled());
});

it("says why a model cannot be opened, and tries again", async () => {
  const {inspector} = fakeInspector();
  const open = vi.fn<() => Promise<Inspector>>().mockRejectedValueOnce(new Error("No connection."));
  open.mockResolvedValue(inspector);
  const problems: unknown[] = [];
  const onReading = vi.fn();
  const reader = new ShuffleReader(open, onReading, (problem) => problems.push(problem));
  reader.ask({model: "none", ids: [0, 1], order: [0, 1]});
  await vi.waitFor(() => expect(problems).toHaveLength(1));
  reader.ask({model: "none", ids: [0, 1], order: [0, 1]});
  await vi.waitFor(() => expect(onReading).toHaveBeenCalled());
});
