import type {ModelConfig} from "../../model/config.js";
import {parameterCount} from "../../model/parameters.js";
import {type TokenizerFile, unitOf} from "../../text/tokenizer.js";
import {MODEL_FILES} from "../modelFiles.js";
import type {RunRecord} from "../runRecord.js";
import {huggingFaceShape} from "./huggingFaceShape.js";
import {textCurve} from "./textCurve.js";

export interface CardModel {
  config: ModelConfig;
  tokenizer: TokenizerFile;
  run: RunRecord | null;
}

/** Points of the curve that are told as numbers. */
const TOLD = 12;

/**
 * The model card, `README.md`: what the model is, what it learnt from and how, its curve, what it cannot do, under what
 * licence, and how to run it, in commands. Markdown, of which names that a reader gave are no part.
 */
export function modelCard(model: CardModel): string {
  return `${[
    frontMatter(model),
    "# A small language model, trained in a browser tab",
    summary(model),
    "## Use it",
    use(model),
    "## What it learnt from",
    data(model),
    "## How it was trained",
    training(model),
    ...notes(model),
    "## Limits",
    limits(model),
    "## Licence",
    licence(model),
    "## Files",
    files(model)
  ].join("\n\n")}\n`;
}

const frontMatter = ({config}: CardModel): string =>
  [
    "---",
    "license: other",
    ...(isTheirs(config) ? ["library_name: transformers", "pipeline_tag: text-generation"] : []),
    "tags:",
    "- glassformer",
    "---"
  ].join("\n");

function summary({config, tokenizer, run}: CardModel): string {
  const shape = huggingFaceShape(config);
  const form = {
    gpt2: "Its layout is that of Hugging Face's `GPT2LMHeadModel`.",
    llama: "Its layout is that of Hugging Face's `LlamaForCausalLM`."
  };
  const layout =
    typeof shape === "string"
      ? form[shape]
      : `${shape.reason} So the weights keep this program's own names, and \`${MODEL_FILES.onnx}\` is what other programs can run.`;
  const loss =
    run?.validationLoss == null
      ? ""
      : ` Its validation loss is ${run.validationLoss.toFixed(4)} nats a ${unitOf(tokenizer)}.`;
  return `${parameterCount(config).toLocaleString("en")} parameters over a vocabulary of ${config.vocabSize.toLocaleString("en")} tokens, with a context of ${config.blockSize.toLocaleString("en")}.${loss} ${layout}`;
}

function use({config, tokenizer}: CardModel): string {
  const prompt = JSON.stringify(promptFor(tokenizer));
  const site = `On the site that wrote it: open the zip, or this folder's files, in the lab, or in the chapters on sampling and on how good a model is.`;
  if (!isTheirs(config))
    return `${site}\n\nElsewhere, ONNX Runtime runs \`${MODEL_FILES.onnx}\`:\n\n${code("sh", "pip install onnxruntime\npython -c 'import onnxruntime as o; print([i.name for i in o.InferenceSession(\"onnx/model.onnx\").get_inputs()])'")}`;
  return [
    "In Python, in this folder:",
    code("sh", "pip install transformers torch"),
    code(
      "python",
      `from transformers import AutoModelForCausalLM, AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained(".")
model = AutoModelForCausalLM.from_pretrained(".")
ids = tokenizer(${prompt}, return_tensors="pt").input_ids
print(tokenizer.decode(model.generate(ids, max_length=${config.blockSize}, do_sample=False)[0]))`
    ),
    "In JavaScript, with this folder named `model`:",
    code("sh", "npm install @huggingface/transformers"),
    code(
      "js",
      `import {env, pipeline} from "@huggingface/transformers";

env.allowRemoteModels = false;
env.allowLocalModels = true;
env.localModelPath = "./";
const write = await pipeline("text-generation", "model", {dtype: "fp32"});
console.log(await write(${prompt}, {max_length: ${config.blockSize}, do_sample: false}));`
    ),
    site
  ].join("\n\n");
}

function data({run}: CardModel): string {
  if (!run) return "It was not trained by the program that wrote this folder, which does not know its text.";
  const {name, source, license, sha256, floor} = run.corpus;
  const lines = [
    `- Text: ${plain(name)}`,
    `- Source: ${plain(source)}`,
    `- Terms: ${plain(license)}`,
    `- SHA-256 of the text: \`${sha256}\``
  ];
  if (floor)
    lines.push(
      `- The least loss that any model can have on its validation part: ${floor.val.toFixed(4)} nats a token`
    );
  return lines.join("\n");
}

