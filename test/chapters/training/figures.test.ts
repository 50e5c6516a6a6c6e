// @vitest-environment jsdom
import {readFile} from "node:fs/promises";
import {expect, it, vi} from "vitest";
import {batchFigure} from "../../../src/components/chapters/training/batchFigure.js";
import {clippingFigure} from "../../../src/components/chapters/training/clippingFigure.js";
import {fittingFigure} from "../../../src/components/chapters/training/fittingFigure.js";
import {formatSmall} from "../../../src/components/chapters/training/formatSmall.js";
import {landscapeFigure} from "../../../src/components/chapters/training/landscapeFigure.js";
import {STAGES, type StageKey} from "../../../src/components/chapters/training/loopStages.js";
import {loopStepper} from "../../../src/components/chapters/training/loopStepper.js";
import {optimiserFigure} from "../../../src/components/chapters/training/optimiserFigure.js";
import {overfitFigure} from "../../../src/components/chapters/training/overfitFigure.js";
import {endOf, type TrialRecording} from "../../../src/components/chapters/training/recordedTrials.js";
import {scheduleFigure} from "../../../src/components/chapters/training/scheduleFigure.js";
import {scrubberFigure} from "../../../src/components/chapters/training/scrubberFigure.js";
import type {StepTrace} from "../../../src/components/chapters/training/stepTracer.js";
import type {Timeline} from "../../../src/components/chapters/training/timeline.js";
import type {ExperimentReport, ExperimentSettings} from "../../../src/components/experiment/protocol.js";
import {formatFixed} from "../../../src/components/views/format.js";

vi.stubGlobal(
  "ResizeObserver",
  class {
    observe() {}
    disconnect() {}
  }
);

const recording = JSON.parse(await readFile("src/data/training-runs.json", "utf8")) as TrialRecording;
const corpus = {kind: "text", name: "", text: ""} as const;
/** Radio buttons and check boxes send their events only inside a page. */
const inPage = <Node extends Element>(node: Node): Node => {
  document.body.replaceChildren(node);
  return node;
};
const button = (node: Element, name: string) =>
  [...node.querySelectorAll("button")].find(({textContent}) => textContent === name)!;
const move = (input: HTMLInputElement, value: number) => {
  input.value = String(value);
  input.dispatchEvent(new Event("input", {bubbles: true}));
};

function timeline(): Timeline {
  const moments = [0, 10, 40].map((step, i) => ({
    step,
    loss: 1.4 - 0.4 * i,
    sample: ["qq", "ab", "aba"][i]!,
    attention: Float32Array.of(1, 0, 0.5 + 0.2 * i, 0.5 - 0.2 * i),
    nats: [1.2 - 0.5 * i, 1],
    places: [
      [0.1 * i, 0],
      [-0.2 * i, 0.3 * i],
      [0, -0.1]
    ] as const,
    vowels: `Vowels at ${step}.`
  }));
  return {
    unit: "character",
    vocabulary: ["a", "b", " "],
    model: {nLayer: 1, nHead: 1, nEmbd: 4, parameters: 99},
    run: {
      corpus: "test",
      steps: 40,
      seed: 1,
      adapter: "wasm",
      seconds: 3,
      batchSize: 2,
      blockSize: 4,
      learningRate: 0.1,
      textLength: 100
    },
    floor: 0.2,
    losses: [
      [1, 1.3],
      [40, 0.7]
    ],
    line: {tokens: ["a", "b", "a"], truth: [0.1, 0.5]},
    attended: 2,
    head: {layer: 0, head: 0},
    share: 0.6,
    moments
  };
}

it("moves sample, heads, embeddings, surprise and loss together", () => {
  const node = scrubberFigure(timeline());
  const seen = () => ({
    sample: node.querySelector(".scrubber-sample")!.textContent,
    row: node.querySelector(".scrubber-map .figure-reading")!.textContent,
    surprise: node.querySelector(".surprise-text .figure-reading")!.textContent,
    place: node.querySelector<SVGGElement>(".embedded-token")!.style.transform,
    vowels: node.querySelector(".embedding .figure-reading")!.textContent,
    dot: node.querySelector(".line-chart circle")!.getAttribute("cx"),
    reading: node.querySelector(".scrubber-reading")!.textContent
  });
  const end = seen();
  expect(end).toMatchObject({sample: "aba", vowels: "Vowels at 40."});
  expect(end.reading).toBe(
    "After 40 steps: a loss of 0.60 nats a character on held-out text; on the line below 0.60, which is 0.87 bits. The grammar that wrote the line has 0.30 nats."
  );
  move(node.querySelector("input")!, 0);
  const begin = seen();
  for (const key of Object.keys(end) as (keyof typeof end)[]) expect(begin[key]).not.toBe(end[key]);
  expect(begin.sample).toBe("qq");
  node.show(2);
  expect(seen()).toEqual(end);
});

