import type {TokenizerFile} from "../text/tokenizer.js";
import type {HeldOutText} from "./heldOut.js";
import type {Loss} from "./loss.js";
import type {TextReport} from "./sampleReport.js";
import type {TextSource} from "./textSource.js";

/** From the page to the worker, which holds one text at a time. */
export type Request =
  | {type: "open"; source: TextSource; tokenizer: TokenizerFile}
  | {type: "count"; predicted: number}
  | {type: "compare"; sample: string};

/** From the worker to the page. Every request is answered, in order, by its own kind or by "failed". */
export type Reply =
  | {type: "progress"; done: number; total: number}
  | {type: "opened"; heldOut: HeldOutText}
  | {type: "counted"; baselines: Loss[]}
  | {type: "compared"; sample: TextReport; heldOut: TextReport};
