// @vitest-environment jsdom
import {describe, expect, it} from "vitest";
import {checkModelConfig} from "../../src/components/model/config.js";
import {recipeNames, recipes} from "../../src/components/model/recipes.js";
import {reasonFor} from "../../src/components/training/defaultReasons.js";
import {optimiserDefaults, withOptimiser} from "../../src/components/training/optimiserDefaults.js";
import {presets} from "../../src/components/training/presets.js";
import {settingsForm, type Vocabulary} from "../../src/components/workbench/settingsForm.js";

const vocabulary: Vocabulary = {size: 65, unit: "character", isGuess: false};

function type(form: HTMLElement, name: string, value: string): void {
  const input = form.querySelector<HTMLInputElement>(`input[name=${name}]`)!;
  input.value = value;
  input.dispatchEvent(new Event("input", {bubbles: true}));
}

function choose(form: HTMLElement, name: string, value: string): void {
  const select = form.querySelector<HTMLSelectElement>(`select[name=${name}]`)!;
  select.value = value;
  select.dispatchEvent(new Event("input", {bubbles: true}));
}

describe("settingsForm", () => {
  it("reads back a preset unchanged", () => {
    const {model, train, backend} = settingsForm(vocabulary).read();
    expect({model, train}).toEqual({model: presets.toy.model, train: presets.toy.train});
    expect(backend).toBe("auto");
  });

  it("offers WebGPU with TensorFlow.js’s own operations, to compare", () => {
    const form = settingsForm(vocabulary);
    const option = form.querySelector<HTMLOptionElement>("option[value=webgpu-stock]")!;
    expect(option.textContent).toBe("WebGPU, TensorFlow.js’s own operations");
    option.selected = true;
    expect(form.read().backend).toBe("webgpu-stock");
  });

  it("follows the preset chosen", () => {
    const form = settingsForm(vocabulary);
    const select = form.querySelector("select")!;
    select.value = "nanogpt-cpu";
    select.dispatchEvent(new Event("change"));
    expect(form.read().model).toEqual(presets["nanogpt-cpu"].model);
    expect(form.textContent).toContain(presets["nanogpt-cpu"].purpose);
  });

  it("gives the reason for every value of a preset, beside what the reader has put in its place", () => {
    const form = settingsForm(vocabulary);
    const details = form.querySelector<HTMLDetailsElement>(".preset-table")!;
    const rows = () =>
      [...details.querySelectorAll("tbody tr")].map((row) =>
        [...row.children].map((cell) => cell.textContent)
      );
    expect(rows()).toEqual([]);
    details.open = true;
    details.dispatchEvent(new Event("toggle"));
    const visible = [...form.querySelectorAll<HTMLElement>(".settings-group .field")].filter(
      ({hidden}) => !hidden
    );
    expect(rows()).toHaveLength(visible.length);
    expect(rows().every(([, , own, why]) => own === "" && why !== "")).toBe(true);
    type(form, "nEmbd", "32");
    const row = rows().find(([name]) => name!.includes("(nEmbd)"))!;
    expect(row.slice(1, 3)).toEqual(["64", "32"]);
    choose(form, "optimiser", "muon");
    expect(
      rows()
        .find(([name]) => name!.includes("(optimiser)"))!
        .slice(1, 3)
    ).toEqual(["AdamW", "Muon"]);
    const preset = form.querySelector("select")!;
    preset.value = "baby";
    preset.dispatchEvent(new Event("change"));
    expect(details.querySelector("caption")!.textContent).toBe("The preset “baby”");
    expect(rows().find(([name]) => name!.includes("(nEmbd)"))![3]).toBe(reasonFor("baby", "nEmbd"));
  });

  it("keeps the feed-forward width, the least learning rate and a short run's warm-up in proportion", () => {
    const form = settingsForm(vocabulary);
    type(form, "nEmbd", "32");
    type(form, "learningRate", "0.001");
    type(form, "steps", "50");
    const {model, train} = form.read();
    expect(model.nInner).toBe(128);
    expect(train.minLearningRate).toBeCloseTo(0.0001, 10);
    expect(train.warmupSteps).toBe(5);
  });

  it("lets warm-up and least rate follow until they are set by hand", () => {
    const form = settingsForm(vocabulary);
    type(form, "minLearningRate", "0.0007");
    type(form, "warmupSteps", "20");
    type(form, "learningRate", "0.002");
    type(form, "steps", "50");
    expect(form.read().train).toMatchObject({minLearningRate: 0.0007, warmupSteps: 20, learningRate: 0.002});
    type(form, "minLearningRate", "0.01");
    expect(() => form.read()).toThrow("minLearningRate is 0.01; it must be at most learningRate, 0.002.");
  });

  it("takes what suits an optimiser when it is chosen, and says why", () => {
    const form = settingsForm(vocabulary);
    for (const optimiser of ["sgd", "momentum", "muon", "adam", "adamW"] as const) {
      choose(form, "optimiser", optimiser);
      expect(form.read().train).toEqual(withOptimiser(presets.toy.train, optimiser));
      expect(form.textContent).toContain(optimiserDefaults[optimiser].reason);
    }
    expect(form.read().train).toEqual(presets.toy.train);
  });

  it("does not let a least rate that no schedule reads stand in the way", () => {
    const form = settingsForm(vocabulary);
    choose(form, "schedule", "constant");
    type(form, "learningRate", "0.00001");
    expect(form.read().train).toMatchObject({schedule: "constant", learningRate: 1e-5});
  });

  it("fills fields in as the reader would", () => {
    const form = settingsForm(vocabulary);
    form.fill({learningRate: 0.02, steps: 100});
    expect(form.read().train).toMatchObject({
      learningRate: 0.02,
      minLearningRate: 0.002,
      steps: 100,
      warmupSteps: 10
    });
  });

  it("draws the learning rate before the run starts, as the fields change", () => {
    const form = settingsForm(vocabulary);
    const drawn = () => form.querySelector(".schedule path")!.getAttribute("d");
    const said = () => form.querySelector(".schedule .figure-reading")!.textContent!;
    const before = drawn();
    expect(said()).toContain("over 100 steps of warm-up, then falls along half a cosine to 0.0003");
    choose(form, "schedule", "linear");
    expect(drawn()).not.toBe(before);
    expect(said()).toContain("falls along a straight line");
    type(form, "learningRate", "");
    expect(form.querySelector<HTMLElement>(".schedule")!.hidden).toBe(true);
  });

  it("says how often the text is read, which parameters decay, and which go by Muon", () => {
    const form = settingsForm({...vocabulary, trainTokens: 900_000});
    expect(form.textContent).toContain(
      "1,000 steps = 1.71 passes (epochs) over a training text of 900,000 characters."
    );
    expect(form.textContent).toMatch(/Weight decay 0\.1 shrinks 22 matrices and tables \([\d,]+ numbers\)/);
    choose(form, "optimiser", "muon");
    expect(form.textContent).toMatch(
      /Muon moves 20 matrices between layers \(245,760 numbers\); AdamW moves/
    );
    form.setVocabulary(vocabulary);
    expect(form.textContent).toContain("1,000 steps read 1,536,000 characters.");
  });

  it("explains what overfitting one batch proves while it is on", () => {
    const form = settingsForm(vocabulary);
    const explanation = form.querySelector<HTMLElement>(".overfitting")!;
    expect(explanation.hidden).toBe(true);
    form.fill({overfitOneBatch: true});
    expect(explanation.hidden).toBe(false);
    expect(form.textContent).toContain("1,000 passes over one batch of 1,536 characters.");
    expect(form.read().train.overfitOneBatch).toBe(true);
  });

  it.each([
    ["nEmbd", "63", /nEmbd is 63, which nHead 4 does not divide/],
    ["steps", "", /steps is NaN/],
    ["blockSize", "1e9", /blockSize is 1000000000; it must be a whole number from 1 to 8192/],
    ["learningRate", "-1", /learningRate is -1/]
  ])("refuses %s = “%s” and says so beside the fields", (name, value, message) => {
    const form = settingsForm(vocabulary);
    type(form, name, value);
    expect(() => form.read()).toThrow(message);
    expect(form.querySelector("[aria-live]")!.textContent).toMatch(message);
  });

  it("counts the parameters as the reader types", () => {
    const form = settingsForm(vocabulary);
    expect(form.querySelector("[aria-live]")!.textContent).toContain("262,400 parameters");
    type(form, "nLayer", "1");
    expect(form.querySelector("[aria-live]")!.textContent).toMatch(/^\d\d,\d{3} parameters/);
  });

  it("tells memory, tokens and operations of a step, for the vocabulary chosen", () => {
    const form = settingsForm(vocabulary);
    const said = () => form.querySelector("[aria-live]")!.textContent!;
    expect(said()).toMatch(
      /with a vocabulary of 65 characters\. Training holds at least [\d.]+ MB; each step reads 1,536 characters and computes [\d.]+ GFLOP\./
    );
    form.setVocabulary({size: 512, unit: "token", isGuess: true});
    expect(said()).toContain("a vocabulary of 512 tokens, as this site’s text has; yours may differ");
    expect(said()).toContain("each step reads 1,536 tokens");
  });
});

