import {type ChildProcess, spawn} from "node:child_process";
import {mkdtemp, readdir, readFile, rm, writeFile} from "node:fs/promises";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterAll, beforeAll, describe, expect, it} from "vitest";
import {fromOnnx} from "../../src/components/exchange/onnx/onnx.js";
import {parametersSha256} from "../../src/components/model/parametersSha256.js";
import {readTokenizer} from "../../src/components/text/tokenizerFile.js";
import {tinyCorpus} from "../training/corpus.js";

let folder: string;
let text: string;
let settings: string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "train-"));
  const {train, val, meta} = tinyCorpus();
  text = readTokenizer(meta.tokenizer).decode([...train, ...val]);
  await writeFile(join(folder, "words.txt"), text);
  settings = [
    ...["--corpus", join(folder, "words.txt"), "--backend", "wasm", "--seed", "9"],
    ...["--layers", "1", "--heads", "2", "--width", "8", "--block-size", "16", "--batch-size", "2"],
    ...["--steps", "300", "--learning-rate", "0.01", "--set", "checkpointInterval=100"]
  ];
});
afterAll(() => rm(folder, {recursive: true}));

interface Ended {
  code: number | null;
  /** The signal that ended it, if one did. */
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** Runs the command as npm does; `watch` sees what it has written so far. */
function run(
  args: string[],
  watch: (output: string, child: ChildProcess) => void = () => {}
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["--import", "tsx", "src/cli/train.ts", ...args]);
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (data) => {
      stdout += data;
      watch(stdout, child);
    });
    child.stderr.on("data", (data) => {
      stderr += data;
    });
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({code, signal, stdout, stderr}));
  });
}

const read = async (...path: string[]) => JSON.parse(await readFile(join(folder, ...path), "utf8"));
const parametersIn = async (name: string) =>
  fromOnnx(await readFile(join(folder, name, "onnx/model.onnx"))).parameters;

