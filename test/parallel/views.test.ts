// @vitest-environment jsdom
import {afterEach, beforeEach, describe, expect, it, vi} from "vitest";
import {modelConfig} from "../../src/components/model/config.js";
import {parameterCount} from "../../src/components/model/parameters.js";
import type {ComparedStep, comparedRun} from "../../src/components/parallel/comparedRun.js";
import {dataFigure} from "../../src/components/parallel/dataFigure.js";
import {modelFigure} from "../../src/components/parallel/modelFigure.js";
import {pipelineFigure} from "../../src/components/parallel/pipelineFigure.js";
import {teamPlan} from "../../src/components/parallel/plan.js";
import {ringTraffic} from "../../src/components/parallel/ring.js";
import {ringFigure} from "../../src/components/parallel/ringFigure.js";
import {ringSentence, ringStates} from "../../src/components/parallel/ringStates.js";
import {comparisonSentences, ringCount} from "../../src/components/parallel/sentences.js";

const plan = teamPlan({kind: "text", name: "test", text: ""});
const parameters = parameterCount({...plan.model, vocabSize: 60});

const compared = (step: number, size = 4): ComparedStep => ({
  step,
  loss: 4 - step / 10,
  aloneLoss: 4 - step / 10 + 1e-6,
  sent: {gradients: ringTraffic(parameters, size)},
  seconds: 0.25,
  aloneSeconds: 0.5,
  computing: 0.2,
  workers: [],
  areAlike: true,
  gradientDifference: step === 1 ? 3e-7 : null
});

const button = (node: Element, name: string) =>
  [...node.querySelectorAll("button")].find(({textContent}) => textContent === name)!;
const settled = () => new Promise((resolve) => setTimeout(resolve));

describe.each([1, 2, 3, 4, 5, 6, 7, 8])("the rounds of a ring of %i", (size) => {
  const states = ringStates(size);

  it("begin with own parts and end with all of them, everywhere", () => {
    expect(states.length).toBe(2 * (size - 1) + 1);
    expect(states[0]!.parts.flat().every((parts) => parts === 1)).toBe(true);
    expect(
      states
        .at(-1)!
        .parts.flat()
        .every((parts) => parts === size)
    ).toBe(true);
  });

  it("have one complete chunk on each worker half-way", () => {
    const complete = states[size - 1]!.parts.map((held) => held.filter((parts) => parts === size).length);
    expect(complete).toEqual(states[0]!.parts.map(() => 1));
  });
});

describe("ringFigure", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("goes from round to round, says what was sent, and shows it as a table", () => {
    const figure = ringFigure({size: 3});
    const reading = figure.querySelector("[role=status]")!;
    expect(reading.textContent).toContain("All-reduce takes 4 rounds.");
    expect(button(figure, "Back").disabled).toBe(true);
    button(figure, "Next round").click();
    expect(reading.textContent).toBe(
      "Round 1 of 4, reduce-scatter: every worker sends one chunk to its right neighbour, who adds it to its own: chunk 1 from 1 to 2, chunk 2 from 2 to 3, chunk 3 from 3 to 1."
    );
    const cells = () => [...figure.querySelectorAll("td")].slice(1).map(({textContent}) => textContent);
    expect(cells()).toEqual([
      "1 of 3",
      "1 of 3",
      "2 of 3",
      "2 of 3",
      "1 of 3",
      "1 of 3",
      "1 of 3",
      "2 of 3",
      "1 of 3"
    ]);
    for (let i = 0; i < 3; i++) button(figure, "Next round").click();
    expect(reading.textContent).toContain("Every worker now has the sum of every chunk.");
    expect(cells().every((cell) => cell === "all")).toBe(true);
    expect(button(figure, "Next round").disabled).toBe(true);
    figure.update({size: 2});
    expect(reading.textContent).toContain("All-reduce takes 2 rounds.");
    figure.update({size: 1});
    expect(reading.textContent).toContain("there is nothing to send");
    expect(button(figure, "Play").disabled).toBe(true);
  });

  it("plays to the end, and stops when paused, stepped or taken from the page", () => {
    const figure = ringFigure({size: 4});
    document.body.append(figure);
    const round = () => /after round (\d)/.exec(figure.querySelector("svg")!.getAttribute("aria-label")!)![1];
    button(figure, "Play").click();
    vi.advanceTimersByTime(2000);
    expect(round()).toBe("2");
    button(figure, "Pause").click();
    vi.advanceTimersByTime(9000);
    expect(round()).toBe("2");
    button(figure, "Play").click();
    vi.advanceTimersByTime(60_000);
    expect(round()).toBe("6");
    expect(button(figure, "Play")).toBeDefined();
    button(figure, "Play").click(); // from the start again
    vi.advanceTimersByTime(400);
    expect(round()).toBe("1");
    figure.remove();
    vi.advanceTimersByTime(60_000);
    expect(vi.getTimerCount()).toBe(0);
  });
});

