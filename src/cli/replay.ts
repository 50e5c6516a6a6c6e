import {openAsBlob} from "node:fs";
import {stat} from "node:fs/promises";
import {chooseCorpus} from "../components/corpus/chooseCorpus.js";
import {
  type CurveComparison,
  compareCurves,
  comparisonInWords
} from "../components/evaluation/curveComparison.js";
import {modelMismatch, openReceipt, type Receipt, textMismatch} from "../components/exchange/receipt.js";
import type {TokenizerChoice} from "../components/text/tokenizerChoice.js";
import {cutForModel, type GivenModel} from "../components/training/givenModel.js";
import {newRun} from "../components/training/newRun.js";
import {Trainer} from "../components/training/trainer.js";
import {deviceLimits} from "../components/webgpu/deviceLimits.js";
import {engineNamed} from "../components/webgpu/wantedBackend.js";
import {chooseNodeBackend} from "./chooseNodeBackend.js";
import {type NodeBackendName, startNodeBackend} from "./nodeBackends.js";
import {ProgressLine} from "./progressLine.js";
import {readModelAt} from "./readModelAt.js";
import {trainInTerminal} from "./trainInTerminal.js";

export interface ReplayOptions {
  /** Where the text lies; the built-in story grammar when absent. */
  corpus: string | undefined;
  backend: NodeBackendName | "auto";
  /** Where the model lies that the receipt's run began at, if it did. */
  from: string | undefined;
}

/**
 * Trains the run of a receipt again, from its seed to its last step, and prints how the curves compare; Ctrl-C compares
 * what there is. Writes nothing. Throws Error, saying which text or model is needed, where the one at hand is another.
 */
export async function replayReceipt(
  path: string,
  {corpus: location, backend, from}: ReplayOptions
): Promise<CurveComparison> {
  const receipt = await read(path);
  const {modelConfig, trainConfig, text, tuning, steps} = receipt;
  const model = await beginningOf(receipt, from);
  const load = async (tokenizer: TokenizerChoice, blockSize: number) =>
    (await chooseCorpus(location, blockSize, {tokenizer})).corpus;
  const corpus = await (model ? cutForModel(model, load) : load(text.tokenizer, modelConfig.blockSize));
  const mismatch = textMismatch(text, corpus.meta);
  if (mismatch) throw new Error(`${mismatch} Name the file with that text by --corpus.`);

  const adapter = backend === "auto" ? await sameEngine(receipt) : await startNodeBackend(backend);
  const begun = newRun(modelConfig, trainConfig, corpus.meta, deviceLimits(), model ?? undefined);
  const trainer = new Trainer({...begun, ...(tuning && {tuning})}, corpus, adapter);
  console.log(
    `Training the run of ${path} again from ${model ? `${from} and ` : ""}seed ${trainConfig.seed} on ${adapter}; the receipt’s was computed by ${receipt.adapter}.`
  );
  const interruption = new AbortController();
  const interrupt = () => interruption.abort();
  process.once("SIGINT", interrupt);
  try {
    await trainer.prepare();
    await trainInTerminal(trainer, {
      line: new ProgressLine(steps),
      signal: interruption.signal,
      until: steps
    });
    const comparison = compareCurves(receipt.curve, trainer.history);
    if (trainer.step < steps) console.log(`Stopped at step ${trainer.step} of ${steps}; up to there:`);
    const engines = {first: receipt.adapter, second: adapter, unmixed: trainer.unmixed};
    console.log(comparisonInWords(comparison, engines));
    return comparison;
  } finally {
    process.off("SIGINT", interrupt);
    trainer.dispose();
  }
}

/** The model that the receipt's run began at; null where it began at random parameters. */
async function beginningOf({begunFrom}: Receipt, from: string | undefined): Promise<GivenModel | null> {
  const model = from === undefined ? null : await readModelAt(from);
  const mismatch = modelMismatch(begunFrom, model?.begunFrom ?? null);
  if (mismatch)
    throw new Error(
      `${mismatch} ${begunFrom ? "Name that model’s folder or file by --from." : "Leave out --from."}`
    );
  return model;
}

async function read(path: string): Promise<Receipt> {
  const isFile = await stat(path).then(
    (found) => found.isFile(),
    () => false
  );
  if (!isFile) throw new Error(`${path} cannot be read: --receipt needs the file of a receipt.`);
  return openReceipt(await openAsBlob(path));
}

/** The receipt's engine where Node has it, and the quickest here otherwise. */
async function sameEngine({adapter}: Receipt): Promise<string> {
  const name = engineNamed(adapter);
  if (name === "wasm" || name === "cpu") return startNodeBackend(name);
  if (name === "webgpu")
    try {
      return await startNodeBackend(name);
    } catch {
      // No GPU here: the curves are then compared within rounding.
    }
  return chooseNodeBackend();
}
