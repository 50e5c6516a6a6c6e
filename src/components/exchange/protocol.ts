import type {WeightFormat} from "./onnx/onnxWeights.js";
import type {GivenFile} from "./opening/importedModel.js";
import type {ImportedFacts, KeptModel} from "./opening/importedStore.js";

/** How far reading or packing is, in bytes. */
export interface ExchangeProgress {
  /** What is being done, for a progress bar. */
  label: string;
  done: number;
  total: number;
}

/** From the page to the worker that reads and writes models. */
export type Request =
  /** Reads the model in files, writes it as ONNX and keeps it. */
  | {type: "import"; files: GivenFile[]}
  /** Makes a zip in Hugging Face's layout of an ONNX file of ours. */
  | {type: "zip"; onnx: Blob}
  /** Writes an ONNX file of ours anew with its weights in another format. */
  | {type: "store"; onnx: Blob; weights: WeightFormat};

/** From the worker to the page. */
export type Reply =
  | {type: "progress"; progress: ExchangeProgress}
  | ({type: "imported"} & Imported)
  | {type: "zipped"; zip: Blob}
  | {type: "stored"; onnx: Blob}
  | {type: "failed"; error: {name: string; message: string}};

export interface Imported extends KeptModel {
  facts: ImportedFacts;
  /** Why the browser does not keep it; null where it does. */
  problem: string | null;
}
