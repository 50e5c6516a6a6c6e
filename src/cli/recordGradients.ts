/**
 * Records the longer runs of the chapter “The block”: with LayerNorm, every combination of residuals and the norm's
 * place, for as many steps as it takes until their losses part. The build makes the short ones itself.
 *
 *   npx tsx src/cli/recordGradients.ts [--out src/data/block-runs.json] [--backend wasm]
 */
import {writeFile} from "node:fs/promises";
import {parseArgs} from "node:util";
import {benchSettings, combinations, LONG, nameOf} from "../components/chapters/block/bench.js";
import {emptyRun, type GradientRun, record} from "../components/chapters/block/gradientRun.js";
import type {LongRecording} from "../components/chapters/block/longRuns.js";
import {chooseCorpus} from "../components/corpus/chooseCorpus.js";
import {messageOf} from "../components/errorMessage.js";
import {type NodeBackendName, startNodeBackend} from "./nodeBackends.js";
import {CHOSEN, runExperiment} from "./nodeExperiments.js";
import {ProgressLine} from "./progressLine.js";

async function main(): Promise<void> {
  const {values} = parseArgs({
    options: {
      out: {type: "string", default: "src/data/block-runs.json"},
      backend: {type: "string", default: "wasm"}
    }
  });
  const {corpus} = await chooseCorpus(undefined, 128);
  const runs: GradientRun[] = [];
  for (const combination of combinations("layerNorm")) {
    console.log(`${nameOf(combination)}, for ${LONG.steps} steps`);
    const line = new ProgressLine(LONG.steps);
    let run = emptyRun(combination, LONG, false);
    await runExperiment(corpus, benchSettings(combination, LONG, CHOSEN), {
      startBackend: () => startNodeBackend(values.backend as NodeBackendName),
      onReport(report) {
        if (report.type === "step") line.step(report.step, report.loss);
        run = record(run, report);
      }
    });
    line.end();
    runs.push({...run, losses: run.losses.map((loss) => Number(loss.toFixed(3)))});
  }
  const recording: LongRecording = {version: 1, corpus: corpus.meta.name, runs};
  await writeFile(values.out, `${JSON.stringify(recording)}\n`);
}

try {
  await main();
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}
