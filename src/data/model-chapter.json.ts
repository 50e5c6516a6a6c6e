import {startNodeBackend} from "../cli/nodeBackends.js";
import {
  type CheatingResult,
  cheatingExperiment,
  cheatingRuns,
  thinLosses
} from "../components/chapters/model/cheatingRuns.js";
import {messageOf} from "../components/errorMessage.js";
import {Laboratory} from "../components/experiment/laboratory.js";
import {deviceLimits} from "../components/webgpu/deviceLimits.js";
import {shippedRun} from "./shippedModel.js";
import {siteCharacters} from "./siteCorpus.js";

/**
 * What the chapter “The model” opens with: the shape of the model that ships, and what came of training a small one
 * with and without the causal mask, run here and now by the same laboratory that the reader's browser has.
 */
try {
  const {config} = await shippedRun();
  const results: CheatingResult[] = [];
  const started = performance.now();
  for (const {name, causal} of cheatingRuns) results.push(await train(name, causal));
  console.error(
    `Trained with and without the mask in ${((performance.now() - started) / 1000).toFixed(1)} s`
  );
  process.stdout.write(JSON.stringify({config, results}));
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}

async function train(name: string, causal: boolean): Promise<CheatingResult> {
  const losses: number[] = [];
  let sample = "";
  let problem = "";
  const laboratory = new Laboratory({
    post: (report) => {
      if (report.type === "step") losses.push(report.loss);
      if (report.type === "sample") sample = report.text;
      if (report.type === "failed") problem = report.message;
    },
    startBackend: () => startNodeBackend("wasm"),
    deviceLimits,
    loadCorpus: async (_, blockSize) => (await siteCharacters(blockSize)).corpus,
    yieldToOthers: () => new Promise((resolve) => setImmediate(resolve)),
    now: () => performance.now()
  });
  const corpus = {kind: "built", metaUrl: "", trainUrl: "", valUrl: ""} as const;
  await laboratory.handle({type: "run", id: 1, settings: cheatingExperiment(corpus, causal)});
  if (problem) throw new Error(problem);
  const rounded = thinLosses(losses).map(({step, loss}) => ({step, loss: Number(loss.toFixed(4))}));
  return {name, losses: rounded, sample};
}
