import type {ParameterData} from "../model/parameters.js";
import type {Traffic} from "./link.js";
import type {Turn} from "./pipelineSchedule.js";

/** What a worker sends, by what it is. */
export const cargoes = ["gradients", "activations", "table", "norm"] as const;
export type Cargo = (typeof cargoes)[number];

/** A turn of a pipeline as it was taken, in milliseconds of the workers' clock. */
export interface TimedTurn extends Turn {
  start: number;
  end: number;
}

/** One update, as one worker of a team saw it. */
export interface MemberStep {
  /** Updates done, this one included. */
  step: number;
  /** Mean loss of the rows that this worker computed, nats a token; null where it is another that knows. */
  loss: number | null;
  /** Those rows' share of the batch's targets. */
  share: number;
  /** Global norm of the whole batch's gradient before clipping. */
  gradientNorm: number;
  sent: Partial<Record<Cargo, Traffic>>;
  /** Seconds spent computing, and sending or waiting for others. */
  computing: number;
  exchanging: number;
  /** What it did when, where it is a stage of a pipeline. */
  turns?: TimedTurn[];
  /** SHA-256 of the parameters that other workers hold too, after the update; null where there are none. */
  digest: string | null;
  /** The whole batch's gradient for each parameter that this worker holds, before clipping; where asked for. */
  gradients?: ParameterData;
}

export interface Member {
  step(options: {withGradients: boolean}): Promise<MemberStep>;
  dispose(): void;
}
