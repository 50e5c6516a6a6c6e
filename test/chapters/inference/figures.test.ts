// @vitest-environment jsdom
import {describe, expect, it, vi} from "vitest";
import {cacheFigure} from "../../../src/components/chapters/inference/cacheFigure.js";
import {cacheLevels, packCache} from "../../../src/components/chapters/inference/cacheTrace.js";
import {
  type Measure,
  type MeasuringWorker,
  measure
} from "../../../src/components/chapters/inference/client.js";
import {STEPS} from "../../../src/components/chapters/inference/engines.js";
import {enginesFigure, enginesReading} from "../../../src/components/chapters/inference/enginesFigure.js";
import type {Measurement, MeasurementReport} from "../../../src/components/chapters/inference/protocol.js";
import {raceFigure} from "../../../src/components/chapters/inference/raceFigure.js";
import {BITS} from "../../../src/components/chapters/inference/rounding.js";
import {roundingFigure} from "../../../src/components/chapters/inference/roundingFigure.js";
import {servingFigure} from "../../../src/components/chapters/inference/servingFigure.js";
import {lossDifference, smoothed, stepTime} from "../../../src/components/chapters/inference/times.js";
import {windowsFigure} from "../../../src/components/chapters/inference/windowsFigure.js";
import {modelConfig} from "../../../src/components/model/config.js";

const config = modelConfig({nLayer: 1, nHead: 1, nEmbd: 2, nInner: 4, blockSize: 8, vocabSize: 5});
const shape = {layers: 1, heads: 1, headWidth: 2};
const columns = ["a", "b", "c", "d"].map((_, i) => Float32Array.of(i, 1, -i, 2));
const recorded = packCache({
  shape,
  tokens: ["a", "b", "c", "d"],
  prompt: 1,
  levels: cacheLevels(shape, columns)
});

/** Reports at once what it is given, for each request. */
const scripted =
  (reports: (request: Measurement) => MeasurementReport[], requests: Measurement[] = []): Measure =>
  async (request, onReport, signal) => {
    requests.push(request);
    for (const report of reports(request)) {
      if (signal.aborted) return;
      if (report.type === "failed") throw new Error(report.message);
      onReport(report);
    }
  };
const press = (node: HTMLElement, name: string) =>
  [...node.querySelectorAll("button")].find((button) => button.textContent === name)!.click();
const settled = () => new Promise((resolve) => setTimeout(resolve));
const text = (node: Element, selector: string) => node.querySelector(selector)!.textContent!;

describe("the cache", () => {
  const data = {config, recorded, model: "m.onnx", prompt: [0], unit: "character"};

  it("steps, counts, and says what is computed in both ways", () => {
    const figure = cacheFigure(data);
    expect(text(figure, ".figure-reading[aria-live]")).toMatch(/^Character 2, ‘b’, was written/);
    press(figure, "Step");
    expect(text(figure, ".figure-reading[aria-live]")).toContain("the other 2 are read where they lie");
    figure.querySelectorAll("input[type=radio]")[1]!.dispatchEvent(new Event("change"));
    expect(text(figure, ".figure-reading[aria-live]")).toContain("of all 3 are computed again");
    press(figure, "Step");
    expect([...figure.querySelectorAll("button")].find((b) => b.textContent === "Step")!.disabled).toBe(true);
    expect(figure.querySelector("canvas")!.getAttribute("aria-label")).toBe(
      "Keys and values of 4 characters in 1 layer of 1 head"
    );
    figure.dispose();
  });

  it("plays to the end and stops", () => {
    vi.useFakeTimers();
    const figure = cacheFigure(data);
    press(figure, "Play");
    expect(text(figure, ".button-primary")).toBe("Pause");
    expect(text(figure, "output")).toBe("2 of 4");
    vi.advanceTimersByTime(220);
    expect(text(figure, "output")).toBe("3 of 4");
    vi.advanceTimersByTime(220);
    expect(text(figure, "output")).toBe("4 of 4");
    expect(text(figure, ".button-primary")).toBe("Play");
    expect(vi.getTimerCount()).toBe(0);
    // From the prompt again, until something else is pressed.
    press(figure, "Play");
    expect(text(figure, "output")).toBe("1 of 4");
    press(figure, "Step");
    vi.advanceTimersByTime(2000);
    expect(text(figure, "output")).toBe("2 of 4");
    figure.dispose();
    vi.useRealTimers();
  });

  it("shows a text that is written live, and goes back", async () => {
    const requests: Measurement[] = [];
    const write = scripted(
      () => ["x", "y"].map((text) => ({type: "written", text, column: Float32Array.of(1, 2, 3, 4)}) as const),
      requests
    );
    const figure = cacheFigure(data, write);
    press(figure, "Write another, live");
    await settled();
    expect(requests[0]).toMatchObject({type: "write", prompt: [0], length: 4, seed: 1});
    expect(text(figure, ".tokens")).toBe("xy");
    press(figure, "Back to the recorded text");
    expect(text(figure, ".tokens")).toBe("abcd");
    figure.dispose();
  });

  it("says what went wrong, and keeps what was there", async () => {
    const figure = cacheFigure(
      data,
      scripted(() => [{type: "failed", message: "No worker."}])
    );
    press(figure, "Write another, live");
    await settled();
    expect(text(figure, "[role=alert]")).toContain("No worker.");
    expect(text(figure, ".tokens")).toBe("ab");
    figure.dispose();
  });
});