describe("npm run train", () => {
  it("trains, tells how it goes, and leaves the model, what made it and a sample", async () => {
    const {code, stdout, stderr} = await run([...settings, "--out", join(folder, "straight")]);
    expect(stderr).not.toMatch(/error/i);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /1 layers, 2 heads, width 8, context 16, vocabulary 8: 1,\d\d\d parameters on wasm/
    );
    expect(stdout).toMatch(/words\.txt: 3,6\d\d training tokens, 40\d validation tokens/);
    const lines = stdout.match(
      /^step \d+ of 300, \d\.\d\d epochs, loss \d\.\d{4}, validation \d\.\d{4}, \d+ ms a step, .*left$/gm
    );
    expect(lines).toHaveLength(6);

    const record = await read("straight", "run.json");
    expect(record).toMatchObject({
      version: 3,
      seed: 9,
      config: {nLayer: 1, nHead: 2, nEmbd: 8, nInner: 32, blockSize: 16, vocabSize: 8},
      trainConfig: {steps: 300, warmupSteps: 30, batchSize: 2, learningRate: 0.01, minLearningRate: 0.001},
      corpus: {name: "words.txt", sha256: expect.stringMatching(/^[0-9a-f]{64}$/), floor: null},
      adapter: "wasm",
      steps: 300
    });
    expect(stdout).toContain(`Validation loss ${record.validationLoss.toFixed(4)} nats`);
    expect(record.validationLoss).toBeLessThan(Math.log(8) - 0.3);
    expect(record.seconds).toBeGreaterThan(0);
    const points = record.history as {
      step: number;
      trainLoss: number | null;
      validationLoss: number | null;
    }[];
    expect(points.filter(({trainLoss}) => trainLoss !== null)).toHaveLength(300);
    expect(points.filter(({validationLoss}) => validationLoss !== null).map(({step}) => step)).toEqual([
      0, 100, 200, 300
    ]);

    expect(readTokenizer(await read("straight", "tokenizer.json")).vocabulary.join("")).toBe("\n .abcde");
    expect(await read("straight", "config.json")).toMatchObject({
      model_type: "gpt2",
      n_embd: 8,
      vocab_size: 8
    });
    expect(Object.keys(await parametersIn("straight"))).toContain("transformer.wte.weight");
    expect(stdout).toMatch(
      /lowest estimate of it was \d\.\d{4}, at step \d+: that state is best\.safetensors/
    );
    expect((await readdir(join(folder, "straight/checkpoints"))).sort()).toEqual([
      "step-0000100.safetensors",
      "step-0000200.safetensors",
      "step-0000300.safetensors"
    ]);
    const log = (await readFile(join(folder, "straight/log.csv"), "utf8")).split("\r\n");
    expect(log).toHaveLength(1 + 301 + 1);
    expect(await readdir(join(folder, "straight"))).toContainEqual(
      expect.stringMatching(/^events\.out\.tfevents\./)
    );
    const sample = stdout.split(`to ${join(folder, "straight")}.\n`)[1]!.trim();
    expect(sample.length).toBeGreaterThan(500);
    expect(sample).toMatch(/^[abcde .\n]+$/);
  });

  it("saves when it is interrupted, and resumed comes to the same model as without, bit for bit", async () => {
    const out = join(folder, "interrupted");
    let signals = 0;
    const stopped = await run([...settings, "--out", out], (output, child) => {
      if (signals === 0 && output.includes("step 50 of 300")) {
        signals++;
        child.kill("SIGINT");
      }
    });
    expect(stopped.code).toBe(0);
    const step = Number(/Stopped at step (\d+)\. Continue with: .* --resume /.exec(stopped.stdout)?.[1]);
    expect(step).toBeGreaterThanOrEqual(50);
    expect(step).toBeLessThan(300);
    await expect(read("interrupted", "run.json")).rejects.toThrow(/ENOENT/);

    await rm(join(folder, "words.txt")); // the run's own copy is enough
    const resumed = await run(["--resume", out, "--backend", "wasm"]);
    await writeFile(join(folder, "words.txt"), text);
    expect(resumed.stderr).not.toMatch(/error/i);
    expect(resumed.code).toBe(0);
    const [one, other] = [await read("straight", "run.json"), await read("interrupted", "run.json")];
    // Time is no part of what was learnt.
    const timeless = (record: {history: object[]}) => ({
      ...record,
      seconds: 0,
      history: record.history.map((point) => ({...point, seconds: 0}))
    });
    expect(timeless(other)).toEqual(timeless(one));
    expect(await parametersIn("interrupted")).toEqual(await parametersIn("straight"));
  });

  it("goes on from one of its checkpoints in a folder of its own, to the same model, bit for bit", async () => {
    const file = join(folder, "straight/checkpoints/step-0000200.safetensors");
    const out = join(folder, "again");
    const before = await readFile(join(folder, "straight/checkpoint.safetensors"));
    const {code, stderr} = await run(["--resume", file, "--out", out, "--backend", "wasm"]);
    expect(stderr).not.toMatch(/error/i);
    expect(code).toBe(0);
    expect(await parametersIn("again")).toEqual(await parametersIn("straight"));
    expect(await readFile(join(folder, "straight/checkpoint.safetensors"))).toEqual(before);
  });

  it("stops early where the loss has stopped falling, and says where it was lowest", async () => {
    const out = join(folder, "early");
    const rising = ["--set", "learningRate=2", "--set", "optimiser=sgd", "--set", "clipNorm=1e6"];
    const patient = ["--set", "evalInterval=1", "--set", "patience=2", "--set", "checkpointInterval=0"];
    const {code, stdout} = await run([...settings, ...rising, ...patient, "--out", out]);
    expect(code).toBe(0);
    const said = /^Stopped early at step (\d+): in 2 estimates .* measured at step (\d+)\.$/m.exec(stdout)!;
    expect(Number(said[1])).toBe(Number(said[2]) + 2);
    expect(await read("early", "run.json")).toMatchObject({steps: Number(said[1])});
  });

  it("refuses a folder that holds a run, and leaves it as it was", async () => {
    const out = join(folder, "straight");
    const before = await readFile(join(out, "checkpoint.safetensors"));
    const {code, stdout, stderr} = await run([...settings, "--out", out]);
    expect(stderr.trim()).toBe(
      `${out} holds a run of 300 steps: continue it with --resume ${out}, or choose another --out.`
    );
    expect(stdout).toBe("");
    expect(code).toBe(1);
    expect(await readFile(join(out, "checkpoint.safetensors"))).toEqual(before);
  });

  it("trains the run of its receipt again and finds the same curve, bit for bit", async () => {
    const receipt = join(folder, "straight/receipt.json");
    const {code, stdout, stderr} = await run(["--receipt", receipt, "--corpus", join(folder, "words.txt")]);
    expect(stderr).not.toMatch(/error/i);
    expect(stdout).toContain("again from seed 9 on wasm; the receipt’s was computed by wasm.");
    expect(stdout).toMatch(/^The same curve, bit for bit: all 304 losses up to step 300 are equal\.$/m);
    expect(code).toBe(0);
  });

  it("tells from which step on another curve comes out, by its exit code too", async () => {
    const text = await readFile(join(folder, "straight/receipt.json"), "utf8");
    const other = join(folder, "other.json");
    await writeFile(other, text.replaceAll('"seed": 9', '"seed": 10'));
    const {code, stdout} = await run(["--receipt", other, "--corpus", join(folder, "words.txt")]);
    expect(stdout).toMatch(/^Different curves: from step 0 on, .* They differ from the first loss on\./m);
    expect(code).toBe(2);
  });

  it("begins the run of a receipt at the model that it began at, and at no other", async () => {
    const straight = join(folder, "straight");
    const sha256 = await parametersSha256(await parametersIn("straight"));
    const receipt = JSON.parse(await readFile(join(straight, "receipt.json"), "utf8"));
    const curve = receipt.curve.filter(([step]: [number]) => step <= 2);
    const begun = async (name: string, sha256: string) => {
      const file = join(folder, name);
      await writeFile(file, JSON.stringify({...receipt, steps: 2, curve, begunFrom: {name: "it", sha256}}));
      return ["--receipt", file, "--corpus", join(folder, "words.txt")];
    };
    const right = await begun("begun.json", sha256);
    const without = await run(right);
    expect(without.stderr).toMatch(
      /at the model “it”, .* not at hand\. Name that model’s folder or file by --from\./
    );
    expect(without.code).toBe(1);
    const other = await run([...(await begun("wrong.json", "0".repeat(64))), "--from", straight]);
    expect(other.stderr).toMatch(/“straight” is another model/);
    expect(other.code).toBe(1);
    const {stdout, code} = await run([...right, "--from", straight]);
    expect(stdout).toContain(`again from ${straight} and seed 9 on wasm`);
    // The receipt's curve is of random parameters, and the model has learnt.
    expect(stdout).toMatch(/Different curves: from step 0 on/);
    expect(code).toBe(2);
  });

  it("obeys Ctrl-C after the last step, and writes the model when it is asked again", async () => {
    const out = join(folder, "measured");
    await writeFile(join(folder, "long.txt"), text.repeat(60));
    let sent = false;
    const args = [...settings, "--corpus", join(folder, "long.txt"), "--steps", "5", "--out", out];
    const stopped = await run(args, (output, child) => {
      if (sent || !output.includes("Measuring the loss")) return;
      sent = true;
      child.kill("SIGINT");
    });
    expect(stopped.signal).toBe("SIGINT");
    expect(stopped.stdout).not.toContain("Wrote");
    await expect(read("measured", "run.json")).rejects.toThrow(/ENOENT/);

    const resumed = await run(["--resume", out, "--backend", "wasm"]);
    expect(resumed.code).toBe(0);
    expect(await read("measured", "run.json")).toMatchObject({steps: 5});
  });
});

