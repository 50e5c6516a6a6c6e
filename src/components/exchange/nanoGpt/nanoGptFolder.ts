import type {Corpus} from "../../corpus/meta.js";
import {initialState} from "../../training/moments.js";
import {newRun} from "../../training/newRun.js";
import type {Snapshot} from "../../training/snapshot.js";
import {FormatError} from "../formatError.js";
import type {ZipFile} from "../zip/zipWriter.js";
import {type NanoGptSettings, nanoGptSettings} from "./nanoGptConfig.js";
import {NANOGPT_DATA, type NanoGptData, nanoGptData, readNanoGptCorpus} from "./nanoGptCorpus.js";
import {NANOGPT_FILE, readNanoGptFile, writeNanoGptFile} from "./nanoGptFile.js";

/** What the run is called in nanoGPT's folders. */
const NAME = "glassformer";
/** Where nanoGPT looks for a dataset of that name. */
export const NANOGPT_DATA_FOLDER = `data/${NAME}`;

/**
 * The files that go into a copy of nanoGPT, without the program that makes `ckpt.pt`: the dataset, the settings, and the
 * run in nanoGPT's layout. Throws RangeError where nanoGPT has no counterpart of the model.
 */
export function nanoGptFolder(snapshot: Snapshot, corpus: Corpus): {files: ZipFile[]; differences: string[]} {
  const settings = nanoGptSettings(snapshot.modelConfig, snapshot.trainConfig);
  const {train, val, meta} = nanoGptData(corpus);
  const data = {
    [NANOGPT_DATA.train]: train,
    [NANOGPT_DATA.val]: val,
    ...(meta && {[NANOGPT_DATA.meta]: meta})
  };
  const differences = meta
    ? settings.differences
    : [
        ...settings.differences,
        "The tokens are no characters, so that there is no meta.pkl: nanoGPT's train.py needs none, but its sample.py would take the tokens for GPT-2's."
      ];
  return {
    files: [
      {name: NANOGPT_FILE, content: [writeNanoGptFile(snapshot)]},
      {name: `config/train_${NAME}.py`, content: configFile(settings, snapshot.trainConfig.steps)},
      ...Object.entries(data).map(([name, bytes]) => ({
        name: `${NANOGPT_DATA_FOLDER}/${name}`,
        content: [bytes as Uint8Array<ArrayBuffer>]
      }))
    ],
    differences
  };
}

/** The settings as nanoGPT's `configurator.py` takes them: lines of Python. */
function configFile({modelArgs, trainArgs}: NanoGptSettings, steps: number): string {
  const {vocab_size: _vocabulary, ...model} = modelArgs;
  const values: Record<string, string | number | boolean> = {
    out_dir: `out-${NAME}`,
    init_from: "resume",
    dataset: NAME,
    always_save_checkpoint: true,
    ...model,
    ...trainArgs
  };
  const inPython = (value: string | number | boolean) =>
    typeof value === "boolean" ? (value ? "True" : "False") : JSON.stringify(value);
  const lines = Object.entries(values).map(([name, value]) => `${name} = ${inPython(value)}`);
  return `# A run of ${NAME}, to its step ${steps}.\n${lines.join("\n")}\n`;
}

/**
 * The run in a folder of nanoGPT's files, as `ckpt.py` and prepare.py leave them. Its batches begin anew; so does the
 * optimiser where the checkpoint had no state of it. Throws FormatError where the files are damaged or do not belong
 * together.
 */
export async function readNanoGptFolder(
  file: Uint8Array,
  data: NanoGptData,
  name: string
): Promise<{snapshot: Snapshot; corpus: Corpus}> {
  const {modelConfig, trainConfig, step, parameters, moments} = readNanoGptFile(file);
  const corpus = await readNanoGptCorpus(data, {
    name,
    source: name,
    license: "A text that was prepared for nanoGPT; whoever uses it must know what may be done with it.",
    blockSize: modelConfig.blockSize
  });
  const tokens = Object.keys(corpus.meta.tokenizer.model.vocab).length;
  if (tokens !== modelConfig.vocabSize)
    throw new FormatError(
      `${NANOGPT_DATA.meta} has ${tokens} tokens, but the model has ${modelConfig.vocabSize}: they are of different runs.`
    );
  const run = newRun(modelConfig, {...trainConfig, steps: Math.max(trainConfig.steps, step)}, corpus.meta);
  return {
    snapshot: {...run, step, parameters, ...(moments ?? initialState(trainConfig.optimiser, parameters))},
    corpus
  };
}
