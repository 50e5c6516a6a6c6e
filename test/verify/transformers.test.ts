import {execFileSync} from "node:child_process";
import {mkdtempSync, rmSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {fileURLToPath} from "node:url";
import {expect, test} from "vitest";
import type {ModelConfig} from "../../src/components/model/config.js";
import {readTokenizer} from "../../src/components/text/tokenizerFile.js";
import {trainTokenizer} from "../../src/components/text/trainTokenizer.js";
import {
  configOf,
  folderModel,
  largestDifference,
  llama,
  ownLogits,
  writeFolder
} from "../exchange/huggingFace/folders.js";
import {tokenizer as characters} from "../fixtures/model.js";
import {python, runPython} from "../python.js";

/** float32 here against float64 there, on logits of size up to about ten. */
const TOLERANCE = 2e-5;

const SCRIPT = fileURLToPath(new URL("../fixtures/transformers_checks.py", import.meta.url));
const STEPS = 5;

const hasTransformers = (() => {
  try {
    execFileSync(python ?? "", ["-c", "import transformers"], {stdio: "ignore"});
    return true;
  } catch {
    return false;
  }
})();

const prose =
  'Hugs and hugging, "hugged" the cat; the hut. It’s 12 o’clock – naïve 中😀!\n  Then  two spaces.';
const pairs = trainTokenizer(prose.repeat(8), {kind: "byte-pair", vocabularySize: 300});

const cases: [string, Partial<ModelConfig>, typeof pairs, string][] = [
  ["GPT2LMHeadModel", {}, characters, 'ab "<é中😀'],
  ["GPT2LMHeadModel", {activation: "relu", tiedHead: false}, characters, "z\\ \nab"],
  ["GPT2LMHeadModel", {blockSize: 80}, pairs, prose.slice(0, 60)],
  ["LlamaForCausalLM", llama, characters, 'ab "<é中😀'],
  [
    "LlamaForCausalLM",
    {...llama, tiedHead: false, blockSize: 80},
    pairs,
    " It’s 12 o’clock – naïve 中😀!\n  Then"
  ]
];

/** The likeliest tokens, one after another. */
async function greedily(model: ReturnType<typeof folderModel>, ids: number[]): Promise<number[]> {
  const V = model.config.vocabSize;
  const written = [...ids];
  for (let i = 0; i < STEPS; i++) {
    const last = (await ownLogits(model, written)).subarray(-V);
    written.push(last.indexOf(Math.max(...last)));
  }
  return written.slice(ids.length);
}

test("Hugging Face's own classes open our folders, unchanged", {timeout: 300_000}, async (context) => {
  if (!hasTransformers)
    context.skip("The interpreter that PYTHON may name has no PyTorch with Hugging Face’s transformers.");
  const place = mkdtempSync(join(tmpdir(), "transformers-"));
  try {
    const models = cases.map(([, change, tokenizer, text]) => {
      const model = folderModel(
        configOf({blockSize: 24, vocabSize: tokenizer.vocabulary.length, ...change}),
        3,
        tokenizer.toJSON()
      );
      return {model, ids: [...readTokenizer(model.tokenizer).encode(text).ids]};
    });
    const looks = await Promise.all(
      models.map(async ({model}, i) => ({
        folder: await writeFolder(join(place, `${i}`), model),
        text: cases[i]![3],
        steps: STEPS
      }))
    );
    const answers = JSON.parse(await runPython([SCRIPT, JSON.stringify(looks)], {HF_HUB_OFFLINE: "1"}));
    for (const [i, {model, ids}] of models.entries()) {
      const [theirs, , , text] = cases[i]!;
      const {logits, ...answer} = answers[i];
      expect(answer).toEqual({class: theirs, unused: [], ids, text, written: await greedily(model, ids)});
      expect(largestDifference(await ownLogits(model, ids), logits)).toBeLessThan(TOLERANCE);
    }
  } finally {
    rmSync(place, {recursive: true});
  }
});
