/**
 * Records the run of the page “Outgrowing the tab”: a third of its steps by our trainer, a third by PyTorch in two
 * processes, a third by our trainer again; and the same steps by our trainer alone.
 *
 *   npx tsx src/cli/recordTravel.ts [--python python3] [--out src/data/outgrow-run.json]
 */
import {execFile} from "node:child_process";
import {mkdtemp, rm, writeFile} from "node:fs/promises";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {parseArgs, promisify} from "node:util";
import type {TravelRecord} from "../components/chapters/outgrow/travel.js";
import {chooseCorpus} from "../components/corpus/chooseCorpus.js";
import type {Corpus} from "../components/corpus/meta.js";
import {messageOf} from "../components/errorMessage.js";
import {parameterCount} from "../components/model/parameters.js";
import {readTokenizer} from "../components/text/tokenizerFile.js";
import {newRun} from "../components/training/newRun.js";
import {presets} from "../components/training/presets.js";
import type {Snapshot} from "../components/training/snapshot.js";
import {Trainer} from "../components/training/trainer.js";
import {withSteps} from "../components/training/withSteps.js";
import {exportTargets} from "./exportTargets.js";
import {startNodeBackend} from "./nodeBackends.js";
import {readRun} from "./runFolder.js";

const LEG = 80;
const PROCESSES = 2;

async function main(): Promise<void> {
  const {values} = parseArgs({
    options: {
      python: {type: "string", default: "python3"},
      out: {type: "string", default: "src/data/outgrow-run.json"}
    }
  });
  const home = await startNodeBackend("wasm");
  const model = {...presets.toy.model, nLayer: 2, blockSize: 64};
  const train = {...presets.toy.train, batchSize: 8};
  const {corpus} = await chooseCorpus(undefined, model.blockSize);
  const config = {...model, vocabSize: readTokenizer(corpus.meta.tokenizer).vocabulary.length};
  const begun = newRun(config, withSteps(train, 3 * LEG), corpus.meta);

  const first = await continueHere(begun, corpus, home, LEG);
  const stayed = await continueHere(first, corpus, home, 3 * LEG);
  const folder = await mkdtemp(join(tmpdir(), "travel-"));
  try {
    await exportTargets.torch(folder, first, corpus);
    const launch = ["-m", "torch.distributed.run", "--standalone", `--nproc_per_node=${PROCESSES}`];
    const program = [join(folder, "train.py"), "--until", `${2 * LEG}`, "--device", "cpu"];
    await promisify(execFile)(values.python, [...launch, ...program]);
    const {snapshot: second} = await readRun(folder);
    const travelled = await continueHere(second, corpus, home, 3 * LEG);
    const record: TravelRecord = {
      version: 1,
      corpus: corpus.meta.name,
      home,
      abroad: second.adapter,
      processes: PROCESSES,
      parameters: parameterCount(config),
      left: LEG,
      returned: 2 * LEG,
      stayed: losses(stayed),
      travelled: losses(travelled)
    };
    await writeFile(values.out, `${JSON.stringify(record)}\n`);
  } finally {
    await rm(folder, {recursive: true});
  }
}

async function continueHere(
  snapshot: Snapshot,
  corpus: Corpus,
  adapter: string,
  until: number
): Promise<Snapshot> {
  const trainer = new Trainer(snapshot, corpus, adapter);
  while (trainer.step < until) await trainer.trainStep();
  const after = await trainer.snapshot();
  trainer.dispose();
  return after;
}

/** Of every step, to a ten-millionth of a nat, which float32 knows. */
const losses = ({history}: Snapshot): number[] =>
  history.flatMap(({trainLoss}) => (trainLoss === null ? [] : [Number(trainLoss.toFixed(7))]));

try {
  await main();
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}
