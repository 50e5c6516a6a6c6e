// @vitest-environment jsdom
import {describe, expect, it} from "vitest";
import {presets} from "../../src/components/training/presets.js";
import {settingsForm} from "../../src/components/workbench/settingsForm.js";

function type(form: HTMLElement, name: string, value: string): void {
  const input = form.querySelector<HTMLInputElement>(`input[name=${name}]`)!;
  input.value = value;
  input.dispatchEvent(new Event("input", {bubbles: true}));
}

describe("settingsForm", () => {
  it("reads back a preset unchanged", () => {
    const {model, train, backend} = settingsForm(65).read();
    expect({model, train}).toEqual({model: presets.toy.model, train: presets.toy.train});
    expect(backend).toBe("auto");
  });

  it("follows the preset chosen", () => {
    const form = settingsForm(65);
    const select = form.querySelector("select")!;
    select.value = "nanogpt-cpu";
    select.dispatchEvent(new Event("change"));
    expect(form.read().model).toEqual(presets["nanogpt-cpu"].model);
    expect(form.textContent).toContain(presets["nanogpt-cpu"].purpose);
  });

  it("keeps the feed-forward width, the least learning rate and a short run's warm-up in proportion", () => {
    const form = settingsForm(65);
    type(form, "nEmbd", "32");
    type(form, "learningRate", "0.001");
    type(form, "steps", "50");
    const {model, train} = form.read();
    expect(model.nInner).toBe(128);
    expect(train.minLearningRate).toBeCloseTo(0.0001, 10);
    expect(train.warmupSteps).toBe(5);
  });

  it.each([
    ["nEmbd", "63", /nEmbd is 63, which nHead 4 does not divide/],
    ["steps", "", /steps is NaN/],
    ["blockSize", "1e9", /blockSize is 1000000000; it must be a whole number from 1 to 8192/],
    ["learningRate", "-1", /learningRate is -1/]
  ])("refuses %s = “%s” and says so beside the fields", (name, value, message) => {
    const form = settingsForm(65);
    type(form, name, value);
    expect(() => form.read()).toThrow(message);
    expect(form.querySelector("[aria-live]")!.textContent).toMatch(message);
  });

  it("counts the parameters as the reader types", () => {
    const form = settingsForm(65);
    expect(form.querySelector("[aria-live]")!.textContent).toContain("262,400 parameters");
    type(form, "nLayer", "1");
    expect(form.querySelector("[aria-live]")!.textContent).toMatch(/^\d\d,\d{3} parameters/);
  });
});