it("counts a token for padding where rows hold documents", () => {
  const form = settingsForm(vocabulary);
  const said = () => form.querySelector(":scope > [aria-live]")!.textContent!;
  const parameters = () => Number(said().split(" ")[0]!.replaceAll(",", ""));
  const before = parameters();
  const batching = form.querySelector<HTMLSelectElement>("select[name=batching]")!;
  batching.value = "documents";
  batching.dispatchEvent(new Event("input", {bubbles: true}));
  expect(said()).toContain("a vocabulary of 65 characters and one token for padding.");
  expect(parameters() - before).toBe(presets.toy.model.nEmbd);
});

describe("the recipes and single choices", () => {
  const recipe = (form: HTMLElement) => form.querySelectorAll("select")[1]!;
  function choose(form: HTMLElement, name: string): void {
    recipe(form).value = name;
    recipe(form).dispatchEvent(new Event("change"));
  }
  function pick(form: HTMLElement, name: string, value: string | boolean): void {
    const control = form.querySelector<HTMLInputElement>(`[name=${name}]`)!;
    if (typeof value === "boolean") control.checked = value;
    else control.value = value;
    control.dispatchEvent(new Event("input", {bubbles: true}));
  }
  const shown = (form: HTMLElement) =>
    [...form.querySelectorAll<HTMLElement>(".settings-group .field")]
      .filter((field) => !field.hidden && !field.closest("fieldset")!.hidden)
      .map((field) => field.querySelector("[name]")!.getAttribute("name")!);

  it.each(recipeNames)("%s gives its choices, at the preset's size", (name) => {
    const form = settingsForm(vocabulary);
    choose(form, name);
    const {model} = form.read();
    expect(model).toMatchObject(recipes[name].choices);
    expect(model.nEmbd).toBe(64);
    expect(form.textContent).toContain(recipes[name].about);
    expect(recipe(form).value).toBe(name);
    expect(() => checkModelConfig({...model, vocabSize: 65})).not.toThrow();
  });

  it("makes Llama's feed-forward layer 8/3 as wide, also when the width changes", () => {
    const form = settingsForm(vocabulary);
    choose(form, "llama");
    expect(form.read().model.nInner).toBe(168);
    type(form, "nEmbd", "96");
    expect(form.read().model.nInner).toBe(256);
    type(form, "nInner", "100");
    expect(form.read().model.nInner).toBe(100);
  });

  it("names a mix of the reader's own, and goes back to GPT-2's choices at a press", () => {
    const form = settingsForm(vocabulary);
    pick(form, "position", "rope");
    pick(form, "causal", false);
    pick(form, "residualDropout", "0.2");
    expect(form.read().model).toMatchObject({position: "rope", causal: false, norm: "layerNorm"});
    expect(form.read().train.residualDropout).toBe(0.2);
    expect(recipe(form).value).toBe("custom");
    expect(form.querySelector("[aria-live]")!.textContent).toContain("(GPT-2, RoPE, no causal mask)");
    form.querySelector("button")!.click();
    const {model, train} = form.read();
    expect({model, train}).toEqual({model: presets.toy.model, train: presets.toy.train});
    expect(recipe(form).value).toBe("gpt2");
  });

  it("keeps a recipe when the preset changes", () => {
    const form = settingsForm(vocabulary);
    choose(form, "llama");
    const preset = form.querySelector("select")!;
    preset.value = "nanogpt-cpu";
    preset.dispatchEvent(new Event("change"));
    expect(form.read().model).toMatchObject({position: "rope", nEmbd: 128, nInner: 344});
  });

  it("gives queries their own keys until told otherwise", () => {
    const form = settingsForm(vocabulary);
    type(form, "nHead", "8");
    expect(form.read().model).toMatchObject({nHead: 8, nKvHead: 8});
    type(form, "nKvHead", "2");
    type(form, "nHead", "4");
    expect(form.read().model).toMatchObject({nHead: 4, nKvHead: 2});
    expect(recipe(form).value).toBe("custom");
    type(form, "nKvHead", "3");
    expect(() => form.read()).toThrow(/nHead is 4, which nKvHead 3 does not divide/);
  });

  it("shows only what the chosen model reads", () => {
    const form = settingsForm(vocabulary);
    expect(shown(form)).toContain("nKvHead");
    expect(shown(form)).not.toContain("windowSize");
    choose(form, "mlp");
    expect(shown(form)).toEqual(
      "architecture activation bias nEmbd nInner blockSize windowSize batchSize accumulationSteps steps optimiser learningRate schedule warmupSteps minLearningRate weightDecay clipNorm batching evalInterval patience checkpointInterval seed overfitOneBatch precision beta1 beta2 epsilon evalBatches embeddingDropout labelSmoothing".split(
        " "
      )
    );
    choose(form, "bigram");
    expect(shown(form)).toEqual(
      "architecture blockSize smoothing batchSize steps batching evalInterval patience checkpointInterval seed overfitOneBatch evalBatches".split(
        " "
      )
    );
    choose(form, "gpt2");
    pick(form, "norm", "none");
    expect(shown(form)).not.toContain("normPlacement");
  });

  it("does not let a hidden value stand in the way", () => {
    const form = settingsForm(vocabulary);
    type(form, "nHead", "5");
    expect(() => form.read()).toThrow(/nHead 5 does not divide/);
    type(form, "embeddingDropout", "nonsense");
    choose(form, "neuralBigram");
    type(form, "nEmbd", "31");
    expect(form.read().model).toMatchObject({architecture: "neuralBigram", nEmbd: 31, nHead: 1});
    expect(form.read().train.embeddingDropout).toBe(0);
    choose(form, "bigram");
    type(form, "smoothing", "0");
    expect(() => form.read()).toThrow(/smoothing is 0; it must be more than 0/);
  });

  it("labels and explains every control", () => {
    const form = settingsForm(vocabulary);
    for (const control of form.querySelectorAll(".settings-group [name]")) {
      expect(form.querySelector(`label[for="${control.id}"]`)!.textContent).toContain(
        `(${control.getAttribute("name")})`
      );
      const about = form.querySelector(`#${control.getAttribute("aria-describedby")}`)!;
      expect(about.textContent!.length).toBeGreaterThan(10);
    }
  });
});

