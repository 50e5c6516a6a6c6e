import {type CorpusMeta, charactersPerToken} from "../corpus/meta.js";
import type {ModelConfig} from "../model/config.js";
import {configDifference, fieldInWords, modelName} from "../model/configDifference.js";
import {parameterCount} from "../model/parameters.js";
import {type TokenUnit, unitOf} from "../text/tokenizer.js";
import type {TrainConfig} from "../training/config.js";
import type {KeptRun} from "../training/shelf.js";
import type {HistoryPoint} from "../training/snapshot.js";
import {trainDifference} from "../training/trainDifference.js";
import type {OtherCurve} from "../views/lossData.js";
import type {RunRow} from "../views/runTable.js";
import {kindOf, tokenizerInWords} from "./tokenizerWords.js";

/** A run as far as a comparison goes. */
export interface ComparedRun {
  runId: string;
  modelConfig: ModelConfig;
  trainConfig: TrainConfig;
  corpus: CorpusMeta;
  step: number;
  history: readonly HistoryPoint[];
  notes?: string;
}

export interface Comparison {
  /** What losses are told by: the tokens of all runs alike, or characters, which all runs share. */
  unit: TokenUnit;
  /** The present run's losses, and whatever else is in nats a token of its own, in nats a `unit`. */
  scale: {train: number; val: number};
  /** Validation losses of the kept runs on the same text. */
  curves: OtherCurve[];
  /** The present run, then every kept one; those on another text without a curve. */
  rows: RunRow[];
  /** What to mind when comparing these, in sentences. */
  notes: string[];
}

/** Compares the present run with the kept ones. Losses by token compare only where tokens are alike. */
export function compareRuns(present: ComparedRun, shelf: readonly KeptRun[]): Comparison {
  const others = shelf.map(({run}) => run).filter(({runId}) => runId !== present.runId);
  const sameText = others.filter(({corpus}) => corpus.sha256 === present.corpus.sha256);
  const ratio = ({corpus}: ComparedRun) => charactersPerToken(corpus, "val");
  const isAlike = sameText.every((run) => ratio(run) === ratio(present));
  const unit = isAlike ? unitOf(present.corpus.tokenizer) : "character";
  const scaleOf = (run: ComparedRun, part: "train" | "val") =>
    isAlike ? 1 : 1 / charactersPerToken(run.corpus, part);

  const names = distinctNames(present, others);
  const curves = sameText.map(
    (run): OtherCurve => ({
      name: names.get(run)!,
      points: measured(run).map(({step, loss}) => ({step, loss: loss * scaleOf(run, "val")}))
    })
  );
  const row = (run: ComparedRun, differs: string): RunRow => {
    const isComparable = run.corpus.sha256 === present.corpus.sha256;
    const last = measured(run).at(-1);
    return {
      runId: run === present ? null : run.runId,
      curve: run === present || !isComparable ? null : sameText.indexOf(run as (typeof sameText)[number]),
      name: run === present ? `this run: ${modelName(run.modelConfig)}` : names.get(run)!,
      differs,
      steps: run.step,
      parameters: parameterCount(run.modelConfig),
      loss: last && isComparable ? last.loss * scaleOf(run, "val") : null,
      ...(run.notes && {notes: run.notes})
    };
  };
  return {
    unit,
    scale: {train: scaleOf(present, "train"), val: scaleOf(present, "val")},
    curves,
    rows: [
      row(present, "–"),
      ...others.map((run) => row(run, differences(present, run).join(", ") || "nothing"))
    ],
    notes: notes([present, ...sameText], isAlike)
  };
}

/** The measured validation losses of a run, nats a token. */
function measured({history}: ComparedRun): {step: number; loss: number}[] {
  return history.flatMap(({step, validationLoss}) =>
    validationLoss !== null && Number.isFinite(validationLoss) ? [{step, loss: validationLoss}] : []
  );
}

/** What of a run differs from the present one, a few words each: text, tokenizer, model, training. */
function differences(present: ComparedRun, run: ComparedRun): string[] {
  const isCutAlike = tokenizerInWords(present.corpus.tokenizer) === tokenizerInWords(run.corpus.tokenizer);
  return [
    ...(run.corpus.sha256 === present.corpus.sha256 ? [] : [`another text (${run.corpus.name})`]),
    ...(isCutAlike ? [] : [tokenizerInWords(run.corpus.tokenizer)]),
    ...configDifference(present.modelConfig, run.modelConfig)
      // The vocabulary follows from the text and the tokenizer.
      .filter(({field}) => field !== "vocabSize")
      .map(({field}) => fieldInWords(run.modelConfig, field)),
    ...trainDifference(present.trainConfig, run.trainConfig, run.modelConfig.architecture)
  ];
}

/** A name for each run: of its model, and where two share it, of what else differs from the present run. */
function distinctNames(present: ComparedRun, runs: readonly ComparedRun[]): Map<ComparedRun, string> {
  const taken = [present, ...runs].map(({modelConfig}) => modelName(modelConfig));
  return new Map(
    runs.map((run) => {
      const name = modelName(run.modelConfig);
      if (taken.filter((other) => other === name).length === 1) return [run, name];
      const [first] = differences(present, run).filter((words) => !name.includes(words));
      return [run, first ? `${name}, ${first}` : name];
    })
  );
}

function notes(runs: readonly ComparedRun[], isAlike: boolean): string[] {
  const sentences: string[] = [];
  if (!isAlike)
    sentences.push(
      "These runs cut the text into different tokens, so their losses are given by the character, which they share."
    );
  if (!isAlike && runs.some(({corpus}) => kindOf(corpus.tokenizer) === "word-piece"))
    sentences.push(
      "Word pieces leave out white space and unknown words, which costs the others nats: their loss is flattered."
    );
  if (runs.some(({modelConfig}) => !isHonest(modelConfig)))
    sentences.push(
      "A model without the causal mask sees the very token that it has to predict: its loss is no measure of how well it writes."
    );
  if (runs.some(({trainConfig}) => trainConfig.batching === "documents"))
    sentences.push(
      "A run on documents is measured on documents, each from its beginning, which is harder than windows of the same text."
    );
  return sentences;
}

/** Whether a model's loss is that of predicting what it has not seen. */
export function isHonest({architecture, causal}: ModelConfig): boolean {
  return causal || (architecture !== "transformer" && architecture !== "attention");
}
