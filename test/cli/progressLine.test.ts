import {afterEach, beforeEach, describe, expect, it, vi} from "vitest";
import {ProgressLine} from "../../src/cli/progressLine.js";

beforeEach(() => void vi.useFakeTimers({toFake: ["performance"]}));
afterEach(() => void vi.useRealTimers());

function stream(isTTY: boolean): {stream: NodeJS.WriteStream; written: string[]} {
  const written: string[] = [];
  return {stream: {isTTY, write: (text: string) => written.push(text)} as never, written};
}

/** Steps of half a second each. */
function run(line: ProgressLine, from: number, to: number, milliseconds = 500): void {
  for (let step = from; step <= to; step++) {
    vi.advanceTimersByTime(milliseconds);
    line.step(step, 2.5);
  }
}

describe("ProgressLine", () => {
  it("writes a line every 50 steps and at the last one to a file, without control characters", () => {
    const {stream: file, written} = stream(false);
    const line = new ProgressLine(120, file);
    line.validation(0, 4.1743);
    run(line, 1, 120);
    line.end();
    expect(written).toEqual([
      "step 50 of 120, loss 2.5000, validation 4.1743, 500 ms a step, 35 s left\n",
      "step 100 of 120, loss 2.5000, validation 4.1743, 500 ms a step, 10 s left\n",
      "step 120 of 120, loss 2.5000, validation 4.1743, 500 ms a step, 0 s left\n"
    ]);
  });

  it("writes over one line of a terminal, ten times a second at most, and leaves it at the end", () => {
    const {stream: terminal, written} = stream(true);
    const line = new ProgressLine(40, terminal);
    run(line, 1, 40, 25);
    line.end();
    expect(written.length).toBeLessThanOrEqual(12);
    expect(written.at(-1)).toBe("\n");
    for (const text of written.slice(0, -1)) {
      expect(text.startsWith("\r\u001b[K")).toBe(true);
      expect(text.slice(4)).toMatch(/^step \d+ of 40, loss [^\n]*$/);
    }
    expect(written.at(-2)).toMatch(/step 40 of 40/);
  });

  it("gives time left in minutes and seconds, from the steps since a resumed run went on", () => {
    const {stream: file, written} = stream(false);
    const line = new ProgressLine(1000, file, (step) => `${step / 100} epochs`);
    run(line, 801, 850);
    expect(written).toEqual(["step 850 of 1000, 8.5 epochs, loss 2.5000, 500 ms a step, 1 min 15 s left\n"]);
  });
});