it("times the race, and stops it", async () => {
  const times = [1, 2, 3].map((t) => ({t, withCache: 2, without: 2 * t, difference: 1e-6}));
  const data = {recorded: times, machine: "test", model: "m", prompt: [0], length: 8, unit: "character"};
  const live = scripted(() =>
    [1, 2].map(
      (t) =>
        ({type: "raced", token: {t, text: "ab"[t - 1]!, withCache: 1, without: 10, difference: 0}}) as const
    )
  );
  const figure = raceFigure(data, live);
  expect(text(figure, "dl")).toContain("2.0 times");
  press(figure, "Time it here");
  await settled();
  expect(text(figure, "dl")).toContain("10.0 times");
  expect(text(figure, ".race-text")).toBe("ab");
  expect(text(figure, "[role=status].figure-note")).toBe("Timed here, in this tab, up to character 2.");
  press(figure, "Back to the recorded times");
  expect(text(figure, "dl")).toContain("2.0 times");

  const stuck: Measure = (_, __, signal) =>
    new Promise((resolve) => signal.addEventListener("abort", () => resolve()));
  const waiting = raceFigure(data, stuck);
  press(waiting, "Time it here");
  const stop = [...waiting.querySelectorAll("button")].find((b) => b.textContent === "Stop")!;
  expect(stop.closest("[hidden]")).toBeNull();
  stop.click();
  await settled();
  expect(stop.closest("[hidden]")).not.toBeNull();
  expect(waiting.querySelector("[role=alert]")).toBeNull();
});

it("compares one pass with many", async () => {
  const live = scripted(() => [{type: "read", window: {T: 4, atOnce: 2, oneByOne: 6}}]);
  const figure = windowsFigure(
    {recorded: [], machine: "test", model: "m", ids: [1, 2, 3, 4], unit: "token"},
    live
  );
  expect(text(figure, ".figure-reading")).toBe("Nothing has been timed yet.");
  press(figure, "Time it here");
  await settled();
  expect(text(figure, "tbody tr")).toBe("42.0 ms6.0 ms3.0");
  expect(text(figure, ".figure-reading")).toContain("2,000 tokens a second at once and at 667 one by one");
});

describe("the engines", () => {
  const corpus = {kind: "built", metaUrl: "m", trainUrl: "t", valUrl: "v"} as const;
  const steps = (ms: number, off = 0) => [1, 2, 3].map((n) => ({ms: n === 1 ? 99 : ms, loss: 4 - n + off}));

  it("draws a bar for each, and says of one that is not there why", async () => {
    const live = scripted((request) => {
      if (request.type !== "steps") return [];
      if (request.engine === "webgpu") return [{type: "failed", message: "No adapter."}];
      const ms = {loops: 40, cpu: 80, wasm: 2}[request.engine];
      return steps(ms, request.engine === "cpu" ? 1e-5 : 0).map((step) => ({type: "stepped", step}) as const);
    });
    const figure = enginesFigure({recorded: [], machine: "test", corpus}, live);
    expect(text(figure, ".figure-reading")).toBe("Nothing to compare yet.");
    press(figure, "Time it here");
    await vi.waitFor(() => expect(text(figure, "[data-engine=webgpu]")).toContain("Not here: No adapter."));
    expect(text(figure, "[data-engine=loops]")).toContain("40 ms");
    expect(text(figure, "[data-engine=wasm]")).toContain("2.00 ms");
    expect(text(figure, "[data-engine=cpu]")).toContain("1.0e-5");
    expect(text(figure, ".figure-reading")).toContain("WebAssembly is quickest: 40.0 times as fast as CPU");
    expect(text(figure, ".figure-reading")).toContain("within 1.0e-5 nats");
    expect(STEPS).toBeGreaterThan(1);
  });

  it("does not call losses that are far apart the same training", () => {
    const times = (off: number) => [
      {engine: "loops", name: "", steps: steps(40)} as const,
      {engine: "wasm", name: "", steps: steps(2, off)} as const
    ];
    expect(enginesReading(times(1e-6))).toContain("it is the same training");
    expect(enginesReading(times(0.5))).toContain("differ by up to 5.0e-1 nats");
  });

  it("takes medians, leaving out the first step", () => {
    const times = (ms: number, off = 0) => ({engine: "wasm", name: "", steps: steps(ms, off)}) as const;
    expect(stepTime(times(5))).toBe(5);
    expect(lossDifference(times(5), times(7, -0.25))).toBeCloseTo(0.25);
    expect(smoothed([1, 100, 2, 3, 4], 1)).toEqual([50.5, 2, 3, 3, 3.5]);
  });
});

