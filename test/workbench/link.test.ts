import * as fc from "fast-check";
import {describe, expect, it} from "vitest";
import type {TokenizerChoice} from "../../src/components/text/tokenizerChoice.js";
import {type PresetName, presets} from "../../src/components/training/presets.js";
import {
  type LinkedSettings,
  type LinkedText,
  readLink,
  writeLink
} from "../../src/components/workbench/link.js";
import {possibleModel, possibleTraining} from "../settings.js";

const plain: LinkedSettings = {
  preset: "toy",
  ...presets.toy,
  backend: "auto",
  text: {kind: "site"},
  tokenizer: {kind: "character"}
};
const settingsOf = ({preset, model, train, backend, text, tokenizer}: LinkedSettings) => ({
  preset,
  model,
  train,
  backend,
  text,
  tokenizer
});
const problemsOf = (fragment: string) => readLink(fragment)!.problems;

describe("a link", () => {
  it("says what differs from its preset, by the names of the settings", () => {
    expect(writeLink(plain)).toBe("run=1&preset=toy");
    const changed: LinkedSettings = {
      ...plain,
      preset: "baby",
      model: {...presets.baby.model, position: "rope", bias: false, nLayer: 3},
      train: {...presets.baby.train, learningRate: 0.0025, seed: 5},
      backend: "webgpu-stock",
      text: {kind: "book"},
      tokenizer: {kind: "byte-pair", vocabularySize: 512}
    };
    const link = writeLink(changed);
    expect(link.split("&").slice(0, 2)).toEqual(["run=1", "preset=baby"]);
    expect(new Set(link.split("&").slice(2))).toEqual(
      new Set([
        ...["nLayer=3", "position=rope", "bias=false", "learningRate=0.0025", "seed=5"],
        ...["text=book", "tokens=byte-pair:512", "engine=webgpu-stock"]
      ])
    );
    expect(readLink(`#${link}`)).toEqual({settings: settingsOf(changed), problems: []});
  });

  it("names a reader's own text by hash and length, and never holds it", () => {
    const text: LinkedText = {kind: "own", bytes: 12, sha256: "ab".repeat(32), isBook: true};
    const link = writeLink({...plain, text});
    expect(link).toBe(`run=1&preset=toy&text=own&bytes=12&sha256=${"ab".repeat(32)}&clean=true`);
    expect(readLink(link)).toEqual({settings: settingsOf({...plain, text}), problems: []});
  });

  it("brings back every possible setting", () => {
    const texts: fc.Arbitrary<LinkedText> = fc.oneof(
      fc.constant({kind: "site"} as const),
      fc.constant({kind: "book"} as const),
      fc.record({
        kind: fc.constant("own" as const),
        bytes: fc.nat(),
        sha256: fc.string({unit: fc.constantFrom(..."0123456789abcdef"), minLength: 64, maxLength: 64})
      })
    );
    const tokenizers: fc.Arbitrary<TokenizerChoice> = fc.oneof(
      fc.constant({kind: "character"} as const),
      fc.record({
        kind: fc.constantFrom("byte-pair" as const, "word-piece" as const),
        vocabularySize: fc.integer({min: 257, max: 65_536})
      })
    );
    const engines = fc.constantFrom(...(["auto", "webgpu", "webgpu-stock", "webgl", "wasm", "cpu"] as const));
    const names = fc.constantFrom(...(Object.keys(presets) as PresetName[]));
    fc.assert(
      fc.property(
        ...([possibleModel, possibleTraining, texts, tokenizers, engines, names] as const),
        ({config: model}, {config: train}, text, tokenizer, backend, preset) => {
          // Of any preset, however far from it.
          const settings = {preset, model, train, backend, text, tokenizer};
          const link = writeLink(settings);
          expect(link.length).toBeLessThan(1500);
          expect(link).toMatch(/^[\w=&:.+-]+$/);
          expect(readLink(link)).toEqual({settings, problems: []});
        }
      )
    );
  });
});

