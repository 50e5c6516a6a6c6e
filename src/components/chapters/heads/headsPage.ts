import type {ModelConfig} from "../../model/config.js";
import type {TokenUnit} from "../../text/tokenizer.js";
import type {PackedLine} from "./headLine.js";
import type {HeadScores} from "./headScores.js";
import type {SilencingCosts} from "./silencingCosts.js";
import type {SplitTrace} from "./split.js";

/** All that was measured of the shipped model's heads when the site was built. Heads are counted layer by layer. */
export interface MeasuredHeads {
  model: Pick<ModelConfig, "nLayer" | "nHead" | "nKvHead" | "nEmbd" | "causal">;
  unit: TokenUnit;
  /** The text that the model was not trained on: its name, and how much of it was read. */
  text: {name: string; windows: number; length: number};
  scores: HeadScores;
  /** Nats a token; `allSilenced` and `oneALayer` are losses with no head, and with the costliest head of each layer. */
  costs: SilencingCosts & {windows: number; allSilenced: number; oneALayer: number};
  line: PackedLine;
  split: SplitTrace;
}

export interface HeadsPage {
  /** null where the model has no layers of heads. */
  measured: MeasuredHeads | null;
}