describe("settings that are taken whole", () => {
  it("read back as they were, for every recipe and optimiser", () => {
    const form = settingsForm(vocabulary);
    for (const preset of ["toy", "baby"] as const)
      for (const name of preset === "toy" ? recipeNames : (["llama"] as const))
        for (const optimiser of name === "llama" ? (["sgd", "muon"] as const) : (["adamW"] as const)) {
          const {model, train} = presets[preset];
          const {choices, innerWidth} = recipes[name];
          type(form, "nEmbd", "8"); // whatever was there before
          const settings = {
            preset,
            model: {...model, ...choices, nInner: innerWidth(model.nEmbd)},
            train: {...withOptimiser(train, optimiser), seed: 3, warmupSteps: 7},
            backend: "wasm" as const
          };
          form.take(settings);
          const read = form.read();
          form.take({...read, preset});
          expect(form.read()).toEqual(read);
          expect(form.preset()).toBe(preset);
          expect(read.backend).toBe("wasm");
          if (choices.architecture !== "transformer") continue;
          expect(read.model).toEqual(settings.model);
          // What the optimiser does not read is as in the preset.
          expect(read.train).toMatchObject({
            optimiser,
            seed: 3,
            warmupSteps: 7,
            learningRate: settings.train.learningRate
          });
        }
  });
});
