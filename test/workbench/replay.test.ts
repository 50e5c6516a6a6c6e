// @vitest-environment jsdom
import {describe, expect, it, vi} from "vitest";
import {type Receipt, receiptOf} from "../../src/components/exchange/receipt.js";
import type {ExperimentReport, ExperimentSettings} from "../../src/components/experiment/protocol.js";
import {presets} from "../../src/components/training/presets.js";
import {replayRun} from "../../src/components/workbench/replay.js";
import {replayChartData, replayTableData} from "../../src/components/workbench/replayChart.js";
import {replayPanel} from "../../src/components/workbench/replayPanel.js";
import {replaySource} from "../../src/components/workbench/replaySource.js";
import {tinyCorpus} from "../training/corpus.js";

const {meta} = tinyCorpus();
const curve = [
  {step: 0, trainLoss: null, validationLoss: 2.1},
  {step: 1, trainLoss: 2.05, validationLoss: null},
  {step: 2, trainLoss: 2.01, validationLoss: null},
  {step: 3, trainLoss: 1.95, validationLoss: 1.9}
];
const receipt: Receipt = receiptOf({
  modelConfig: {...presets.toy.model, vocabSize: 8},
  trainConfig: {...presets.toy.train, seed: 7},
  corpus: {...meta, name: "<b>words</b>"},
  adapter: "WebAssembly",
  tuning: {a: "b"},
  step: 3,
  seconds: 2,
  history: curve
});
const source = {kind: "text", name: "words", text: "abc"} as const;
const on = {source, backend: "wasm", opened: null} as const;

type Tell = (
  report: ExperimentReport extends infer One ? (One extends {id: number} ? Omit<One, "id"> : never) : never
) => void;

/** A worker that says what the test tells it to say. */
function fakeExperiments() {
  let settings: ExperimentSettings | null = null;
  let tell: Tell = () => {};
  return {
    run: vi.fn((asked: ExperimentSettings, onReport: (report: ExperimentReport) => void) => {
      settings = asked;
      tell = (report) => onReport({id: 1, ...report} as ExperimentReport);
    }),
    stop: vi.fn(),
    dispose: vi.fn(),
    settings: () => settings!,
    tell: (...reports: Parameters<Tell>[0][]) => {
      for (const report of reports) tell(report);
    }
  };
}
const started = {
  type: "started",
  config: receipt.modelConfig,
  adapter: "WebAssembly",
  tokenizer: meta.tokenizer,
  text: meta
} as const;
const step = (step: number, loss: number) => ({type: "step", step, loss, gradientNorm: 1}) as const;
const evaluated = (step: number, validationLoss: number) =>
  ({type: "evaluated", step, validationLoss}) as const;
const whole = [evaluated(0, 2.1), step(1, 2.05), step(2, 2.01), step(3, 1.95), evaluated(3, 1.9)];

describe("replayRun", () => {
  it("asks for the receipt's run on its text, in its tokens, as far as it went", async () => {
    const experiments = fakeExperiments();
    let clock = 0;
    const states: (number | null)[] = [];
    const done = replayRun(
      experiments,
      receipt,
      {source, backend: "wasm", opened: {name: "not asked for", file: new Blob()}},
      {now: () => (clock += 500), onState: ({secondsLeft}) => states.push(secondsLeft)}
    );
    expect(experiments.settings()).toEqual({
      corpus: {...source, tokenizer: {kind: "character"}},
      model: receipt.modelConfig,
      train: receipt.trainConfig,
      backend: "wasm",
      replay: {text: receipt.text, until: 3, tuning: {a: "b"}}
    });
    experiments.tell(started, {type: "compiling", done: 1, total: 2}, ...whole);
    experiments.tell({type: "ended", step: 3, isComplete: true});
    expect(await done).toMatchObject({
      step: 3,
      adapter: "WebAssembly",
      isComplete: true,
      curve,
      secondsLeft: null
    });
    // Half a second at the first look at the clock, one between the second step's and the first's.
    expect(states.slice(3, 5)).toEqual([null, expect.any(Number)]);
  });

  it("rejects with what went wrong", async () => {
    const experiments = fakeExperiments();
    const done = replayRun(experiments, receipt, on, {now: () => 0});
    experiments.tell({type: "failed", message: "Needed is another text."});
    await expect(done).rejects.toThrow("Needed is another text.");
  });
});

