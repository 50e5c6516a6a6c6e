import type {Corpus} from "../corpus/meta.js";
import {toOnnx} from "../exchange/onnx.js";
import {runRecord} from "../exchange/runRecord.js";
import type {Tokenizer} from "../text/tokenizer.js";
import type {ExportedModel} from "./protocol.js";
import type {Trainer} from "./trainer.js";

/** The model of this moment as an ONNX file, and the trainer's own logits for three windows to check it against. */
export async function exportRun(
  trainer: Trainer,
  tokenizer: Tokenizer,
  {val}: Corpus
): Promise<Omit<ExportedModel, "isStored">> {
  const snapshot = await trainer.snapshot();
  // The beginning, middle and end of the validation text, as long as the context allows.
  const length = Math.min(trainer.config.blockSize, val.length);
  const checks: ExportedModel["checks"] = [];
  for (const share of [0, 0.5, 1]) {
    const start = Math.floor(share * (val.length - length));
    const {ids, logits} = await trainer.trace(val.subarray(start, start + length));
    checks.push({ids, logits});
  }
  const onnx = toOnnx({
    config: trainer.config,
    parameters: snapshot.parameters,
    metadata: {tokenizer: tokenizer.toJSON(), run: runRecord(snapshot)}
  });
  return {onnx, step: snapshot.step, checks};
}
