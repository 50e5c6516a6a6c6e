// @vitest-environment jsdom
import {describe, expect, it} from "vitest";
import {pipelineSchedule, turnsOf} from "../../src/components/parallel/pipelineSchedule.js";
import {scheduleFigure} from "../../src/components/parallel/scheduleFigure.js";

describe.each([
  [1, 1],
  [2, 1],
  [4, 1],
  [4, 4],
  [3, 8],
  [8, 3],
  [8, 16]
])("%i workers and %i micro-batches", (workers, pieces) => {
  const {slots, end, idle} = pipelineSchedule(workers, pieces);
  const at = (worker: number, piece: number, pass: string) =>
    slots.find((slot) => slot.worker === worker && slot.piece === piece && slot.pass === pass)!;

  it("no worker does two things at once, and none computes what it has not received", () => {
    for (let worker = 0; worker < workers; worker++) {
      const own = slots.filter((slot) => slot.worker === worker).sort((a, b) => a.start - b.start);
      own.slice(1).forEach((slot, i) => {
        expect(slot.start).toBeGreaterThanOrEqual(own[i]!.start + own[i]!.length);
      });
      for (let piece = 0; piece < pieces; piece++) {
        const forward = at(worker, piece, "forward");
        const backward = at(worker, piece, "backward");
        expect(backward.start).toBeGreaterThanOrEqual(forward.start + forward.length);
        if (worker === 0) continue;
        const before = at(worker - 1, piece, "forward");
        expect(forward.start).toBeGreaterThanOrEqual(before.start + before.length);
        expect(at(worker - 1, piece, "backward").start).toBeGreaterThanOrEqual(
          backward.start + backward.length
        );
      }
    }
  });

  it("has no more micro-batches between their passes than there are workers from it on", () => {
    for (let worker = 0; worker < workers; worker++) {
      const turns = turnsOf(worker, workers, pieces);
      let open = 0;
      const most = turns.map(({pass}) => {
        open += pass === "forward" ? 1 : -1;
        return open;
      });
      expect(open).toBe(0);
      expect(Math.max(...most)).toBe(Math.min(pieces, workers - worker));
    }
  });

  it("waits as long as the formula says", () => {
    expect(Math.max(...slots.map(({start, length}) => start + length))).toBe(end);
    expect(idle).toBeCloseTo((workers - 1) / (pieces + workers - 1), 12);
  });
});

it("draws every pass, and says how long each waits", () => {
  const figure = scheduleFigure();
  expect(figure.querySelectorAll("rect")).toHaveLength(32);
  expect(figure.querySelector("[aria-live]")!.textContent).toContain("each waits 42.9% of the time");
});