describe("what cannot be is answered with one sentence and exit code 1", () => {
  it.each<[string, () => string[], RegExp]>([
    ["a missing text", () => ["--corpus", join(folder, "none.txt")], /none\.txt could not be opened/],
    ["a text that is not UTF-8", () => ["--corpus", join(folder, "latin1.txt")], /not UTF-8: byte 3 /],
    ["a text shorter than a context", () => ["--corpus", join(folder, "short.txt")], /too few for a context/],
    ["an unknown preset", () => ["--preset", "huge"], /^--preset is huge; it must be one of toy, /],
    ["an unknown backend", () => ["--backend", "metal"], /^--backend is metal; it must be one of auto, /],
    ["an unknown flag", () => ["--stpes", "5"], /^Unknown option '--stpes'/],
    ["a flag without its value", () => ["--steps"], /argument missing/],
    ["a number that is none", () => ["--steps", "many"], /^--steps is “many”, which is not a number/],
    ["no step at all", () => [...settings, "--steps", "0"], /^steps is 0; it must be a whole number from 1/],
    ["a head that does not fit", () => [...settings, "--width", "9"], /nEmbd is 9, which nHead 2 does not/],
    ["an endless context", () => ["--block-size", "100000"], /^blockSize is 100000; .* to 8192/],
    [
      "a missing receipt",
      () => ["--receipt", folder],
      /cannot be read: --receipt needs the file of a receipt/
    ],
    [
      "a receipt of another text",
      () => ["--receipt", join(folder, "straight/receipt.json")],
      /^The text at hand, “story grammar”, is not the one .* Needed is “words\.txt”, .* --corpus\.$/
    ],
    ["a model without a receipt", () => ["--from", folder], /^--from names the model .* give --receipt FILE/],
    ["settings for a receipt", () => ["--receipt", "x.json", "--seed", "1"], /leave out --seed\.$/],
    ["a folder without a run", () => ["--resume", folder], /cannot be read: --resume needs the folder/],
    [
      "settings for a run that has its own",
      () => ["--resume", folder, "--steps", "9"],
      /leave out --steps\.$/
    ]
  ])("%s", {timeout: 60_000}, async (_what, args, message) => {
    await writeFile(join(folder, "latin1.txt"), Buffer.from("caf\xe9 au lait ".repeat(300), "latin1"));
    await writeFile(join(folder, "short.txt"), "A short text.");
    const {code, stdout, stderr} = await run(args());
    const sentences = stderr.split("\n").filter((line) => line !== "" && !line.startsWith("Reading "));
    expect(sentences).toHaveLength(1);
    expect(sentences[0]).toMatch(message);
    expect(stdout).toBe("");
    expect(code).toBe(1);
  });
});
