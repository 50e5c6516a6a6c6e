import {type CorpusMeta, charactersPerToken} from "../corpus/meta.js";
import type {ModelConfig} from "../model/config.js";
import {parameterCount} from "../model/parameters.js";
import {unitOf} from "../text/tokenizer.js";
import {bestLoss, hasStoppedEarly} from "../training/earlyStopping.js";
import {epochsAt, formatEpochs} from "../training/epochs.js";
import {formatCount, formatFixed, formatPlural, formatRate} from "../views/format.js";
import type {RunState} from "./runState.js";
import {tokenizerInWords} from "./tokenizerWords.js";

/** The run that is open, or else the stored one. */
export type RunDescription = NonNullable<RunState["run"] | RunState["stored"]>;

/** How the run stands. */
export function headlineOf(shown: RunState): string {
  const {state, preparing, measuring, asked, step, stored, run} = shown;
  const at = `at step ${formatCount(step)}`;
  if (asked === "pause") return "Pausing after this step …";
  if (asked === "stop" && state === "preparing")
    return "Stopping the preparation. Press Stop again to stop at once.";
  if (asked === "stop")
    return "Stopping after this step. Press Stop again to stop at once; what is not saved yet is lost then.";
  switch (state) {
    case "idle":
      if (earlyStop(shown)) return `Your run stopped early ${at}. ${USED}`;
      if (stored && step >= stored.trainConfig.steps)
        return `Your run is complete ${at}. Attend, below, and chapters 10 and 11 use its model.`;
      return stored || run
        ? `Your run is paused ${at}. Resume it, or begin a new one.`
        : "No run yet. Choose a text and a size, then start.";
    case "preparing":
      return preparing ?? "Preparing …";
    case "paused":
      return step === 0 ? "Ready." : `Paused ${at}.`;
    case "running":
      if (measuring) return `Measuring the validation loss: ${measuring.done} of ${measuring.total} batches.`;
      return "Training. You can read other pages of this site in another tab; leaving this page pauses the run.";
    case "complete":
      if (earlyStop(shown)) return `Stopped early ${at}. ${USED}`;
      return `Complete ${at}. Attend, below, and chapters 10 and 11 use this model now.`;
  }
}

const USED = "Attend, below, and chapters 10 and 11 use its model as it stands.";

/** What stands above a text of the model's own. */
export function sampleLine({begunAt, step, isWhole}: NonNullable<RunState["sample"]>): string {
  const when =
    begunAt === step
      ? `What it writes after ${formatPlural(step, "step")}`
      : `What it ${isWhole ? "wrote while it went" : "writes while it goes"} on learning, from step ${formatCount(begunAt)} to step ${formatCount(step)}`;
  return `${when} (temperature 0.8)`;
}

/** Why a run ended before its last step, and where it was at its best; null where it did not. */
export function earlyStop({
  run,
  stored,
  step,
  history
}: RunState): {message: string; best: NonNullable<ReturnType<typeof bestLoss>>} | null {
  const shown = run ?? stored;
  if (!shown || !hasStoppedEarly({step, history, trainConfig: shown.trainConfig})) return null;
  const best = bestLoss(history);
  if (!best) return null;
  const {estimatesSince, validationLoss} = best;
  const message = `The run stopped early at step ${formatCount(step)} of ${formatCount(shown.trainConfig.steps)}: in ${formatPlural(estimatesSince, "estimate")} the validation loss has not fallen below ${formatFixed(validationLoss, 3)}, measured at step ${formatCount(best.step)}.`;
  return {message, best};
}

/** How much of the text has been read, in epochs; empty where every step reads the same. */
export function epochsOf({step}: Pick<RunState, "step">, run: RunDescription): string {
  const done = epochsAt(step, run);
  const all = epochsAt(run.trainConfig.steps, run);
  return done === null || all === null ? "" : `${formatEpochs(done)} of ${formatEpochs(all)} epochs`;
}

/** What computes the run, and how its text is cut. */
export function circumstances({run}: RunState, {corpus}: RunDescription): string {
  const {tokenizer, unknown} = corpus;
  const cut = `Text: ${corpus.name}, cut into ${tokenizerInWords(tokenizer)}${
    unitOf(tokenizer) === "token"
      ? `, ${formatFixed(charactersPerToken(corpus, "val"), 2)} characters a token`
      : ""
  }.`;
  const lost =
    unknown.total > 0
      ? ` The vocabulary lacks ${formatPlural(unknown.kinds, "word")} of it, which occur ${formatPlural(unknown.total, "time")}.`
      : "";
  return `${cut}${lost}${run ? ` Engine: ${run.backend.adapter}. ${run.backend.reason}${kernels(run)}${run.unmixed ? ` ${run.unmixed}` : ""}` : ""}`;
}

/** Whose code computes, where that is not plain from the engine. */
function kernels({backend, hasOwnKernels, capture}: NonNullable<RunState["run"]>): string {
  if (backend.isStock)
    return " This site’s own kernels are off, to compare: each step is issued operation by operation.";
  if (capture)
    return "reason" in capture
      ? ` Steps are issued operation by operation: ${capture.reason}`
      : ` A step is ${formatPlural(capture.dispatches, "kernel")}, recorded once and replayed.`;
  if (backend.name !== "wasm") return "";
  return hasOwnKernels
    ? " Matrix products and AdamW run on this site’s own kernels."
    : " This browser cannot run this site’s own kernels, so TensorFlow.js’s multiply matrices.";
}

/** The run in numbers. */
export function numbersOf(
  state: RunState,
  {modelConfig, corpus}: {modelConfig: ModelConfig; corpus: CorpusMeta}
) {
  const unit = unitOf(corpus.tokenizer);
  const loss = (label: string, x: number | null, part: "train" | "val") => ({
    label,
    value: x === null ? "–" : formatFixed(x, 3),
    unit: `nats a ${unit}${
      unit === "character" || x === null
        ? ""
        : ` (${formatFixed(x / charactersPerToken(corpus, part), 3)} a character)`
    }`
  });
  return [
    loss("Training loss", state.loss, "train"),
    loss("Validation loss", state.validationLoss, "val"),
    ...(corpus.floor ? [loss("Loss floor", corpus.floor.val, "val")] : []),
    {
      label: "Speed",
      value: state.tokensPerSecond === null ? "–" : formatRate(state.tokensPerSecond, `${unit}s`)
    },
    ...(modelConfig.architecture === "bigram" // which counts
      ? []
      : [
          {
            label: "Gradient norm",
            value: state.gradientNorm === null ? "–" : formatFixed(state.gradientNorm, 2)
          }
        ]),
    {label: "Parameters", value: formatCount(parameterCount(modelConfig))},
    {label: "Saved at step", value: state.savedStep === null ? "–" : formatCount(state.savedStep)}
  ];
}