it("draws the curves of the loss once, and moves the dot along them", () => {
  const node = scrubberFigure(timeline());
  const curves = [...node.querySelectorAll(".line-chart path")];
  expect(curves).toHaveLength(3);
  move(node.querySelector("input")!, 1);
  const after = [...node.querySelectorAll(".line-chart path")];
  expect(after.map((path, i) => path === curves[i])).toEqual([true, true, true]);
});

it("plays from noise to words and rests there, and is stopped by the slider", () => {
  let tick = () => {};
  let ticking = false;
  const clock = {
    setInterval: (call: () => void) => {
      [tick, ticking] = [call, true];
      return 1;
    },
    clearInterval: () => {
      ticking = false;
    }
  };
  const node = scrubberFigure(timeline(), clock);
  const reading = node.querySelector(".scrubber-reading")!;
  const glides = () => node.querySelector("[data-glides] .embedded-token") !== null;
  expect(glides()).toBe(false);
  button(node, "Play").click();
  expect(glides()).toBe(true);
  expect([reading.textContent!.startsWith("After 0 steps"), reading.getAttribute("aria-live")]).toEqual([
    true,
    "off"
  ]);
  tick();
  tick();
  expect([ticking, button(node, "Play") !== undefined]).toEqual([false, true]);
  expect([reading.textContent!.startsWith("After 40 steps"), reading.getAttribute("aria-live")]).toEqual([
    true,
    "polite"
  ]);
  button(node, "Play").click();
  move(node.querySelector("input")!, 1);
  expect([ticking, reading.textContent!.startsWith("After 10 steps"), glides()]).toEqual([
    false,
    true,
    false
  ]);
});

const trace = (step: number): StepTrace => ({
  step,
  inputs: [["a", "b"]],
  targets: [["b", "a"]],
  probabilities: [[0.5, 0.25]],
  loss: 1.04,
  lossAfter: 1,
  norm: 2,
  clipNorm: 1,
  factor: 0.5,
  learningRate: 0.01,
  corrections: [0.1, 0.01],
  settings: {beta1: 0.9, beta2: 0.99, epsilon: 1e-8},
  watched: [
    {
      name: "transformer.h.0.attn.c_attn.weight",
      shape: [2, 3],
      index: 4,
      before: 1,
      after: 0.989,
      gradient: 0.4,
      clipped: 0.2,
      firstMoment: [0, 0.02],
      secondMoment: [0, 0.0004],
      weightDecay: 0.1
    }
  ],
  parameters: 12,
  vocabSize: 3
});
const sources = Object.fromEntries(
  await Promise.all(
    STAGES.map(async ({key, file}) => [key, await readFile(`src/components/${file}`, "utf8")] as const)
  )
) as Record<StageKey, string>;

it("steps through a step with its code and numbers, and takes the next where it ends", async () => {
  const asked: number[] = [];
  const client = {
    take: async (until: number) => {
      asked.push(until);
      return trace(until);
    },
    dispose() {}
  };
  const node = inPage(loopStepper({first: trace(1), sources, client}));
  const title = () => node.querySelector(".figure-title")!.textContent;
  expect(title()).toBe("Step 1, part 1 of 6: Batch");
  for (const {name, declarations} of STAGES) {
    expect(title()).toContain(name);
    for (const declaration of declarations)
      expect(node.querySelector("pre")!.textContent).toContain(declaration.split(".").at(-1));
    expect(node.querySelector(".loop-numbers")!.textContent).not.toMatch(/NaN|undefined/);
    (button(node, "Next") ?? button(node, "Next step")).click();
  }
  await vi.waitFor(() => expect(title()).toBe("Step 2, part 1 of 6: Batch"));
  (node.querySelectorAll("input[type=radio]")[5] as HTMLInputElement).click();
  // The step taken is −η·m̂/√v̂, here −0.01; the decay −η·λ·θ.
  expect(
    [...node.querySelectorAll(".loop-numbers tbody tr")].map((row) =>
      [...row.children].map((cell) => cell.textContent)
    )
  ).toEqual([
    ["place", "[1, 1]"],
    ["gradient", "0.200"],
    ["m", "0.0200"],
    ["v", "4.0 × 10⁻⁴"],
    ["step", "−0.0100"],
    ["decay", "−0.00100"],
    ["before", "1.00"],
    ["after", "0.989"]
  ]);
  button(node, "Take 20 steps").click();
  await vi.waitFor(() => expect(title()).toBe("Step 22, part 6 of 6: Update"));
  expect(asked).toEqual([2, 22]);
  button(node, "Reset").click();
  expect(title()).toBe("Step 1, part 1 of 6: Batch");
});