it("shows fewer values with fewer bits, and the loss that was measured", () => {
  const rows = BITS.map((bits) => ({
    bits,
    bytes: 1000 * bits,
    fileBytes: bits > 7 ? 5000 : null,
    loss: 1 + 1 / bits
  }));
  const channel = {name: "w", values: [0.5, -0.25, 0.1, 0.9, -1]};
  const figure = roundingFigure({text: "test", predictions: 10, rows, channel}, "character");
  expect(text(figure, "dl")).toContain("1.2500");
  const slider = figure.querySelector<HTMLInputElement>("input[type=range]")!;
  const rings = [...figure.querySelectorAll(".rounding-weight")];
  expect(rings).toHaveLength(5);
  slider.value = "0";
  slider.dispatchEvent(new Event("input", {bubbles: true}));
  expect(text(figure, ".figure-reading")).toContain("2 bits are whole numbers from −1 to 1");
  expect(figure.querySelectorAll(".rounding-grid")).toHaveLength(3);
  const heights = (name: string, of: RegExp) =>
    [...figure.querySelector(name)!.getAttribute("d")!.matchAll(of)].map(([, y]) => y!);
  // Dots are where the lines of the errors end: on the grid.
  const kept = heights(".rounding-kept", /,([\d.]+)h0/g);
  expect(heights(".rounding-error", /V([\d.]+)/g)).toEqual(kept);
  const grid = [...figure.querySelectorAll(".rounding-grid")].map((line) => Number(line.getAttribute("y1")));
  expect(grid.map((y) => y.toFixed(1))).toEqual(expect.arrayContaining([...new Set(kept)]));
  expect(text(figure, "dl")).toContain("Different values left3 of 5");
  slider.value = String(BITS.length - 1);
  slider.dispatchEvent(new Event("input", {bubbles: true}));
  expect(text(figure, "dl")).toContain("Largest error0");
  expect([...figure.querySelectorAll(".rounding-weight")].every((ring, i) => ring === rings[i])).toBe(true);
  expect(figure.querySelectorAll("tbody tr")).toHaveLength(BITS.length);
});

it("follows the calculator's choices, and no model reads more than it can", () => {
  const figure = servingFigure();
  const [model, device] = [...figure.querySelectorAll("select")];
  const choose = (select: HTMLSelectElement, name: string) => {
    select.value = [...select.options].find((option) => option.textContent === name)!.value;
    select.dispatchEvent(new Event("input", {bubbles: true}));
  };
  expect(text(figure, "dl")).toContain("6.74 billion");
  choose(model!, "GPT-2 small");
  expect(text(figure, ".serving-memory + .figure-reading")).toContain(
    "GPT-2 small reads at most 1,024 tokens"
  );
  choose(model!, "Llama 3.1 405B");
  choose(device!, "NVIDIA H100 SXM");
  expect(text(figure, "dl")).toContain("Devices, at least11");
  const details = figure.querySelector("details")!;
  details.open = true;
  details.dispatchEvent(new Event("toggle"));
  expect(details.querySelectorAll("tbody tr")).toHaveLength(13);
});

describe("a measurement in a worker", () => {
  const worker = () => {
    const made: MeasuringWorker = {postMessage: vi.fn(), onmessage: null, onerror: null, terminate: vi.fn()};
    const tell = (data: MeasurementReport) => made.onmessage!({data} as MessageEvent<MeasurementReport>);
    return {made, tell};
  };
  const request = {type: "windows", model: "m", ids: [], lengths: []} as const;

  it("passes reports on until the end, and ends the worker", async () => {
    const {made, tell} = worker();
    const seen: string[] = [];
    const over = measure(
      request,
      ({type}) => seen.push(type),
      new AbortController().signal,
      () => made
    );
    tell({type: "loading", loadedBytes: 1, totalBytes: 2});
    tell({type: "ended"});
    await over;
    expect(seen).toEqual(["loading"]);
    expect(made.terminate).toHaveBeenCalled();
  });

  it("ends at once when it is stopped, and says what failed", async () => {
    const stopping = new AbortController();
    const first = worker();
    const seen: string[] = [];
    const over = measure(
      request,
      ({type}) => seen.push(type),
      stopping.signal,
      () => first.made
    );
    stopping.abort();
    first.tell({type: "loading", loadedBytes: 1, totalBytes: 2});
    await over;
    expect(seen).toEqual([]);
    expect(first.made.terminate).toHaveBeenCalled();
    const second = worker();
    const failing = measure(
      request,
      () => {},
      new AbortController().signal,
      () => second.made
    );
    second.tell({type: "failed", message: "Out of memory."});
    await expect(failing).rejects.toThrow("Out of memory.");
  });
});