it("shows what each half of a model holds, and what goes between them", () => {
  const config = {...modelConfig({nLayer: 3, nHead: 2, nEmbd: 16, nInner: 32, blockSize: 10}), vocabSize: 7};
  const figure = pipelineFigure({config, batchSize: 4, cut: 1, microBatches: 2});
  const text = () => figure.textContent!.replace(/\s+/g, " ");
  const layers = () =>
    [...figure.querySelectorAll("ol")].map((list) => [...list.children].map((li) => li.textContent));
  expect(layers()).toEqual([
    ["Embedding", "Block 1"],
    ["Block 2", "Block 3", "Norm and head", "Loss"]
  ]);
  expect(text()).toContain("Activations, forward [4, 10, 16] 2.6 kB in 2 messages");
  expect(text()).toContain("[7, 16] 448 bytes");
  const counts = () =>
    [...figure.querySelectorAll(".figure-note")].map((note) =>
      Number.parseInt(note.textContent!.replace(",", ""), 10)
    );
  // Both hold the tied table.
  expect(counts()[0]! + counts()[1]!).toBe(parameterCount(config) + 7 * 16);
  figure.update({config: {...config, tiedHead: false}, batchSize: 4, cut: 0, microBatches: 1});
  expect(layers()[0]).toEqual(["Embedding"]);
  expect(text()).not.toContain("token table");
  expect(counts()[0]! + counts()[1]!).toBe(parameterCount({...config, tiedHead: false}));
});

describe("dataFigure", () => {
  it("runs what is set, shows every step, and says how it went", async () => {
    const asked: Parameters<typeof comparedRun>[] = [];
    const figure = dataFigure({plan, vocabSize: 60}, async (...call) => {
      asked.push(call);
      for (let step = 1; step <= 3; step++) call[2].onStep(compared(step));
    });
    figure.querySelector<HTMLInputElement>("input[type=number]")!.value = "8";
    button(figure, "Run").click();
    expect(button(figure, "Run").disabled).toBe(true);
    await settled();
    expect(button(figure, "Run").disabled).toBe(false);
    expect(asked[0]![0].train.batchSize).toBe(8);
    expect(asked[0]![1].length).toBe(4);
    const rows = [...figure.querySelectorAll(".step-rows tbody tr")].map((row) =>
      [...row.children].map((cell) => cell.textContent)
    );
    expect(rows.length).toBe(3);
    expect(rows[0]).toEqual(["1", "3.90000", "3.90000", "24", "5.0 MB", "250 ms", "500 ms", "yes"]);
    expect(figure.querySelector(".team-count")!.textContent).toBe(ringCount(4, parameters, compared(1)));
    expect(figure.textContent).toContain("at most 3.0 × 10⁻⁷ of its largest element");
  });

  it("says what went wrong, and lets the reader try again", async () => {
    const figure = dataFigure({plan, vocabSize: 60}, async () => {
      throw new RangeError("workers is 5, which does not divide batchSize, 12: <b>no</b>.");
    });
    button(figure, "Run").click();
    await settled();
    expect(figure.querySelector("[role=alert]")!.textContent).toContain(
      "does not divide batchSize, 12: <b>no</b>."
    );
    expect(figure.querySelector("progress")).toBeNull();
    expect(button(figure, "Run").disabled).toBe(false);
  });

  it("stops when told to or taken away, and keeps what was measured", async () => {
    const signals: AbortSignal[] = [];
    const run: typeof comparedRun = (_plan, _roles, {signal, onStep}) => {
      signals.push(signal);
      onStep(compared(1));
      return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    };
    const figure = dataFigure({plan, vocabSize: 60}, run);
    document.body.append(figure);
    button(figure, "Run").focus();
    button(figure, "Run").click();
    await settled();
    expect(document.activeElement).toBe(button(figure, "Stop"));
    button(figure, "Stop").click();
    await settled();
    expect(signals[0]!.aborted).toBe(true);
    expect(document.activeElement).toBe(button(figure, "Run"));
    expect(figure.querySelector("[role=alert]")).toBeNull();
    expect(figure.textContent).toContain("After 1 step the loss is 3.9000 nats with 4 workers");
    button(figure, "Run").click();
    await settled();
    figure.dispose();
    expect(signals[1]!.aborted).toBe(true);
  });
});

