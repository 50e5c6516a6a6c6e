import type {ModelConfig} from "../model/config.js";
import {checkTrainConfig, type TrainConfig} from "../training/config.js";
import type {Role, TeamPlan} from "./protocol.js";

/** Throws RangeError where a setting is impossible, or a plan cannot give a worker that role; nothing is started. */
export function checkRole(role: Role, {model, train}: TeamPlan): void {
  checkTrainConfig(train);
  if (role.kind === "replica") checkReplicas(role.size, model, train);
  else checkStages(role, model, train);
}

/** Each worker holds a whole engine, tens of megabytes; few machines have more cores to offer. */
export const MOST_WORKERS = 8;

/** Throws RangeError, with a sentence that names the field, its value and the limit, where a batch cannot be shared so. */
export function checkReplicas(
  workers: number,
  {architecture}: Pick<ModelConfig, "architecture">,
  {batchSize}: Pick<TrainConfig, "batchSize">
): void {
  if (!Number.isInteger(workers) || workers < 1 || workers > MOST_WORKERS)
    throw new RangeError(`workers is ${workers}; it must be a whole number from 1 to ${MOST_WORKERS}.`);
  if (workers > batchSize)
    throw new RangeError(
      `workers is ${workers}; it must be at most batchSize, ${batchSize}, so that each has a row of the batch.`
    );
  if (batchSize % workers !== 0)
    throw new RangeError(
      `workers is ${workers}, which does not divide batchSize, ${batchSize}: each computes as many rows of the batch.`
    );
  if (architecture === "bigram")
    throw new RangeError(
      "architecture is bigram, which counts: it has no gradient that workers could average."
    );
}

/** Throws RangeError likewise where a model cannot be cut after `cut` of its blocks, or a batch into so many pieces. */
export function checkStages(
  {cut, microBatches}: {cut: number; microBatches: number},
  {architecture, nLayer}: Pick<ModelConfig, "architecture" | "nLayer">,
  {accumulationSteps, batchSize}: Pick<TrainConfig, "accumulationSteps" | "batchSize">
): void {
  if (architecture !== "transformer")
    throw new RangeError(
      `architecture is ${architecture}; only a transformer has blocks that two workers could share.`
    );
  if (!Number.isInteger(cut) || cut < 0 || cut > nLayer)
    throw new RangeError(`cut is ${cut}; it must be a whole number from 0 to nLayer, ${nLayer}.`);
  if (!Number.isInteger(microBatches) || microBatches < 1 || microBatches > batchSize)
    throw new RangeError(
      `microBatches is ${microBatches}; it must be a whole number from 1 to batchSize, ${batchSize}.`
    );
  if (accumulationSteps !== 1)
    throw new RangeError(
      `accumulationSteps is ${accumulationSteps}; it must be 1 where layers are shared, since micro-batches are what a batch is cut into there.`
    );
}
