/**
 * npm run export: a run as other programs go on with it, and back.
 *
 *   npm run export -- --for torch   --run runs/toy        --to DIR
 *   npm run export -- --for nanogpt --run runs/toy        --to DIR
 *   npm run export -- --for site    --run NANOGPT_FOLDER  --to DIR
 *
 * For torch, DIR is a run's folder with the programs that continue it; for nanogpt, files to be copied into nanoGPT; for
 * the site, a run's folder as `npm run train` writes it, and run.safetensors for the lab.
 */
import {parseArgs} from "node:util";
import {messageOf} from "../components/errorMessage.js";
import {exportTargets} from "./exportTargets.js";
import {readAnyRun} from "./readAnyRun.js";
import {heldRun} from "./runFolder.js";

const usage = `npm run export -- --for torch|nanogpt|site --run PATH --to DIR
  --for torch            a folder that train.py in it continues in PyTorch, on one GPU or many
  --for nanogpt          the text, settings and weights in nanoGPT's own layout
  --for site             a run's folder for npm run train -- --resume, from nanoGPT's files or a model's folder
  --run PATH             a run's folder or file, a model's folder, or a folder with nanogpt.safetensors
  --to DIR               where to write
  --corpus PATH|URL      the text of a model's folder, which does not hold it; the built-in story grammar when absent`;

const options = {
  for: {type: "string"},
  run: {type: "string"},
  to: {type: "string"},
  corpus: {type: "string"},
  help: {type: "boolean", default: false}
} as const;

async function main(): Promise<void> {
  const {values: args} = parseArgs({options});
  if (args.help) return console.log(usage);
  const {for: target, run, to} = args;
  if (target === undefined || run === undefined || to === undefined)
    throw new RangeError(`--for, --run and --to are needed.\n\n${usage}`);
  if (!Object.hasOwn(exportTargets, target))
    throw new RangeError(`--for is ${target}; it must be one of ${Object.keys(exportTargets).join(", ")}.`);
  const held = await heldRun(to);
  if (held !== null) throw new Error(`${to} holds ${held}: choose another folder for --to.`);
  const {snapshot, corpus, remarks} = await readAnyRun(run, args.corpus);
  const {differences, next} = await exportTargets[target as keyof typeof exportTargets](to, snapshot, corpus);
  for (const sentence of [...remarks, ...differences]) console.log(sentence);
  const {step, trainConfig} = snapshot;
  console.log(`Wrote the run at step ${step} of ${trainConfig.steps} to ${to}. Next: ${next}`);
}

try {
  await main();
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}