describe("a receipt of a run that began at a model", () => {
  const begunFrom = {name: "gpt2", sha256: "ab".repeat(32)};
  const begun = {...receipt, begunFrom};

  it("is refused without a model, and hands over the one that is open", async () => {
    const experiments = fakeExperiments();
    await expect(replayRun(experiments, begun, on, {now: () => 0})).rejects.toThrow(
      /at the model “gpt2”.*that one is not at hand\. Open it above, under “A new run”, “Begin from”/
    );
    expect(experiments.run).not.toHaveBeenCalled();
    const opened = {name: "gpt2.zip", file: new Blob(["model"])};
    void replayRun(experiments, begun, {...on, opened}, {now: () => 0});
    expect(experiments.settings().replay!.begin).toEqual({at: opened, as: begunFrom});
  });
});

describe("replayPanel", () => {
  const show = (from = receipt) => {
    const experiments = fakeExperiments();
    const node = replayPanel(from, {source: async () => source, experiments});
    document.body.replaceChildren(node);
    const button = (name: string) =>
      [...node.querySelectorAll("button")].find(({textContent}) => textContent === name)!;
    const verdict = node.querySelector<HTMLElement>(".replay-verdict")!;
    const begin = async () => {
      button("Replay and compare").click();
      await vi.waitFor(() => expect(experiments.run).toHaveBeenCalled());
    };
    return {node, experiments, button, verdict, begin};
  };

  it("says what the receipt is of, as text and never as markup, and draws its curve", () => {
    const {node, button} = show();
    expect(node.textContent).toContain("3 steps of GPT-2, seed 7, on “<b>words</b>”");
    expect(node.querySelector("b")).toBeNull();
    expect(node.querySelector("select")!.value).toBe("wasm");
    expect(button("Stop the replay").hidden).toBe(true);
    expect(node.querySelector("svg")!.getAttribute("aria-label")).toMatch(
      /The receipt: 3 steps, training loss 1\.950, validation loss 1\.900 at step 3\. The replay: no step yet\./
    );
  });

  it("gives its verdict to screen readers, and the losses as a table", async () => {
    const {node, experiments, verdict, begin, button} = show();
    await begin();
    expect(document.activeElement).toBe(button("Stop the replay"));
    experiments.tell(started, ...whole, {type: "ended", step: 3, isComplete: true});
    await vi.waitFor(() => expect(verdict.dataset.verdict).toBe("same"));
    expect(verdict.textContent).toBe("✓ The same curve, bit for bit: all 5 losses up to step 3 are equal.");
    expect(verdict.getAttribute("role")).toBe("status");
    expect(node.querySelectorAll("tbody tr")).toHaveLength(2);
    expect(document.activeElement).toBe(button("Replay and compare"));
  });

  it("names the model that a run began at, and says so where it is not open", async () => {
    const begun = {...receipt, begunFrom: {name: "<b>gpt2", sha256: "ab".repeat(32)}};
    const {node, experiments, button} = show(begun);
    expect(node.textContent).toContain("began at the model “<b>gpt2” (SHA-256 of its weights abababababab…)");
    button("Replay and compare").click();
    await vi.waitFor(() =>
      expect(node.querySelector("[role=alert]")!.textContent).toContain("that one is not at hand")
    );
    expect(experiments.run).not.toHaveBeenCalled();
  });

  it("names float32 as the cause where a run in mixed precision comes out otherwise", async () => {
    const {experiments, verdict, begin} = show({...receipt, adapter: "webgpu (some gpu)"});
    await begin();
    const others = whole.map((report) =>
      report.type === "step" ? {...report, loss: report.loss + 0.1} : report
    );
    experiments.tell(started, ...others, {
      type: "ended",
      step: 3,
      isComplete: true,
      unmixed: "It takes halves."
    });
    await vi.waitFor(() =>
      expect(verdict.textContent).toMatch(
        /^✗ Different curves: .* The cause is the precision: .* float32 by WebAssembly\. It takes halves\./
      )
    );
  });

  it("compares what there is when it is stopped", async () => {
    const {experiments, verdict, begin, button} = show();
    await begin();
    experiments.tell(started, evaluated(0, 2.1), step(1, 2.05));
    button("Stop the replay").click();
    expect(experiments.stop).toHaveBeenCalledOnce();
    experiments.tell({type: "ended", step: 1, isComplete: false});
    await vi.waitFor(() =>
      expect(verdict.textContent).toMatch(/^✓ Stopped at step 1 of 3; up to there: The same/)
    );
  });

  it("does not wait for a worker that does not stop", async () => {
    const {node, experiments, begin, button} = show();
    await begin();
    experiments.tell(started, step(1, 2.05));
    button("Stop the replay").click();
    button("Stop the replay").click();
    await vi.waitFor(() =>
      expect(node.querySelector("[role=alert]")!.textContent).toContain("ended before it had come to rest")
    );
    expect(experiments.dispose).toHaveBeenCalledOnce();
    expect(button("Replay and compare").disabled).toBe(false);
  });

  it("says why a replay cannot be, and can be tried again", async () => {
    const {node, experiments, verdict, begin, button} = show();
    await begin();
    experiments.tell({type: "failed", message: "Needed is <b>another</b> text."});
    await vi.waitFor(() =>
      expect(node.querySelector("[role=alert]")!.textContent).toContain("Needed is <b>another</b> text.")
    );
    expect(verdict.textContent).toBe("");
    expect(button("Replay and compare").disabled).toBe(false);
    node.dispose();
    expect(experiments.dispose).toHaveBeenCalled();
  });

  it("shows a receipt whose curve is empty", () => {
    const {node} = show({...receipt, steps: 0, curve: []});
    expect(node.querySelector("svg")!.getAttribute("aria-label")).toContain("The receipt: no step yet");
    expect(node.innerHTML).not.toContain("NaN");
  });
});

