import {expect, test} from "vitest";
import {modelCard} from "../../../src/components/exchange/huggingFace/modelCard.js";
import {textCurve} from "../../../src/components/exchange/huggingFace/textCurve.js";
import {configOf, folderModel} from "./folders.js";

const model = folderModel(configOf());

test("tells the data, the curve, the limits, the licence and the commands", () => {
  const card = modelCard(model);
  expect(card).toMatch(/^---\nlicense: other\nlibrary_name: transformers\n/);
  for (const part of [
    "`GPT2LMHeadModel`",
    "- Source: make\\_model.py",
    "| 10 | 3.2000 | 3.2500 |",
    "3.250 |",
    "It sees at most 9 characters",
    "comes with these terms: public domain",
    'AutoModelForCausalLM.from_pretrained(".")',
    'pipeline("text-generation", "model", {dtype: "fp32"})',
    '"learningRate": 0.001'
  ])
    expect(card).toContain(part);
  // The prompt is one that the vocabulary has.
  expect(card).toContain('tokenizer("a", return_tensors="pt")');
});

test("of a model without a counterpart it promises nothing that Hugging Face does not do", () => {
  const card = modelCard({...model, config: configOf({position: "alibi"})});
  expect(card).not.toContain("from_pretrained");
  expect(card).not.toContain("library_name");
  expect(card).toContain("has no counterpart for ALiBi positions");
});

test("of a model from elsewhere it says what is not known", () => {
  const card = modelCard({...model, run: null});
  expect(card).toContain("does not know its text");
  expect(card).not.toContain("run.json");
});

test("a run that began at a model names it, as text", () => {
  const begunFrom = {name: "<b>gpt2", sha256: "0f".repeat(32)};
  const card = modelCard({...model, run: {...model.run!, begunFrom}});
  expect(card).toContain(`but at the model “\\<b\\>gpt2” (SHA-256 of its weights: \`${begunFrom.sha256}\`)`);
  expect(card).toContain("The model that it began at has terms of its own.");
  expect(modelCard(model)).not.toContain("began at");
});

test("a reader's notes are in it, as text", () => {
  const notes = "A low rate.\n\n---\n# <i>not</i> a heading\n1. nor a list";
  const card = modelCard({...model, run: {...model.run!, notes}});
  expect(card).toContain(
    "## Notes\n\nA low rate.\n\n\\---\n\n\\# \\<i\\>not\\</i\\> a heading\n\n1\\. nor a list\n\n## Limits"
  );
  expect(modelCard(model)).not.toContain("## Notes");
});

test("what a reader named stays text", () => {
  const corpus = {...model.run!.corpus, name: "<img src=x>\n# [a](b) `c` ---\n", license: "| $x$ |"};
  const card = modelCard({...model, run: {...model.run!, corpus}});
  expect(card).toContain("- Text: \\<img src=x\\> \\# \\[a\\]\\(b\\) \\`c\\` ---\n");
  expect(card).toContain("\\| \\$x\\$ \\|");
});

test("a curve is drawn from its first to its last point, the lowest and highest named", () => {
  const lines = textCurve([
    [0, 4],
    [50, 1],
    [100, 2]
  ]).split("\n");
  expect(lines).toHaveLength(14);
  expect(lines[0]).toMatch(/^4\.000 \|\*$/);
  expect(lines[11]).toMatch(/^1\.000 \| {30}\*$/);
  expect(lines.at(-1)).toMatch(/^ {7}0 +100$/);
  expect(textCurve([[0, 4]])).toBe("");
  expect(
    textCurve([
      [0, Number.NaN],
      [1, 2],
      [2, 2]
    ])
  ).toContain("2.000 |");
});