it("says what failed, and begins again at the recorded step", async () => {
  const client = {take: () => Promise.reject(new Error("No memory.")), dispose() {}};
  const node = loopStepper({first: trace(1), sources, client});
  button(node, "Take 20 steps").click();
  await vi.waitFor(() => expect(node.querySelector("[role=alert]")!.textContent).toContain("No memory."));
  expect(button(node, "Take 20 steps").disabled).toBe(false);
});

it("tells how far it is, and stops where the reader says", async () => {
  let isDisposed = false;
  let tell: (step: number) => void = () => {};
  let answer: (trace: StepTrace) => void = () => {};
  const client = {
    take: (_until: number, onProgress: (step: number) => void = () => {}) => {
      tell = onProgress;
      return new Promise<StepTrace>((resolve) => {
        answer = resolve;
      });
    },
    dispose: () => {
      isDisposed = true;
    }
  };
  const node = inPage(loopStepper({first: trace(1), sources, client}));
  const progress = node.querySelector(".progress") as HTMLElement;
  expect(progress.hidden).toBe(true);
  button(node, "Take 20 steps").click();
  tell(11);
  expect([progress.hidden, progress.textContent!.includes("10 of 20 steps")]).toEqual([false, true]);
  button(node, "Stop").click();
  answer(trace(21)); // too late
  await Promise.resolve();
  expect([isDisposed, progress.hidden]).toEqual([true, true]);
  expect(node.querySelector(".figure-title")!.textContent).toBe("Step 1, part 1 of 6: Batch");
  expect(node.textContent).toContain("Stopped. This first step was taken when the site was built.");
});

it("writes numbers of any size", () => {
  expect([0, 1, -0.16718, 0.0107, 8.911e-7, -9.52e-4, 23456].map(formatSmall)).toEqual([
    "0",
    "1.00",
    "−0.167",
    "0.0107",
    "8.9 × 10⁻⁷",
    "−9.5 × 10⁻⁴",
    "2.3 × 10⁴"
  ]);
});

it("says of a valley who has come down, and who has climbed out", () => {
  const node = inPage(landscapeFigure());
  const reading = () => node.querySelector(".landscape > .figure-reading")!.textContent!;
  expect(reading()).toContain("From a height of 32.67, after 60 steps at a rate of 0.01: SGD is at 0.725; ");
  expect(reading()).toContain("Plain SGD climbs out at rates above 0.04.");
  const rate = node.querySelector("input[type=range]") as HTMLInputElement;
  move(rate, 400);
  expect(reading()).toContain("SGD has climbed out of the valley");
  const before = node.querySelector("ellipse")!.getAttribute("transform");
  const slanted = node.querySelector("input[type=checkbox]") as HTMLInputElement;
  slanted.click();
  expect(node.querySelector("ellipse")!.getAttribute("transform")).not.toBe(before);
  button(node, "Reset").click();
  expect([slanted.checked, reading().includes("climbed out")]).toEqual([false, false]);
});

