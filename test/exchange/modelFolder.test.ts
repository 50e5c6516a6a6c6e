import {spawnSync} from "node:child_process";
import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {dirname, join} from "node:path";
import {strFromU8, unzipSync} from "fflate";
import {afterAll, describe, expect, test} from "vitest";
import {FormatError} from "../../src/components/exchange/formatError.js";
import {MODEL_FILES} from "../../src/components/exchange/modelFiles.js";
import {modelFolder, readModelFolder} from "../../src/components/exchange/modelFolder.js";
import {parseRunRecord} from "../../src/components/exchange/runRecord.js";
import {gpt2} from "../../src/components/model/config.js";
import {fixture, parameters, run, tokenizer} from "../fixtures/model.js";

const files = modelFolder({config: fixture.config, parameters, tokenizer: tokenizer.toJSON(), run});
const asBytes = Object.fromEntries(
  Object.entries(files).map(([name, content]) => [
    name,
    typeof content === "string" ? new TextEncoder().encode(content) : content
  ])
);
const text = (content: string) => new TextEncoder().encode(content);

test("the folder holds what the site and other tools look for", () => {
  expect(Object.keys(files).sort()).toEqual(["config.json", "onnx/model.onnx", "run.json", "tokenizer.json"]);
  expect(JSON.parse(files["config.json"] as string)).toMatchObject({
    model_type: "gpt2",
    n_layer: 2,
    n_head: 2,
    n_embd: 8,
    n_inner: 20,
    n_positions: 12,
    vocab_size: 11,
    activation_function: "gelu_new"
  });
  expect(parseRunRecord(files["run.json"] as string)).toEqual(run);
  const back = readModelFolder(asBytes);
  expect(back.config).toEqual(fixture.config);
  expect(back.tokenizer.vocabulary).toEqual(tokenizer.vocabulary);
  expect(back.run).toEqual(run);
});

test("the folder that ships with the site goes on opening, whatever version wrote it", () => {
  const shipped = new URL("../../src/data/shipped-model/", import.meta.url);
  const files = Object.values(MODEL_FILES).map((name) => [name, readFileSync(new URL(name, shipped))]);
  const {config, run} = readModelFolder(Object.fromEntries(files));
  expect(config).toMatchObject({...gpt2, nLayer: 4, nHead: 4, nKvHead: 4, nEmbd: 96});
  expect(run.steps).toBeGreaterThan(1000);
});

const stored = JSON.parse(files["config.json"] as string);

test.each([
  ["onnx/model.onnx", undefined, "onnx/model.onnx is missing"],
  ["tokenizer.json", text("{"), "tokenizer.json is not JSON"],
  ["tokenizer.json", text("{}"), "tokenizer.json: This tokenizer.json cannot be used"],
  ["config.json", text("{}"), 'config.json: model_type is missing; it must be "gpt2", as in onnx/model.onnx'],
  ["config.json", text(JSON.stringify({...stored, n_layer: 3})), "config.json: n_layer is 3; it must be 2"],
  [
    "config.json",
    text(JSON.stringify({...stored, activation_function: "gelu"})),
    'activation_function is "gelu"; it must be "gelu_new"'
  ],
  ["run.json", text(JSON.stringify({...run, version: 9})), "run.json: version is 9"],
  ["run.json", text(JSON.stringify({...run, validationLoss: "low"})), 'validationLoss is "low"']
])("%s damaged: %#", (name, content, sentence) => {
  expect(() => readModelFolder({...asBytes, [name]: content})).toThrow(FormatError);
  expect(() => readModelFolder({...asBytes, [name]: content})).toThrow(sentence);
});

describe("the site's loader", () => {
  const folder = mkdtempSync(join(tmpdir(), "model-"));
  afterAll(() => rmSync(folder, {recursive: true}));
  const load = (model: string) =>
    spawnSync("npx", ["tsx", "src/data/model.zip.ts"], {
      env: {...process.env, MODEL: model},
      maxBuffer: 2 ** 24
    });

  test("packs the folder in MODEL under flat names", () => {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), {recursive: true});
      writeFileSync(join(folder, name), content);
    }
    const {status, stdout} = load(folder);
    expect(status).toBe(0);
    const unzipped = unzipSync(stdout);
    expect(Object.keys(unzipped).sort()).toEqual(["config.json", "model.onnx", "run.json", "tokenizer.json"]);
    expect(unzipped["model.onnx"]).toEqual(files["onnx/model.onnx"]);
    expect(strFromU8(unzipped["run.json"]!)).toBe(files["run.json"]);
  });

  test("says which file is missing and what to do", () => {
    const {status, stdout, stderr} = load(join(folder, "nowhere"));
    expect(status).toBe(1);
    expect(stdout).toHaveLength(0);
    expect(stderr.toString()).toContain(join(folder, "nowhere"));
    expect(stderr.toString()).toContain("MODEL must name a folder that npm run train wrote");
  });
});
