/**
 * npm run gradient-check: the gradient of a parameter by the backward pass against differences of the loss, on a small
 * batch of a model before its first step.
 *
 *   npm run gradient-check -- --preset toy --parameter transformer.h.0.attn.c_attn.weight
 *   npm run gradient-check -- --set position=rope --all
 *
 * Exits with 1 where the two do not agree.
 */
import {parseArgs} from "node:util";
import {parameterShapes} from "../components/model/parameters.js";
import {checkInWords, checkSettings, runGradientCheck} from "../components/sweep/gradientCheckRun.js";
import {readTokenizer} from "../components/text/tokenizerFile.js";
import type {GradientCheck} from "../components/training/gradientCheck.js";
import {
  experimentBackend,
  experimentCorpus,
  experimentOptions,
  experimentSettings,
  experimentUsage,
  wholeNumber
} from "./experimentOptions.js";
import {CHOSEN, nodeExperiments} from "./nodeExperiments.js";

const options = {
  ...experimentOptions,
  parameter: {type: "string"},
  all: {type: "boolean", default: false},
  elements: {type: "string"}
} as const;

const usage = `npm run gradient-check -- [options]
  --parameter NAME       which; without it their names and shapes are listed
  --all                  every parameter, one after another
  --elements N           how many elements of each, at random (10)
${experimentUsage}`;

async function main(): Promise<void> {
  const {values: args} = parseArgs({options});
  if (args.help) return console.log(usage);
  const settings = checkSettings(experimentSettings(args));
  const corpus = await experimentCorpus(args, settings.model.blockSize);
  const vocabSize = readTokenizer(corpus.meta.tokenizer).vocabulary.length;
  const shapes = parameterShapes({...settings.model, vocabSize});
  if (!args.parameter && !args.all) {
    for (const [name, shape] of Object.entries(shapes)) console.log(`${name}  ${shape.join(" × ")}`);
    return;
  }
  const source = {corpus: CHOSEN, backend: experimentBackend(args)};
  const experiments = nodeExperiments(async () => corpus);
  const count = wholeNumber("elements", args.elements) ?? 10;
  for (const parameter of args.all ? Object.keys(shapes) : [args.parameter!]) {
    const check = await runGradientCheck(experiments, {...source, ...settings}, {parameter, count});
    if (check) tell(check);
    if (!check?.agrees) process.exitCode = 1;
  }
}

function tell(check: GradientCheck): void {
  for (const {index, analytic, numeric, relativeError, agrees} of check.rows)
    console.log(
      [
        (index === null ? "all" : `element ${index}`).padEnd(14),
        analytic.toExponential(4).padStart(12),
        numeric.toExponential(4).padStart(12),
        `${(100 * relativeError).toFixed(3)} %`.padStart(10),
        agrees ? "" : "  does not agree"
      ].join(" ")
    );
  console.log(`${checkInWords(check)}\n`);
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
