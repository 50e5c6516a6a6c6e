import {messageOf} from "../../components/errorMessage.js";
import type {ProfileRecord} from "../../components/profiling/profileRecord.js";
import {VOCABULARY} from "../../components/profiling/randomRun.js";
import {type PresetName, presets} from "../../components/training/presets.js";
import {choiceOption} from "./options.js";
import {profileStep} from "./profile.js";
import {type PytorchStep, timePytorch} from "./pytorch.js";
import {significant} from "./spread.js";
import {measureSteps} from "./step.js";
import type {Report, Suite} from "./suite.js";

/** All that is to be known of training on a machine's GPU, PyTorch's side included, by one command. */
export const gpu: Suite = {
  summary:
    "training on this machine's GPU: steps, kernels, the share of the product's peak, and PyTorch beside it",
  options: {
    config: {type: "string", multiple: true, default: ["nanogpt-cpu", "baby", "full"]},
    python: {type: "string", default: process.env.PYTHON || "python3"}
  },
  help: {
    "config NAME": "only this preset (nanogpt-cpu, baby, full); may be repeated",
    "python PATH": "an interpreter that has PyTorch (python3)"
  },
  needsAdapter: () => true,
  async run({config, python}, report) {
    for (const value of config as string[]) {
      const name = choiceOption("config", value, Object.keys(presets) as PresetName[]);
      await measure(name, String(python), report);
    }
  }
};

async function measure(name: PresetName, python: string, report: Report): Promise<void> {
  const settings = {name, ...presets[name]};
  // Stock TensorFlow.js needs minutes a step, and gigabytes, for the larger ones.
  const only = name === "nanogpt-cpu" || name === "toy" ? undefined : ["captured"];
  await measureSteps(settings, {backend: "webgpu", adapter: "auto"}, {rounds: 3, only}, report);
  const record = await profileStep(settings, "auto", report);
  reportPeak(record, report);
  const {model, train} = settings;
  try {
    const sizes = {...model, vocabSize: VOCABULARY, batchSize: train.batchSize};
    for (const pytorch of await timePytorch(sizes, python)) compare(record, pytorch, report);
  } catch (error) {
    report({config: name, pytorch: null, reason: messageOf(error)}, `  ${messageOf(error)}`);
  }
}

/** How much of what the device's products attain alone a whole step attains. */
function reportPeak(
  {preset: config, adapter, attainable, milliseconds, kernels}: ProfileRecord,
  report: Report
) {
  if (!attainable || milliseconds === null) return;
  const flops = kernels.reduce((sum, {runs, flops}) => sum + runs * (flops ?? 0), 0);
  const shareOfPeak = significant((1000 * flops) / milliseconds / attainable.flopsPerSecond);
  report(
    {config, adapter, flopsPerStep: flops, shareOfPeak},
    `  ${significant(flops / 1e9)} GFLOP a step: ${significant(100 * shareOfPeak)}% of the product's peak, end to end`
  );
}

function compare({preset: config, milliseconds}: ProfileRecord, pytorch: PytorchStep, report: Report): void {
  const {variant, device, torch, msPerStep, tokensPerSecond} = pytorch;
  const ratio = milliseconds === null ? null : significant(msPerStep.median / milliseconds);
  report(
    {config, variant: `pytorch ${variant}`, device, torch, msPerStep, tokensPerSecond, ratio},
    `  PyTorch ${torch} ${variant} on ${device}: ${significant(msPerStep.median)} ms a step, ${significant(tokensPerSecond)} tokens/s; ours is ${ratio} times as fast`
  );
}
