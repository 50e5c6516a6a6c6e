// @vitest-environment jsdom
import "fake-indexeddb/auto";
import {afterEach, expect, it, vi} from "vitest";
import {insideFigure} from "../../../src/components/chapters/lab/insideFigure.js";
import {insideRoom} from "../../../src/components/chapters/lab/insideRoom.js";
import {modelConfig} from "../../../src/components/model/config.js";
import type {Sensitivity} from "../../../src/components/model/tensorModel.js";
import {characterTokenizer} from "../../../src/components/text/characterTokenizer.js";
import {newRun} from "../../../src/components/training/newRun.js";
import {presets} from "../../../src/components/training/presets.js";
import {RunStore} from "../../../src/components/training/store.js";
import {tinyCorpus} from "../../training/corpus.js";

const config = modelConfig({nLayer: 2, nHead: 2, nEmbd: 4, nInner: 8, blockSize: 12, vocabSize: 5});
const tokenizer = characterTokenizer([" ", "<", "a", "b", ">"]);
const site = {
  model: "/model",
  modelBytes: 1,
  tokenizer: "/tokenizer",
  run: "",
  corpusMeta: "",
  validation: ""
};

/** What a model would answer: numbers that depend on their place alone. */
function sensitivityOf(T: number): Sensitivity {
  const place = (name: string, shape: number[]) => {
    const size = shape.reduce((a, b) => a * b, 1);
    const values = Float32Array.from({length: size}, (_, i) => i / 10);
    return {name, shape, values, gradient: values.map((x) => -x / 100)};
  };
  return {
    loss: 1.25,
    places: [
      place("embedding", [1, T, 4]),
      place("transformer.h.1.attn.q", [1, 2, T, 2]),
      place("transformer.h.1.mlp.hidden", [1, T, 8]),
      place("logits", [1, T, 5])
    ],
    parameters: [
      {name: "transformer.wte.weight", shape: [5, 4], norm: 2, gradientNorm: 0.5},
      {name: "transformer.ln_f.bias", shape: [4], norm: 0, gradientNorm: 0.1}
    ]
  };
}

afterEach(() => vi.unstubAllGlobals());

it("lists every layer with its size and gradient, and shows the one that is chosen", () => {
  const sensitivity = sensitivityOf(3);
  const figure = insideFigure({
    ...sensitivity,
    config,
    tokens: ["a", "<b>", " "],
    targets: ["<b>", " ", "<"]
  });
  const rows = [...figure.querySelectorAll(".inside-layers tbody tr")];
  expect(rows.map((row) => row.children[1]!.textContent)).toEqual([
    "[3, 4]",
    "[2, 3, 2]",
    "[3, 8]",
    "[3, 5]"
  ]);
  expect(figure.textContent).toContain("block 2, hidden units: its numbers");
  const said = () => [...figure.querySelectorAll(".figure-reading")].map(({textContent}) => textContent!);
  expect(said()[0]).toContain("A loss of 1.250 nats a token over 3 tokens; 4 layers");
  const logits = rows.at(-1)!.querySelector("input")!;
  logits.checked = true;
  logits.dispatchEvent(new Event("change"));
  const map = figure.querySelector("canvas")!;
  expect(figure.textContent).toContain("logits: its numbers");
  map.dispatchEvent(new KeyboardEvent("keydown", {key: "ArrowRight"}));
  expect(said()[1]).toBe("Token 2 of 3, ‘<b>’, number 1: 0.5.");
  expect(said()[2]).toMatch(/one more would change the mean loss by −0\.005 nats/);
  expect(figure.querySelector("b")).toBeNull();
  expect(figure.querySelectorAll("details tbody tr")).toHaveLength(2);
  // Another line keeps the layer.
  figure.update({...sensitivity, config, tokens: ["a", "b", " "], targets: ["b", " ", "<"]});
  expect(figure.textContent).toContain("logits: its numbers");
});

it("loads a model when it is asked to, takes the reader's where there is one, and refuses what is too short", async () => {
  vi.stubGlobal("fetch", async () => new Response(JSON.stringify(tokenizer.toJSON())));
  const opened: unknown[] = [];
  const room = insideRoom(site, async (what) => {
    opened.push(what);
    return {
      config,
      inspect: () => Promise.reject(new Error("Nobody asks for this here.")),
      sensitivity: async (ids) => sensitivityOf(ids.length),
      dispose() {}
    };
  });
  expect(opened).toEqual([]);
  const line = room.querySelector<HTMLInputElement>("input")!;
  const look = async (text: string) => {
    line.value = text;
    room.querySelector("form")!.dispatchEvent(new Event("submit", {cancelable: true}));
    await vi.waitFor(() => expect(room.querySelector("button")!.disabled).toBe(false));
  };
  await look("a");
  expect(room.querySelector("[role=alert]")!.textContent).toContain("One token is too little");
  await look("ab ab");
  expect(room.querySelectorAll(".inside-layers tbody tr").length).toBe(4);
  expect(opened).toEqual(["/model"]);

  const own = room.querySelector<HTMLOptionElement>("option[value=own]")!;
  expect(own.hidden).toBe(true);
  const corpus = tinyCorpus();
  const store = await RunStore.open();
  const run = newRun({...config, vocabSize: 8}, presets.toy.train, corpus.meta);
  await store.begin({...run, step: 3}, corpus.train, corpus.val);
  store.close();
  await room.lookAgain();
  expect(own.hidden).toBe(false);
  expect(own.textContent).toBe("your model, step 3");
  await look("ab ab");
  expect(opened.at(-1)).toMatchObject({config: {vocabSize: 8}});
  room.dispose();
});
