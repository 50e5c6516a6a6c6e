// @vitest-environment jsdom
import {expect, it, vi} from "vitest";
import {anatomyFigure} from "../../../src/components/chapters/model/anatomyFigure.js";
import {cheatingFigure} from "../../../src/components/chapters/model/cheatingFigure.js";
import {cheatingTraining} from "../../../src/components/chapters/model/cheatingRuns.js";
import {modelControls} from "../../../src/components/chapters/model/modelControls.js";
import type {Experiments} from "../../../src/components/experiment/client.js";
import {modelConfig} from "../../../src/components/model/config.js";
import {parameterCount} from "../../../src/components/model/parameters.js";
import {formatCount} from "../../../src/components/views/format.js";

vi.stubGlobal(
  "ResizeObserver",
  class {
    observe() {}
    disconnect() {}
  }
);

const config = modelConfig({nLayer: 4, nHead: 4, nEmbd: 96, nInner: 384, blockSize: 256, vocabSize: 60});

it("shows every part with its shape, and the sums", () => {
  const node = anatomyFigure({config, batchSize: 2, tokens: 10});
  expect(node.textContent).toContain(formatCount(parameterCount(config)));
  expect(node.textContent).toContain("[B, H, T, T] = [2, 4, 10, 10]");
  expect(node.querySelector(".anatomy-times")!.textContent).toBe("The block, 4 times over");
  node.update({config: {...config, nLayer: 1, tiedHead: false}, batchSize: 1, tokens: 10});
  expect(node.querySelector(".anatomy-times")!.textContent).toBe("The block, once");
  expect(node.textContent).toContain("a table of its own");
});

it("keeps a known shape exact until something is changed, and leads back to it", () => {
  const controls = modelControls(config, "ours");
  document.body.append(controls);
  let changes = 0;
  controls.addEventListener("input", () => changes++);
  expect(controls.value).toEqual({config, batchSize: 1, tokens: 256});

  const [shape] = controls.querySelectorAll("select");
  shape!.value = "4";
  shape!.dispatchEvent(new Event("input", {bubbles: true}));
  expect(controls.value.config.nInner).toBe(11008);
  expect(changes).toBe(1);

  const tied = [...controls.querySelectorAll("label")].find((label) => label.textContent!.includes("tied"))!;
  const box = tied.querySelector("input")!;
  box.checked = true;
  box.dispatchEvent(new Event("input", {bubbles: true}));
  expect(controls.value.config).toMatchObject({tiedHead: true, nLayer: 32, nEmbd: 4096, position: "rope"});
  expect(changes).toBe(2);

  const heads = [...controls.querySelectorAll("label")].find((label) =>
    label.textContent!.startsWith("Heads, H")
  )!;
  const slider = document.getElementById(heads.htmlFor) as HTMLInputElement;
  slider.value = "6";
  slider.dispatchEvent(new Event("input", {bubbles: true}));
  expect(controls.value.config).toMatchObject({nHead: 6, nKvHead: 6, nEmbd: 6 * 128});

  [...controls.querySelectorAll("button")].at(-1)!.click();
  expect(controls.value.config).toMatchObject({nInner: 11008, tiedHead: false, nHead: 32});
});

it("opens with recorded runs, trains both in turn, and goes back", async () => {
  const recorded = [
    {name: "with the mask", losses: [{step: 240, loss: 2.1}], sample: "recorded words"},
    {name: "without the mask", losses: [{step: 240, loss: 0.2}], sample: "recorded noise"}
  ];
  const asked: boolean[] = [];
  const experiments: Pick<Experiments, "run" | "stop" | "dispose"> = {
    run({model}, report) {
      asked.push(model.causal);
      for (let step = 1; step <= cheatingTraining.steps; step++)
        report({id: 1, type: "step", step, loss: model.causal ? 3 : 1, gradientNorm: 1});
      report({id: 1, type: "sample", step: cheatingTraining.steps, text: "<b>fresh</b>"});
      report({id: 1, type: "ended", step: cheatingTraining.steps, isComplete: true});
    },
    stop() {},
    dispose() {}
  };
  const node = cheatingFigure({
    recorded,
    corpus: {kind: "built", metaUrl: "", trainUrl: "", valUrl: ""},
    vocabSize: 60,
    experiments
  });
  expect(node.textContent).toContain("recorded words");
  expect(node.textContent).toContain("training loss 0.20 nats at step 240");
  const [start, , reset] = node.querySelectorAll("button");
  start!.click();
  await vi.waitFor(() => expect(start!.disabled).toBe(false));
  expect(asked).toEqual([true, false]);
  expect(node.textContent).toContain("training loss 1.00 nats at step 240");
  expect(node.querySelector("b")).toBe(null);
  expect(node.textContent).toContain("<b>fresh</b>");
  reset!.click();
  expect(node.textContent).toContain("recorded noise");
});

it("says what went wrong", async () => {
  const node = cheatingFigure({
    recorded: [],
    corpus: {kind: "built", metaUrl: "", trainUrl: "", valUrl: ""},
    vocabSize: 60,
    experiments: {
      run: (_, report) => report({id: 1, type: "failed", message: "The site's corpus could not be fetched."}),
      stop() {},
      dispose() {}
    }
  });
  node.querySelector("button")!.click();
  await vi.waitFor(() =>
    expect(node.querySelector("[role=alert]")!.textContent).toContain("could not be fetched")
  );
});
