import type {ModelConfig} from "../../model/config.js";
import type {ParameterData} from "../../model/parameters.js";
import type {Tokenizer} from "../../text/tokenizer.js";
import type {RunRecord} from "../runRecord.js";

/** A file that a reader gave. `name` may be a path in a zip or a folder, and is only compared. */
export interface GivenFile {
  name: string;
  file: Blob;
}

/** A model from files, ours or others', whole and checked. */
export interface ImportedModel {
  /** For people: a file's or folder's name. */
  name: string;
  config: ModelConfig;
  parameters: ParameterData;
  tokenizer: Tokenizer;
  /** How it came to be; null where it was not trained here. */
  run: RunRecord | null;
  /** Sentences on what the files left open. */
  remarks: string[];
}

export interface ImportOptions {
  signal?: AbortSignal | undefined;
  /** Bytes read so far, of all that will be. */
  onProgress?: ((done: number, total: number) => void) | undefined;
}

/** Parameters of the largest model that is opened: as float32, what one array of a browser and ONNX Runtime's memory hold. */
export const LARGEST_MODEL = 300_000_000;
