// @vitest-environment jsdom
import {expect, it, vi} from "vitest";
import {type Journey, journeyNames, journeyOf} from "../../../src/components/chapters/home/journey.js";
import {journeyFigure} from "../../../src/components/chapters/home/journeyFigure.js";
import {keyPress} from "../../../src/components/chapters/home/keyPress.js";
import {recordedFigure} from "../../../src/components/chapters/home/recordedFigure.js";
import type {RecordedRun} from "../../../src/components/chapters/home/recordedRun.js";
import {writeRecording} from "../../../src/components/exchange/recording.js";
import type {Inspector} from "../../../src/components/inspection/inspector.js";
import {modelConfig} from "../../../src/components/model/config.js";
import {initialise} from "../../../src/components/model/initialise.js";
import {createRandom} from "../../../src/components/random.js";
import {characterTokenizer} from "../../../src/components/text/characterTokenizer.js";
import {presets} from "../../../src/components/training/presets.js";

vi.stubGlobal(
  "ResizeObserver",
  class {
    observe() {}
    disconnect() {}
  }
);

const config = modelConfig({nLayer: 2, nHead: 2, nEmbd: 8, nInner: 16, blockSize: 12, vocabSize: 4});
const tokenizer = characterTokenizer(["\n", " ", "a", "b"]);

/** An inspector without a model: every intermediate has its shape and numbers that depend on the ids alone. */
async function inspector(): Promise<Inspector> {
  return {
    config,
    async inspect(ids, {names}) {
      const T = ids.length;
      const shapes = (name: string) =>
        name === "logits" ? [1, T, 4] : name.endsWith("weights") ? [1, 2, T, T] : [1, T, 8];
      return Object.fromEntries(
        names.map((name) => {
          const shape = shapes(name);
          const size = shape.reduce((a, b) => a * b, 1);
          const data = Float32Array.from({length: size}, (_, i) => ((i * 7 + ids[T - 1]! * 3) % 11) / 11);
          return [name, {shape, data}];
        })
      );
    },
    sensitivity: () => Promise.reject(new Error("Nobody asks for gradients here.")),
    dispose() {}
  };
}

async function journey(): Promise<Journey> {
  const inside = await inspector();
  const ids = [0, 2, 3, 2];
  return journeyOf(config, tokenizer, ids, await inside.inspect(ids, {names: journeyNames(config)}));
}

it("the figure tells each step in words and numbers", async () => {
  const data = await journey();
  const node = journeyFigure({journey: data, unit: "character"});
  const titles = [...node.querySelectorAll(".journey-title")].map((title) => title.textContent);
  expect(titles).toEqual(["The character", "A number", "A vector", "Layer 1", "Layer 2", "What comes next"]);
  expect(node.querySelector("svg")!.getAttribute("aria-label")).toMatch(/^A vector: 8 numbers from −?\d/);
  expect(node.querySelector("[aria-live]")!.textContent).toMatch(/^After ‘a’ the model expects/);
  expect(node.textContent).toContain(
    "The model knows 4 characters. This is number 2 of them, counted from 0."
  );
  expect(node.textContent).toContain(
    "Row 2 of a learned table, plus a vector for place 4 of the line: 8 numbers."
  );
  // The line is shaded where a layer looked, and the list says so in words.
  const [seen] = data.looks;
  const shaded = [...node.querySelectorAll(".journey-seen")[0]!.querySelectorAll("[data-step]")];
  expect(shaded).toHaveLength(seen!.length);
  const words = [...node.querySelectorAll(".journey-looks")[0]!.children].map((item) => item.textContent);
  expect(words).toEqual(
    seen!.map(({key, weight, head}) =>
      expect.stringMatching(
        new RegExp(
          `${key === 3 ? "itself" : `at place ${key + 1}`}: ${(100 * weight).toFixed(1)}% of head ${head + 1}’s$`
        )
      )
    )
  );
});

it("says nothing of places where no vector for them is added", async () => {
  const data = {...(await journey()), addsPosition: false};
  expect(journeyFigure({journey: data, unit: "token"}).textContent).toContain(
    "Row 2 of a learned table: 8 numbers."
  );
});

it("computes at every key, names what the model does not know, and goes back", async () => {
  const opening = await journey();
  const opened: string[] = [];
  const node = keyPress({
    journey: opening,
    unit: "character",
    model: "model.onnx",
    tokenizer: "tokenizer.json",
    open: async (url) => {
      opened.push(url);
      return inspector();
    },
    fetchJson: async () => tokenizer.toJSON()
  });
  document.body.append(node);
  const line = node.querySelector("input")!;
  const status = node.querySelector("[role=status]")!;
  expect(line.value).toBe("aba");
  expect(opened).toEqual([]);
  const type = (text: string) => {
    line.value = text;
    line.dispatchEvent(new Event("input"));
  };
  type("ab");
  await vi.waitFor(() => expect(node.querySelector("[aria-live]")!.textContent).toMatch(/^After ‘b’/));
  expect(status.textContent).toContain("Computed here");
  type("abx a");
  await vi.waitFor(() => expect(status.textContent).toBe("The model does not know ‘x’: left out."));
  expect(opened).toEqual(["model.onnx"]);
  type("");
  await vi.waitFor(() => expect(status.textContent).toMatch(/^Nothing is written/));
  node.querySelector("button")!.click();
  expect(node.querySelector("[aria-live]")!.textContent).toMatch(/^After ‘a’/);
  expect(status.textContent).toContain("when the site was built");
  node.dispose();
});