describe("readLink", () => {
  it("leaves other fragments alone", () => {
    for (const fragment of ["", "#", "#find-a-learning-rate", "#figure-run=1", "#running"])
      expect(readLink(fragment)).toBeNull();
  });

  it("takes nothing of another version, and says where to open it", () => {
    expect(readLink("#run=2&preset=baby&steps=7")).toEqual({
      settings: settingsOf(plain),
      problems: [
        "The link is of version “2”, and this site reads version 1: its settings were not taken. Open it on the site that it came from."
      ]
    });
  });

  it.each<[string, string, RegExp]>([
    ["an unknown setting", "colour=red", /The link says “colour”, which this site does not know/],
    ["a property of every object", "__proto__=1", /“__proto__”, which this site does not know/],
    ["an unknown preset", "preset=huge", /preset is “huge”: it must be one of toy, nanogpt-cpu, baby, full/],
    ["a number that is none", "steps=many", /steps is “many”: it must be a number/],
    ["NaN", "learningRate=NaN", /learningRate is “NaN”: it must be a number/],
    ["Infinity", "learningRate=Infinity", /it must be a number/],
    ["a number that overflows", "learningRate=1e999", /it must be a number/],
    ["a hexadecimal one", "steps=0x10", /it must be a number/],
    ["no value", "steps=", /steps is “”: it must be a number/],
    ["half a step", "steps=1.5", /steps is 1\.5; it must be a whole number/],
    ["too many layers", "nLayer=1000", /nLayer is 1000; it must be a whole number from 1 to 48/],
    ["an unknown word", "position=<b>", /position is “<b>”: it must be one of learned, sinusoidal/],
    ["a switch that is none", "bias=yes", /bias is “yes”: it must be true or false/],
    [
      "a range test, which is no way to train",
      "schedule=rangeTest",
      /schedule is “rangeTest”: it must be one of/
    ],
    ["a vocabulary, which the text decides", "vocabSize=5", /“vocabSize”, which this site does not know/],
    ["an unknown text", "text=/etc/passwd", /text is “\/etc\/passwd”: it must be one of site, book, own/],
    ["an unknown engine", "engine=quantum", /engine is “quantum”: it must be one of auto, webgpu/],
    ["an impossible tokenizer", "tokens=byte-pair:3", /tokens is “byte-pair:3”: vocabularySize is 3/],
    ["a hash that is none", "text=own&sha256=zz", /sha256 is “zz”: it must be 64 hexadecimal digits/],
    ["a part without a value", "steps", /“steps”, which is no setting/],
    ["a broken escape", "%E0%A4%A=1", /“%E0%A4%A”, which this site does not know/],
    ["markup", "%3Cscript%3Ealert(1)%3C/script%3E=1", /“<script>alert\(1\)<\/script>”, which/]
  ])("refuses %s in a sentence, and keeps the usual", (_what, part, message) => {
    const {settings, problems} = readLink(`#run=1&${part}`)!;
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(message);
    const {text, ...others} = settings;
    const {text: _text, ...usual} = settingsOf(plain);
    expect(others).toEqual(usual);
    expect(text.kind).toBe(part.startsWith("text=own") ? "own" : "site");
  });

  it("keeps what is possible of settings that are not possible together", () => {
    const {settings, problems} = readLink("#run=1&nEmbd=63&nLayer=2&minLearningRate=0.5&seed=9")!;
    expect(settings.model).toEqual({...presets.toy.model, nLayer: 2});
    expect(settings.train).toEqual({...presets.toy.train, seed: 9});
    expect(problems).toEqual([
      expect.stringMatching(
        /^In the link, nEmbd is 63, which nHead 4 does not divide.* It is as usual instead\.$/
      ),
      expect.stringMatching(/^In the link, minLearningRate is 0\.5; it must be at most learningRate/)
    ]);
    // The field that stands in the way need not be the one that was changed.
    const heads = readLink("#run=1&nHead=5")!;
    expect(heads.settings.model).toEqual(presets.toy.model);
    expect(heads.problems).toHaveLength(1);
    expect(problemsOf("#run=1&nEmbd=63&nHead=7&nKvHead=7")).toEqual([]);
  });

  it("counts what is said twice once", () => {
    const {settings, problems} = readLink("#run=1&steps=5&steps=6&warmupSteps=0")!;
    expect(settings.train.steps).toBe(5);
    expect(problems).toEqual(["The link says “steps” twice: the first counts."]);
  });

  it("says the first few of many problems, and refuses endless links at once", () => {
    const many = Array.from({length: 50}, (_, i) => `x${i}=1`).join("&");
    expect(problemsOf(`#run=1&${many}`)).toHaveLength(6);
    expect(problemsOf(`#run=1&${many}`).at(-1)).toBe("And 45 more like these.");
    expect(problemsOf(`#run=1&steps=${"9".repeat(1_000_000)}`)).toEqual([
      expect.stringMatching(/^The link has 1,000,01\d characters, more than any/)
    ]);
    expect(problemsOf(`#run=1&${"x".repeat(3000)}=1`)[0]!.length).toBeLessThan(200);
  });

  it("makes possible settings, or none, of any fragment", () => {
    const names = [
      ...Object.keys(presets.toy.model),
      ...Object.keys(presets.toy.train),
      "text",
      "engine",
      "tokens"
    ];
    const part = fc.tuple(
      fc.oneof(fc.constantFrom(...names), fc.string()),
      fc.oneof(
        fc.string(),
        fc.double().map(String),
        fc.integer().map(String),
        fc.constantFrom("true", "rope", "own")
      )
    );
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        const read = readLink(`#run=1&${parts.map((pair) => pair.join("=")).join("&")}`)!;
        // What was taken makes a link that is taken without complaint.
        expect(readLink(writeLink(read.settings))).toEqual({settings: read.settings, problems: []});
      })
    );
  });
});
