// @vitest-environment jsdom
import {Blob} from "node:buffer";
import {afterEach, beforeEach, describe, expect, it, vi} from "vitest";
import {presets} from "../../src/components/training/presets.js";
import {corpusChoice} from "../../src/components/workbench/corpusChoice.js";
import {type LinkSharing, linkSharing} from "../../src/components/workbench/linkSharing.js";
import {settingsForm} from "../../src/components/workbench/settingsForm.js";
import {tinyCorpus} from "../training/corpus.js";

const {meta} = tinyCorpus();
const texts = {
  site: {meta, metaUrl: "/meta", trainUrl: "/train", valUrl: "/val"},
  book: {name: "Moby-Dick", metaUrl: "/b", trainUrl: "/b", valUrl: "/b", removedUrl: "/b"}
};
let sharing: LinkSharing;

function show(hash: string) {
  history.replaceState(null, "", hash);
  const choice = corpusChoice(texts);
  const form = settingsForm(choice.vocabulary);
  const open = vi.fn();
  sharing = linkSharing({form, choice, open});
  document.body.replaceChildren(sharing.said, choice, form, sharing.button);
  const type = (name: string, value: string) => {
    const input = form.querySelector<HTMLInputElement>(`input[name=${name}]`)!;
    input.value = value;
    input.dispatchEvent(new Event("input", {bubbles: true}));
    sharing.changed();
  };
  const use = (text: string) => {
    choice.querySelector("textarea")!.value = text;
    choice.querySelector<HTMLButtonElement>(".drop button")!.click();
    sharing.changed();
  };
  return {choice, form, open, type, use};
}
const said = () => sharing.said.textContent!;
const status = () => sharing.button.querySelector("[role=status]")!.textContent;

beforeEach(() => {
  // jsdom's has no stream.
  vi.stubGlobal("Blob", Blob);
  vi.useFakeTimers({toFake: ["setTimeout", "clearTimeout"]});
});
afterEach(() => {
  sharing.dispose();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("linkSharing", () => {
  it("writes nothing until something has changed, and then once, without a new entry of the history", async () => {
    const {type} = show("#many-workers");
    const entries = history.length;
    sharing.changed();
    await vi.advanceTimersByTimeAsync(1000);
    expect(location.hash).toBe("#many-workers");
    const replace = vi.spyOn(history, "replaceState");
    for (const value of ["2", "3", "4"]) type("nLayer", value);
    await vi.advanceTimersByTimeAsync(1000);
    expect(location.hash).toBe("#run=1&preset=toy&nLayer=4");
    expect(replace).toHaveBeenCalledOnce();
    expect(history.length).toBe(entries);
    // What is impossible leaves the address as it was.
    type("nEmbd", "63");
    await vi.advanceTimersByTimeAsync(1000);
    expect(location.hash).toBe("#run=1&preset=toy&nLayer=4");
  });

  it("fills the forms in from the address, and says so", () => {
    const {choice, form, open} = show(
      "#run=1&preset=baby&architecture=mlp&windowSize=3&learningRate=0.5&minLearningRate=0.4&optimiser=sgd&tokens=byte-pair:300&engine=cpu"
    );
    expect(open).toHaveBeenCalledOnce();
    const {model, train, backend} = form.read();
    expect(form.preset()).toBe("baby");
    expect(model).toMatchObject({architecture: "mlp", windowSize: 3, nEmbd: 384});
    expect(train).toMatchObject({optimiser: "sgd", learningRate: 0.5, minLearningRate: 0.4, steps: 5000});
    expect(backend).toBe("cpu");
    expect(choice.tokenizer).toEqual({kind: "byte-pair", vocabularySize: 300});
    expect(said()).toContain("The settings below are those of a link. Nothing begins until you press Start.");
  });

  it("tells what it could not take, as text", () => {
    const {form} = show("#run=1&steps=-3&%3Cimg%20src%3Dx%3E=1");
    expect(form.read().train).toEqual(presets.toy.train);
    expect(said()).toContain("steps is -3; it must be a whole number from 1");
    expect(said()).toContain("“<img src=x>”");
    expect(sharing.said.querySelector("img")).toBeNull();
    expect(sharing.said.querySelectorAll(".notice-warning")).toHaveLength(2);
  });

  it("follows an address that is changed by hand", () => {
    const {form, open} = show("#run=1&preset=toy");
    history.replaceState(null, "", "#run=1&preset=toy&steps=77");
    dispatchEvent(new Event("hashchange"));
    expect(form.read().train.steps).toBe(77);
    expect(open).toHaveBeenCalledTimes(2);
    history.replaceState(null, "", "#many-workers");
    dispatchEvent(new Event("hashchange"));
    expect(form.read().train.steps).toBe(77);
  });

  it("copies the link, or shows it where that is not allowed, or says why there is none", async () => {
    const {type} = show("#");
    const writeText = vi.fn(async (_text: string) => {});
    vi.stubGlobal("navigator", {...navigator, clipboard: {writeText}});
    const button = sharing.button.querySelector("button")!;
    button.click();
    await vi.waitFor(() => expect(status()).toMatch(/^Copied/));
    expect(writeText).toHaveBeenCalledWith(`${location.origin}${location.pathname}#run=1&preset=toy`);
    writeText.mockRejectedValueOnce(new Error("no"));
    button.click();
    await vi.waitFor(() => expect(status()).toMatch(/did not allow copying/));
    const field = sharing.button.querySelector("input")!;
    expect(field.hidden).toBe(false);
    expect(field.value).toContain("#run=1");
    type("nEmbd", "63");
    button.click();
    await vi.waitFor(() => expect(status()).toMatch(/no link to impossible settings: nEmbd is 63/));
  });

  it("names the reader's own text by hash and length, and tells another from the one that a link names", async () => {
    const {use} = show("#");
    use("a text of one’s own");
    await vi.advanceTimersByTimeAsync(1000);
    await vi.waitFor(() => expect(location.hash).toMatch(/&text=own&bytes=21&sha256=[0-9a-f]{64}$/));
    expect(decodeURIComponent(location.hash)).not.toContain("one’s");
    const {hash} = location;
    sharing.dispose();

    const again = show(hash);
    expect(again.choice.kind).toEqual({kind: "own"});
    expect(said()).toMatch(/on a text of somebody’s own \(21 bytes, SHA-256 beginning with [0-9a-f]{12}\)/);
    again.use("another text");
    await vi.advanceTimersByTimeAsync(1000);
    await vi.waitFor(() => expect(said()).toContain("another than the one that the link names"));
    again.use("a text of one’s own");
    await vi.advanceTimersByTimeAsync(1000);
    await vi.waitFor(() => expect(said()).toContain("the very one that the link names"));
  });
});