function training({config, run, tokenizer}: CardModel): string {
  const model = code("json", JSON.stringify(modelFields(config), null, 2));
  if (!run) return `Nothing is known of it.\n\nThe model:\n\n${model}`;
  const {steps, seconds, adapter, trainConfig, begunFrom} = run;
  return [
    `${steps.toLocaleString("en")} steps in ${Math.round(seconds).toLocaleString("en")} seconds, computed by ${plain(adapter || "an engine that was not recorded")}. The same run can be made again from \`${MODEL_FILES.run}\`${begunFrom ? ", and the model that it began at" : ""}.`,
    ...(begunFrom
      ? [
          `It did not begin at random parameters but at the model “${plain(begunFrom.name)}” (SHA-256 of its weights: \`${begunFrom.sha256}\`), and so has also learnt from that model’s texts.`
        ]
      : []),
    curve(run, unitOf(tokenizer)),
    "The model:",
    model,
    "The training:",
    code("json", JSON.stringify(trainConfig, null, 2))
  ].join("\n\n");
}

/** What the reader has written about the run, paragraph by paragraph. */
const notes = ({run}: CardModel): string[] =>
  run?.notes
    ? ["## Notes", ...run.notes.split(/\n+/).flatMap((line) => (line.trim() === "" ? [] : [paragraph(line)]))]
    : [];

/** A line as a paragraph, though it may begin like a list, a rule or a heading's underline. */
const paragraph = (line: string): string =>
  plain(line)
    .replace(/^[-=]/, "\\$&")
    .replace(/^(\d+)\./, "$1\\.");

function curve({history}: RunRecord, unit: string): string {
  const measured = history.filter(({validationLoss}) => validationLoss !== null);
  if (measured.length === 0) return "Its validation loss was not measured.";
  const drawing = textCurve(measured.map(({step, validationLoss}) => [step, validationLoss!]));
  const last = measured.length - 1;
  const told = new Set(Array.from({length: TOLD}, (_, i) => measured[Math.round((i * last) / (TOLD - 1))]!));
  const rows = [...told].map(
    ({step, trainLoss, validationLoss}) =>
      `| ${step} | ${trainLoss === null ? "" : trainLoss.toFixed(4)} | ${validationLoss!.toFixed(4)} |`
  );
  return [
    `Losses in nats a ${unit}:`,
    ["| Step | Training loss | Validation loss |", "| ---: | ---: | ---: |", ...rows].join("\n"),
    ...(drawing ? ["The validation loss by steps:", code("text", drawing)] : [])
  ].join("\n\n");
}

function limits({config, tokenizer}: CardModel): string {
  const unit = unitOf(tokenizer);
  return [
    `- It continues text like the text that it learnt from, and knows nothing else: it answers no questions, follows no instructions, and what it writes may be false or offensive, as that text may be.`,
    `- It sees at most ${config.blockSize.toLocaleString("en")} ${unit}s; other programs fail or write nonsense beyond that.`,
    ...(unit === "character"
      ? ["- Characters that are not in its vocabulary are left out, by other programs without a word."]
      : []),
    ...(config.causal ? [] : ["- It has no causal mask: it is an encoder, and does not write."])
  ].join("\n");
}

function licence({run}: CardModel): string {
  const terms = run
    ? `The text that it learnt from comes with these terms: ${plain(run.corpus.license)}${run.begunFrom ? " The model that it began at has terms of its own." : ""}`
    : "Its licence is that of the files that it was opened from.";
  return `${terms}\n\nThe program that trained it claims no rights in the model. Whoever publishes the model must know what the text's terms allow.`;
}

function files({run}: CardModel): string {
  return [
    "- `config.json`, `generation_config.json`: the model's shape, and how it writes",
    "- `tokenizer.json`, `tokenizer_config.json`: how text is cut into tokens",
    "- `model.safetensors`: the weights, float32",
    "- `onnx/model.onnx`: the weights and the computation, for ONNX Runtime and transformers.js",
    ...(run ? ["- `run.json`: the run, with its whole curve and every setting"] : [])
  ].join("\n");
}

const isTheirs = (config: ModelConfig): boolean => typeof huggingFaceShape(config) === "string";

/** A prompt of a tokenizer's own characters. */
function promptFor({model, decoder}: TokenizerFile): string {
  if (decoder.type !== "Fuse") return "Once upon a time";
  const known = Object.keys(model.vocab);
  const knows = (text: string) => [...text].every((character) => Object.hasOwn(model.vocab, character));
  return ["Once upon a time", "The "].find(knows) ?? known.find((token) => /\p{L}/u.test(token)) ?? known[0]!;
}

/** What of a configuration a transformer reads; all of it in other models. */
function modelFields(config: ModelConfig): Partial<ModelConfig> {
  if (config.architecture !== "transformer") return config;
  const {windowSize, smoothing, ...fields} = config;
  return fields;
}

const code = (language: string, text: string): string => `\`\`\`${language}\n${text}\n\`\`\``;

/** Text that a reader gave, as text: on one line, and no part of it Markdown or HTML. */
const plain = (text: string): string =>
  text
    .replace(/\s+/g, " ")
    .trim()
    .replace(/[\\`*_{}[\]<>()#+!|~&$]/g, "\\$&");
