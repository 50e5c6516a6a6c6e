import {CHOSEN, runExperiment} from "../cli/nodeExperiments.js";
import {
  type CheatingResult,
  cheatingExperiment,
  cheatingModel,
  cheatingRuns,
  thinLosses
} from "../components/chapters/model/cheatingRuns.js";
import type {Corpus} from "../components/corpus/meta.js";
import {messageOf} from "../components/errorMessage.js";
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
  const {corpus} = await siteCharacters(cheatingModel.blockSize);
  for (const {name, causal} of cheatingRuns) results.push(await train(corpus, name, causal));
  console.error(
    `Trained with and without the mask in ${((performance.now() - started) / 1000).toFixed(1)} s`
  );
  process.stdout.write(JSON.stringify({config, results}));
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}

async function train(corpus: Corpus, name: string, causal: boolean): Promise<CheatingResult> {
  const losses: number[] = [];
  let sample = "";
  await runExperiment(corpus, cheatingExperiment(CHOSEN, causal), {
    onReport(report) {
      if (report.type === "step") losses.push(report.loss);
      if (report.type === "sample") sample = report.text;
    }
  });
  const rounded = thinLosses(losses).map(({step, loss}) => ({step, loss: Number(loss.toFixed(4))}));
  return {name, losses: rounded, sample};
}
