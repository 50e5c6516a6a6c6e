import type {ModelConfig} from "../model/config.js";
import {parameterCount} from "../model/parameters.js";
import {flops} from "../model/size.js";
import {kernelSets} from "../ops/kernelSets.js";
import type {TrainConfig} from "../training/config.js";
import {formatEpochs} from "../training/epochs.js";
import {trainingMemory} from "../training/memory.js";
import {type ParameterGroup, parameterGroups} from "../training/parameterGroups.js";
import {optimiserNames} from "../training/trainDifference.js";
import {formatBytes, formatCount, formatFlops, formatPlural} from "../views/format.js";
import type {Vocabulary} from "./settingsForm.js";

/** What a model and its training take; `mix` names a model that is no recipe's. */
export function sizeInWords(
  model: ModelConfig,
  train: TrainConfig,
  vocabulary: Vocabulary,
  mix: string | null
): string {
  // Whose kernels will compute is known only once the engine runs: at least what is held by those that keep the least.
  const total = Math.min(...kernelSets.map((kernels) => trainingMemory(model, train, kernels).total));
  const {unit} = vocabulary;
  const guess = vocabulary.isGuess ? ", as this site’s text has; yours may differ" : "";
  const padding = train.batching === "documents" ? " and one token for padding" : "";
  return (
    `${formatCount(parameterCount(model))} parameters${mix ? ` (${mix})` : ""} with a vocabulary of ${formatCount(vocabulary.size)} ${unit}s${padding}${guess}. ` +
    `Training holds at least ${formatBytes(total)}; each step reads ${formatCount(train.batchSize * model.blockSize)} ${unit}s and computes ${formatFlops(flops(model, train).total)}. ` +
    lengthInWords(model, train, vocabulary)
  );
}

/** "1,000 steps = 1.7 passes over the text"; the steps alone where the text's length is not known. */
function lengthInWords(
  {blockSize}: ModelConfig,
  {steps, batchSize, overfitOneBatch}: TrainConfig,
  {trainTokens, unit}: Vocabulary
): string {
  const read = steps * batchSize * blockSize;
  const all = formatPlural(steps, "step");
  if (overfitOneBatch)
    return `${all} = ${formatCount(steps)} passes over one batch of ${formatCount(batchSize * blockSize)} ${unit}s.`;
  if (!trainTokens) return `${all} read ${formatCount(read)} ${unit}s.`;
  return `${all} = ${formatEpochs(read / trainTokens)} passes (epochs) over a training text of ${formatCount(trainTokens)} ${unit}s.`;
}

/** Which parameters the weight decay shrinks, and which Muon moves. Empty for a model that counts. */
export function groupsInWords(model: ModelConfig, train: TrainConfig): string {
  if (model.architecture === "bigram") return "";
  const {decayed, undecayed, muon} = parameterGroups(model, train);
  const {weightDecay, optimiser} = train;
  const decay =
    weightDecay === 0
      ? "No parameter decays."
      : `Weight decay ${weightDecay} shrinks ${inWords(decayed, "matrix or table", "matrices and tables")}; ${inWords(undecayed, "bias or gain", "biases and gains")} are left alone.`;
  if (optimiser !== "muon") return decay;
  const rest = {
    arrays: decayed.arrays + undecayed.arrays - muon.arrays,
    numbers: decayed.numbers + undecayed.numbers - muon.numbers
  };
  return `${decay} Muon moves ${inWords(muon, "matrix between layers", "matrices between layers")}; ${optimiserNames.adamW} moves ${inWords(rest, "other array", "other arrays")}.`;
}

const inWords = ({arrays, numbers}: ParameterGroup, one: string, many: string): string =>
  `${formatPlural(arrays, one, many)} (${formatPlural(numbers, "number")})`;

/** What to expect of a run that sees the same batch at each step. */
export const OVERFITTING =
  "One batch, over and over: the training loss should fall towards 0, because so few windows can be learnt by heart. Where it does not, something is broken: the model, its gradients, the optimiser, or the rate. It proves no more than that; on text it has not seen this model gets worse and worse, as the validation loss shows.";
