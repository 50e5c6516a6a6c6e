import type {Corpus} from "../corpus/meta.js";
import {type ParityOptions, recordParity} from "../evaluation/parityRecord.js";
import {toOnnx} from "../exchange/onnx/onnx.js";
import {runRecord} from "../exchange/runRecord.js";
import type {Tokenizer} from "../text/tokenizer.js";
import type {ExportedModel} from "./protocol.js";
import type {Trainer} from "./trainer.js";
import {trainerModel} from "./trainerModel.js";

/**
 * The model of this moment as an ONNX file, and what the trainer itself says on the validation text, to check the file
 * against. Rejects with the signal's reason.
 */
export async function exportRun(
  trainer: Trainer,
  tokenizer: Tokenizer,
  {val}: Corpus,
  {notes, ...options}: ParityOptions & {notes?: string} = {}
): Promise<Omit<ExportedModel, "isStored">> {
  const snapshot = await trainer.snapshot();
  const onnx = toOnnx({
    config: trainer.config,
    parameters: snapshot.parameters,
    metadata: {tokenizer: tokenizer.toJSON(), run: runRecord({...snapshot, ...(notes && {notes})})}
  });
  const reference = await recordParity(trainerModel(trainer, tokenizer), val, options);
  return {onnx, step: snapshot.step, reference};
}
