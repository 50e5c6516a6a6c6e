import type {ModelConfig} from "../model/config.js";
import type {TrainConfig} from "../training/config.js";
import type {CorpusSource} from "../training/protocol.js";
import type {MemberStep} from "./memberStep.js";
import type {Side} from "./stageNames.js";

/** A run that several workers make together. It is stored nowhere. */
export interface TeamPlan {
  corpus: CorpusSource;
  model: Omit<ModelConfig, "vocabSize">;
  train: TrainConfig;
}

/** What one worker of a team does. */
export type Role =
  | {kind: "replica"; rank: number; size: number}
  | {kind: "stage"; side: Side; cut: number; microBatches: number};

/** From the page to a worker. */
export type TeamCommand =
  /** `ports`: of a replica, those to its left and its right neighbour, none in a team of one; of a stage, the only one. */
  | {type: "join"; plan: TeamPlan; role: Role; ports: MessagePort[]}
  /** Makes the next update, together with all others. */
  | {type: "step"; withGradients: boolean};

/** From a worker to the page: one answer to each command. */
export type TeamReport =
  /** What computes, and the model with the vocabulary of the text. */
  | {type: "joined"; adapter: string; config: ModelConfig}
  | {type: "stepped"; step: MemberStep}
  | {type: "failed"; message: string};