it("says when the model cannot be had, and tries again at the next key", async () => {
  let attempts = 0;
  const node = keyPress({
    journey: await journey(),
    unit: "character",
    model: "model.onnx",
    tokenizer: "tokenizer.json",
    open: async () => {
      attempts += 1;
      throw new Error("model.onnx could not be loaded.");
    },
    fetchJson: async () => tokenizer.toJSON()
  });
  const line = node.querySelector("input")!;
  line.dispatchEvent(new Event("input"));
  await vi.waitFor(() =>
    expect(node.querySelector("[role=alert]")!.textContent).toContain("could not be loaded")
  );
  line.dispatchEvent(new Event("input"));
  await vi.waitFor(() => expect(attempts).toBe(2));
});

const recorded: RecordedRun = {
  run: {
    version: 3,
    seed: 1,
    config,
    trainConfig: {...presets.toy.train, steps: 10},
    corpus: {name: "test words", source: "test", license: "none", sha256: "0".repeat(64), floor: null},
    adapter: "wasm",
    steps: 10,
    seconds: 45,
    validationLoss: 1,
    history: [
      {step: 1, trainLoss: 1.3, validationLoss: null},
      {step: 10, trainLoss: 1, validationLoss: 1}
    ]
  },
  checkpoints: [
    {step: 0, roundedLoss: 1.386, sample: "noise"},
    {step: 10, roundedLoss: 1.01, sample: "words"}
  ]
};

it("shows what each checkpoint wrote, and lets one write on", async () => {
  const bytes = writeRecording(config, [
    initialise(config, createRandom(1)),
    initialise(config, createRandom(2))
  ]);
  const opened: unknown[] = [];
  const node = recordedFigure({
    recorded,
    checkpoints: "recording.bin",
    tokenizer,
    fetchFile: async () => bytes,
    open: async (model) => {
      opened.push(model);
      return inspector();
    }
  });
  document.body.append(node);
  expect(node.textContent).toContain("What it wrote after 10 steps, at a validation loss of 1.01");
  expect(node.textContent).toContain(
    "Recorded: 10 steps on the text “test words”, seed 1, computed on a processor alone (WebAssembly) in 45 s."
  );
  const slider = node.querySelector("input[type=range]") as HTMLInputElement;
  slider.value = "0";
  slider.dispatchEvent(new Event("input", {bubbles: true}));
  expect(node.querySelector("pre")!.textContent).toBe("noise");

  const prompt = node.querySelector("input[type=text]") as HTMLInputElement;
  prompt.value = "xyz";
  node.querySelector("button")!.click();
  await vi.waitFor(() => expect(node.textContent).toContain("There is nothing to go on from"));
  prompt.value = "axb";
  node.querySelector("button")!.click();
  await vi.waitFor(() => expect(node.textContent).toContain("by the checkpoint after 0 steps"), {
    timeout: 20_000
  });
  expect(node.querySelector("pre")!.textContent!.length).toBe(202);
  expect(opened.length).toBe(1);
  expect(node.querySelector("[role=status]")!.textContent).toContain(
    "The model does not know ‘x’: left out."
  );
  // A text that grows must not be read out at every character.
  expect(node.querySelector("pre")!.closest("[aria-live], [role=status]")).toBeNull();
  node.show(1);
  expect(node.querySelector("pre")!.textContent).toBe("words");
  node.show(0);
  [...node.querySelectorAll("button")].find(({textContent}) => textContent === "Reset")!.click();
  expect(node.querySelector("pre")!.textContent).toBe("words");
  expect(prompt.value).toBe("Once there was a ");
  node.dispose();
});

it("leaves what was being written when another checkpoint is chosen", async () => {
  const bytes = writeRecording(config, [
    initialise(config, createRandom(1)),
    initialise(config, createRandom(2))
  ]);
  const node = recordedFigure({
    recorded,
    checkpoints: "recording.bin",
    tokenizer,
    fetchFile: async () => bytes,
    open: async () => inspector()
  });
  document.body.append(node);
  const [write, stop] = [...node.querySelectorAll("button")] as [HTMLButtonElement, HTMLButtonElement];
  (node.querySelector("input[type=text]") as HTMLInputElement).value = "ab";
  write.click();
  await vi.waitFor(() => expect(node.querySelector("pre")!.textContent!.length).toBeGreaterThan(10));
  node.show(0);
  await vi.waitFor(() => expect([write.disabled, stop.disabled]).toEqual([false, true]));
  expect(node.querySelector("pre")!.textContent).toBe("noise");
  expect(node.querySelector("[role=status]")!.textContent).toMatch(/^Recorded/);
  node.dispose();
});