it("reads the recorded runs out in words and tables", () => {
  const {optimisers, clipping, batches, fitting} = recording;
  const best = formatFixed(Math.min(...optimisers.flat().map(endOf)), 2);
  expect(optimiserFigure({recording, corpus}).textContent).toContain(`Best: Muon ${best} at a rate of`);
  const schedule = scheduleFigure(recording);
  expect(schedule.querySelectorAll(".plain-table tbody tr")).toHaveLength(4);
  expect(schedule.textContent).toContain("on a processor alone (WebAssembly)");
  move(schedule.querySelectorAll("input[type=range]")[1] as HTMLInputElement, 0);
  expect(schedule.querySelector(".figure-reading")!.textContent).toMatch(/^Begins at its peak/);

  const clip = inPage(clippingFigure(recording));
  const said = () => clip.querySelector(".figure-reading")!.textContent!;
  expect(said()).toContain("the loss breaks");
  (clip.querySelector("input[type=radio]") as HTMLInputElement).click();
  expect(said()).toContain(`ends at ${formatFixed(endOf(clipping[0]![1]!), 2)}`);

  const batch = inPage(batchFigure(recording));
  expect(batch.querySelector(".plain-table")!.textContent).toContain(formatFixed(endOf(batches[0]![0]!), 2));
  const label = () => batch.querySelector("svg[role=img]")!.getAttribute("aria-label");
  expect(label()).toContain("characters read");
  (batch.querySelectorAll("input[type=radio]")[1] as HTMLInputElement).click();
  expect(label()).toContain("against steps");
  expect(batch.innerHTML).not.toMatch(/Infinity|NaN/);

  const fit = fittingFigure(recording);
  const fitted = () => fit.querySelector(".figure-reading")!.textContent!;
  expect(fitted()).toContain("It was lowest after");
  fit.show("moreText");
  expect(fitted()).toContain(`held-out loss ${formatFixed(endOf(fitting.moreText), 2)}`);
});

/** Experiments whose reports the test makes up. */
function pretended() {
  const asked: ExperimentSettings[] = [];
  let say: (report: ExperimentReport) => void = () => {};
  const experiments = {
    run: (settings: ExperimentSettings, onReport: (report: ExperimentReport) => void) => {
      asked.push(settings);
      say = onReport;
    },
    stop: () => say({id: 1, type: "ended", step: 7, isComplete: false}),
    dispose() {}
  };
  return {experiments, asked, say: (report: unknown) => say(report as ExperimentReport)};
}

it("overfits one batch here, draws it, can be stopped, and says what failed", async () => {
  const {experiments, asked, say} = pretended();
  const node = overfitFigure({recording, corpus, experiments, now: () => 0});
  const lines = () => node.querySelectorAll("svg[role=img] path").length;
  const before = lines();
  button(node, "Train it here").click();
  expect(asked[0]!.train.overfitOneBatch).toBe(true);
  say({id: 1, type: "started"});
  for (let step = 1; step <= 7; step++)
    say({id: 1, type: "step", step, loss: 3 - step / 10, gradientNorm: 1});
  expect(lines()).toBe(before + 1);
  button(node, "Stop").click();
  const state = node.querySelector("[role=status]")!;
  await vi.waitFor(() =>
    expect(state.textContent).toBe("Stopped after 7 steps: the loss of the last batch is 2.300 nats.")
  );
  button(node, "Reset").click();
  expect(lines()).toBe(before);
  button(node, "Train it here").click();
  say({id: 1, type: "failed", message: "No memory."});
  await vi.waitFor(() => expect(node.querySelector("[role=alert]")!.textContent).toContain("No memory."));
  expect(button(node, "Train it here").disabled).toBe(false);
});

it("trains the model here by the optimiser and at the rate that the reader has chosen", async () => {
  const {experiments, asked, say} = pretended();
  const node = inPage(optimiserFigure({recording, corpus, experiments, now: () => 0}));
  (node.querySelector('input[value="sgd"]') as HTMLInputElement).click();
  move(node.querySelector("input[type=range]") as HTMLInputElement, 400);
  button(node, "Train it here").click();
  expect(asked[0]!.train).toMatchObject({optimiser: "sgd", learningRate: 3, weightDecay: 0});
  const reading = () => node.querySelectorAll(".line-chart .figure-reading")[1]!.textContent;
  for (const [step, validationLoss] of [
    [0, 4.1],
    [400, 2.5]
  ]) {
    say({id: 1, type: "evaluated", step, validationLoss});
    say({id: 1, type: "step", step: 5, loss: 2.4, gradientNorm: 1});
  }
  expect(reading()).toContain("Y is yours, SGD at 3: 2.50 after 400 steps.");
  expect(node.textContent).toContain("yours");
  say({id: 1, type: "ended", step: 400, isComplete: true});
  await vi.waitFor(() =>
    expect(node.querySelector("[role=status]")!.textContent).toMatch(/^Trained in this tab/)
  );
  button(node, "Reset").click();
  expect(reading()).toBe("Each at its own best rate.");
});
