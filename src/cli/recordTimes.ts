/**
 * Records what the chapter “Fast inference” shows before a reader has timed anything: the shipped model with and without
 * its cache, at once and one by one, and a training step on every engine that Node has here.
 *
 *   npx tsx src/cli/recordTimes.ts [--out src/data/inference-times.json]
 */
import {spawnSync} from "node:child_process";
import {readFile, writeFile} from "node:fs/promises";
import {cpus} from "node:os";
import {join} from "node:path";
import {fileURLToPath} from "node:url";
import {parseArgs} from "node:util";
import {ENGINES, STEPS} from "../components/chapters/inference/engines.js";
import type {Engine, RacedToken, TimedStep} from "../components/chapters/inference/protocol.js";
import {timeRace} from "../components/chapters/inference/race.js";
import {STEP_MODEL} from "../components/chapters/inference/stepModel.js";
import {stepInLoops, stepOnEngine} from "../components/chapters/inference/timeSteps.js";
import {type EngineTimes, type RecordedTimes, stepTime} from "../components/chapters/inference/times.js";
import {timeWindows} from "../components/chapters/inference/timeWindows.js";
import {windowLengths} from "../components/chapters/inference/windowLengths.js";
import {chooseCorpus} from "../components/corpus/chooseCorpus.js";
import type {Corpus} from "../components/corpus/meta.js";
import {messageOf} from "../components/errorMessage.js";
import {MODEL_FILES} from "../components/exchange/modelFiles.js";
import {fromOnnx} from "../components/exchange/onnx/onnx.js";
import {TensorModel} from "../components/model/tensorModel.js";
import {setKernels} from "../components/ops/webgpu/kernels.js";
import {readTokenizer} from "../components/text/tokenizerFile.js";
import {startNodeBackend} from "./nodeBackends.js";
import {findNodeWebgpu} from "./nodeWebgpu.js";

const PROMPT = 8;
/** Each is done so often, and the quickest counts: whatever else the machine does only adds to it. */
const ROUNDS = 3;

async function record(): Promise<RecordedTimes> {
  await startNodeBackend("wasm");
  const folder = fileURLToPath(new URL("../data/shipped-model", import.meta.url));
  const {config, parameters, metadata} = fromOnnx(await readFile(join(folder, MODEL_FILES.onnx)));
  const {corpus} = await chooseCorpus(undefined, STEP_MODEL.blockSize);
  const text = readTokenizer(corpus.meta.tokenizer).decode(corpus.val.subarray(0, 4 * config.blockSize));
  const ids = Array.from(readTokenizer(metadata.tokenizer).encode(text).ids.subarray(0, config.blockSize));
  const model = new TensorModel(config, parameters);

  const races: Omit<RacedToken, "text">[][] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const race: Omit<RacedToken, "text">[] = [];
    for await (const {id: _, ...token} of timeRace(model, ids.slice(0, PROMPT), config.blockSize))
      race.push(token);
    races.push(race);
  }
  const race = races[0]!.map(({t, difference}, i) => ({
    t,
    withCache: round(Math.min(...races.map((race) => race[i]!.withCache))),
    without: round(Math.min(...races.map((race) => race[i]!.without))),
    difference: round(difference)
  }));
  const windows: RecordedTimes["windows"][number][] = [];
  for await (const {T, atOnce, oneByOne} of timeWindows(model, ids, windowLengths(config.blockSize)))
    windows.push({T, atOnce: round(atOnce), oneByOne: round(oneByOne)});
  model.dispose();

  const engines: EngineTimes[] = [];
  for (const {engine} of ENGINES) {
    const runs: EngineTimes[] = [];
    for (let round = 0; round < ROUNDS; round++) runs.push(await stepsOf(engine, corpus));
    engines.push(runs.sort((a, b) => stepTime(a) - stepTime(b))[0]!);
    console.error(engines.at(-1));
  }
  const machine = `in Node ${process.versions.node} on ${cpus().length} cores of ${cpus()[0]?.model ?? "a processor"}`;
  return {machine: machine.replace(/\s+/g, " "), rounds: ROUNDS, config, race, windows, engines};
}

async function stepsOf(engine: Engine, corpus: Corpus): Promise<EngineTimes> {
  const steps: TimedStep[] = [];
  let name = "plain loops";
  try {
    if (engine !== "loops") {
      name = await startNodeBackend(engine);
      setKernels(true);
    }
    const step = engine === "loops" ? stepInLoops(corpus) : await stepOnEngine(corpus, name);
    for (let i = 0; i < STEPS; i++) {
      const {ms, loss} = await step();
      steps.push({ms: round(ms), loss});
    }
    return {engine, name, steps};
  } catch (error) {
    return {engine, name, steps, failure: messageOf(error)};
  }
}

const round = (ms: number): number => Number(ms.toPrecision(4));

const {values} = parseArgs({options: {out: {type: "string", default: "src/data/inference-times.json"}}});
// A Vulkan driver is found as a process starts.
const env = process.env.VK_ICD_FILENAMES
  ? {}
  : await findNodeWebgpu().then(
      ({env}) => env,
      () => ({})
    );
if (Object.keys(env).length > 0) {
  const [program, ...rest] = [...process.execArgv, ...process.argv.slice(1)];
  process.exitCode =
    spawnSync(process.execPath, [program!, ...rest], {env: {...process.env, ...env}, stdio: "inherit"})
      .status ?? 1;
} else {
  await writeFile(values.out, `${JSON.stringify(await record())}\n`);
  process.exit(0); // Dawn keeps a process alive
}