describe("replayChartData", () => {
  it("averages long curves over the same steps, so that equal ones lie on one another", () => {
    const long = Array.from({length: 1000}, (_, i) => ({
      step: i + 1,
      trainLoss: Math.sin(i),
      validationLoss: null
    }));
    const {lines, x} = replayChartData(long, long.slice(0, 500), 1000);
    expect(x).toMatchObject({min: 0, max: 1000});
    const [first, , second] = lines;
    expect(first!.points.length).toBeLessThanOrEqual(301);
    // But for the last, which is not full yet.
    expect(second!.points.slice(0, -1)).toEqual(first!.points.slice(0, second!.points.length - 1));
  });

  it("tabulates a dozen validation losses, the last among them, with their difference", () => {
    const measured = Array.from({length: 100}, (_, i) => ({step: i, trainLoss: null, validationLoss: 2}));
    const replayed = measured.map((point) => ({...point, validationLoss: point.step < 50 ? 2 : 2 - 1e-7}));
    const {rows} = replayTableData(measured, replayed);
    expect(rows.length).toBeLessThanOrEqual(12);
    expect(rows[0]).toEqual(["0", "2.000000", "2.000000", "0"]);
    expect(rows.at(-1)).toEqual(["99", "2.000000", "2.000000", "−1.0e−7"]);
  });
});

describe("replaySource", () => {
  const texts = {
    site: {meta, metaUrl: "/meta", trainUrl: "/train", valUrl: "/val"},
    book: {
      name: "Moby-Dick",
      metaUrl: "/book/meta",
      trainUrl: "/book/train",
      valUrl: "/book/val",
      removedUrl: "/removed"
    }
  };
  const book = {...meta, sha256: "b".repeat(64)};
  const nothing = {
    kind: {kind: "site"},
    own: null,
    value: {...source, tokenizer: {kind: "character"}}
  } as const;
  const needed = (sha256: string) => ({...receipt.text, sha256});

  it("finds the site's texts by their hash, and the reader's own where it is none of them", async () => {
    vi.stubGlobal("fetch", async () => Response.json(book));
    expect(await replaySource(needed(meta.sha256), texts, nothing)).toMatchObject({metaUrl: "/meta"});
    expect(await replaySource(needed(book.sha256), texts, nothing)).toMatchObject({metaUrl: "/book/meta"});
    const own = {...nothing, kind: {kind: "own"} as const, own: new Blob(["abc"])};
    expect(await replaySource(needed("c".repeat(64)), texts, own)).toMatchObject({text: "abc"});
    await expect(replaySource(needed("c".repeat(64)), texts, nothing)).rejects.toThrow(
      /no text of yours is chosen\. Needed is “<b>words<\/b>”, 4,\d\d\d bytes, whose SHA-256 begins with c{12}\. Choose it/
    );
  });

  it("does without a book that cannot be fetched", async () => {
    vi.stubGlobal("fetch", async () => new Response("gone", {status: 404}));
    await expect(replaySource(needed(book.sha256), texts, nothing)).rejects.toThrow(/Needed is/);
  });
});
