import {cp, mkdir, writeFile} from "node:fs/promises";
import {dirname, join} from "node:path";
import {fileURLToPath} from "node:url";
import type {Corpus} from "../components/corpus/meta.js";
import {joinBytes} from "../components/exchange/joinBytes.js";
import {nanoGptFolder} from "../components/exchange/nanoGpt/nanoGptFolder.js";
import {writeRunFile} from "../components/exchange/runFile.js";
import {torchFolder} from "../components/exchange/torchFolder.js";
import type {ZipFile} from "../components/exchange/zip/zipWriter.js";
import type {Snapshot} from "../components/training/snapshot.js";
import {writeRun} from "./runFolder.js";

interface Exported {
  /** Sentences on what the other program does otherwise. */
  differences: string[];
  /** What to do next. */
  next: string;
}

/** Writes a run into a folder for one program. */
type Export = (folder: string, snapshot: Snapshot, corpus: Corpus) => Promise<Exported>;

/** By the words of --for. */
export const exportTargets = {
  async torch(folder, snapshot, corpus) {
    const {architecture} = snapshot.modelConfig;
    if (architecture !== "transformer")
      throw new RangeError(
        `This run trains architecture ${architecture}, which is too small to outgrow a tab: only transformers are exported for PyTorch.`
      );
    await writeFiles(folder, torchFolder(snapshot, corpus));
    await cp(programs("torch"), folder, {recursive: true, filter: (path) => !path.includes("__pycache__")});
    return {differences: torchDifferences(snapshot), next: `python ${join(folder, "train.py")}`};
  },
  async nanogpt(folder, snapshot, corpus) {
    const {files, differences} = nanoGptFolder(snapshot, corpus);
    await writeFiles(folder, files);
    await cp(join(programs("nanogpt"), "ckpt.py"), join(folder, "ckpt.py"));
    const next = `copy the folder into nanoGPT's, and there:
  python ckpt.py to-pt nanogpt.safetensors out-glassformer/ckpt.pt
  python train.py config/train_glassformer.py`;
    return {differences, next};
  },
  async site(folder, snapshot, corpus) {
    await writeRun(folder, snapshot, corpus);
    const file = writeRunFile(snapshot, corpus);
    await writeFile(join(folder, "run.safetensors"), new Uint8Array(await file.arrayBuffer()));
    return {differences: [], next: `npm run train -- --resume ${folder}`};
  }
} satisfies Record<string, Export>;

/** What PyTorch does otherwise in a run. */
function torchDifferences({trainConfig: t}: Snapshot): string[] {
  const differences: string[] = [];
  if (t.embeddingDropout + t.attentionDropout + t.residualDropout > 0)
    differences.push("Dropout goes on at the same rates, but drops other elements than the site would.");
  if (t.optimiser === "muon")
    differences.push(
      "PyTorch has no Muon like ours: train.py asks for --set optimiser=adamW, which begins anew, or continue the run here."
    );
  return differences;
}

const programs = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

async function writeFiles(folder: string, files: readonly ZipFile[]): Promise<void> {
  for (const {name, content} of files) {
    const path = join(folder, name);
    await mkdir(dirname(path), {recursive: true});
    await writeFile(path, typeof content === "string" ? content : joinBytes([...content]));
  }
}