it("modelFigure runs two workers, cut where the sliders stand, and draws what they did when", async () => {
  const asked: Parameters<typeof comparedRun>[] = [];
  const sent = {
    activations: {messages: 4, bytes: 800},
    table: {messages: 2, bytes: 100},
    norm: {messages: 2, bytes: 8}
  };
  const turn = (pass: "forward" | "backward", piece: number, start: number, end: number) => ({
    ...{pass, piece},
    start: 5000 + start,
    end: 5000 + end
  });
  const workers = [
    {
      computing: 0.006,
      exchanging: 0.002,
      turns: [
        turn("forward", 0, 0, 1),
        turn("forward", 1, 1, 2),
        turn("backward", 0, 4, 6),
        turn("backward", 1, 7, 9)
      ]
    },
    {
      computing: 0.006,
      exchanging: 0.004,
      turns: [
        turn("forward", 0, 1, 2),
        turn("backward", 0, 2, 4),
        turn("forward", 1, 4, 5),
        turn("backward", 1, 5, 7)
      ]
    }
  ];
  const figure = modelFigure({plan, vocabSize: 60}, async (...call) => {
    asked.push(call);
    call[2].onStep({...compared(1), sent, workers});
  });
  const move = (i: number, value: number) => {
    const slider = figure.querySelectorAll<HTMLInputElement>("input[type=range]")[i]!;
    slider.value = String(value);
    slider.dispatchEvent(new Event("input", {bubbles: true}));
  };
  move(0, 1);
  move(1, 2);
  expect(figure.querySelectorAll("ol")[0]!.children.length).toBe(2);
  expect(figure.querySelector(".pipeline-ways")!.textContent).toContain("in 2 messages");
  button(figure, "Run").click();
  await settled();
  expect(asked[0]![1]).toEqual([
    {kind: "stage", side: "front", cut: 1, microBatches: 2},
    {kind: "stage", side: "back", cut: 1, microBatches: 2}
  ]);
  expect(figure.querySelector(".team-count")!.textContent).toBe(
    "Counted in one step: 8 messages and 908 bytes: activations and their gradients 800 bytes, gradients of the token table 100 bytes, norms 8 bytes."
  );
  const times = figure.querySelector(".pipeline-times")!;
  expect(times.querySelector(".figure-title")!.textContent).toBe(
    "Step 1, as measured: 9 ms from the first pass to the last"
  );
  const starts = [...times.querySelectorAll("g")].map((g) => g.getAttribute("transform"));
  expect(starts.slice(0, 2)).toEqual(["translate(24,2)", `translate(${24 + 616 / 9},2)`]);
  expect(starts.length).toBe(8);
  expect(times.querySelector(".figure-reading")!.textContent).toBe(
    "Measured (medians of 1 step): worker 1 worked for 6 ms of a step and waited for 2 ms, 25.0% of it; worker 2 worked for 6 ms of a step and waited for 4 ms, 40.0% of it. Computed for equal workers: (p − 1) / (m + p − 1) = 1 / 3, or 33.3%."
  );
});

it("says so where copies have drifted apart", () => {
  expect(comparisonSentences("4 workers", [{...compared(1), areAlike: false}])).toContain("drifted apart");
  expect(comparisonSentences("two workers", [{...compared(1), areAlike: null}])).not.toContain("bit for bit");
  expect(comparisonSentences("4 workers", [])).toBe("");
  expect(ringSentence(ringStates(1)[0]!)).toContain("nothing to send");
});
