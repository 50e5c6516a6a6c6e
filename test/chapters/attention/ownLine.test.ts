// @vitest-environment jsdom
import {afterEach, beforeEach, expect, it, vi} from "vitest";
import type {LineReader, LineReaderOptions} from "../../../src/components/chapters/attention/lineReader.js";
import type {LineTrace} from "../../../src/components/chapters/attention/lineTrace.js";
import {ownLine} from "../../../src/components/chapters/attention/ownLine.js";
import {randomTrace} from "./traces.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const reader: LineReader = {
  read: async (text) => {
    if (text === "") throw new RangeError("There is nothing to read.");
    return {trace: randomTrace([...text]), remarks: [`${text.length} read.`]};
  },
  dispose: () => {}
};

function setUp(open: (options: LineReaderOptions) => Promise<LineReader>) {
  const lines: LineTrace[] = [];
  const onReset = vi.fn();
  const node = ownLine({
    model: "m",
    tokenizer: "t",
    text: "first",
    onLine: (trace) => lines.push(trace),
    onReset,
    open
  });
  document.body.replaceChildren(node);
  const area = node.querySelector("textarea")!;
  const type = async (text: string) => {
    area.value = text;
    area.dispatchEvent(new Event("input"));
    await vi.advanceTimersByTimeAsync(400);
  };
  const button = (name: string) => [...node.querySelectorAll("button")].find((b) => b.textContent === name)!;
  return {node, lines, onReset, area, type, button};
}

it("opens the model at the first change only, and reads each line after that", async () => {
  const open = vi.fn(async () => reader);
  const {node, lines, type, area} = setUp(open);
  expect(area.value).toBe("first");
  expect(open).not.toHaveBeenCalled();
  await type("one");
  await type("three");
  expect(open).toHaveBeenCalledTimes(1);
  expect(lines.map(({tokens}) => tokens.join(""))).toEqual(["one", "three"]);
  expect(node.textContent).toContain("5 read.");
  await type("");
  expect(node.querySelector("[role=alert]")!.textContent).toBe("There is nothing to read.");
  expect(lines.length).toBe(2);
});

it("shows the download, can be stopped, and starts again at the next change", async () => {
  let arrive: (reader: LineReader) => void = () => {};
  const open = vi.fn(({signal}: LineReaderOptions) =>
    Promise.race([
      new Promise<LineReader>((resolve) => {
        arrive = resolve;
      }),
      new Promise<never>((_, reject) => signal!.addEventListener("abort", () => reject(signal!.reason)))
    ])
  );
  const {node, lines, type, button} = setUp(open);
  await type("one");
  expect(node.querySelector("progress")).not.toBeNull();
  button("Stop").click();
  await vi.advanceTimersByTimeAsync(0);
  expect([node.querySelector("progress"), node.querySelector(".notice")]).toEqual([null, null]);
  await type("two");
  await type("three");
  expect(open).toHaveBeenCalledTimes(2);
  arrive(reader);
  await vi.advanceTimersByTimeAsync(0);
  expect(lines.map(({tokens}) => tokens.join(""))).toEqual(["three"]);
});

it("says in a sentence why the model cannot be had, and tries again", async () => {
  const open = vi.fn().mockRejectedValueOnce(new Error("m could not be loaded.")).mockResolvedValue(reader);
  const {node, lines, type, button} = setUp(open);
  await type("one");
  expect(node.querySelector(".notice")!.textContent).toContain("m could not be loaded.");
  button("Try again").click();
  await vi.advanceTimersByTimeAsync(0);
  expect(lines.length).toBe(1);
  expect(node.querySelector(".notice")).toBeNull();
});

it("goes back to the first line", async () => {
  const {onReset, area, type, button} = setUp(async () => reader);
  expect(button("The first line again").disabled).toBe(true);
  await type("one");
  button("The first line again").click();
  expect(area.value).toBe("first");
  expect(onReset).toHaveBeenCalledTimes(1);
});
