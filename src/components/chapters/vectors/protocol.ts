import type {FitSettings, Points} from "../../training/functionFit.js";
import type {Frame} from "./bends.js";

/** A linear layer and the gradient that reaches it: x [N, I], weight [I, O], bias [O], dy [N, O], row-major. */
export interface LinearCase {
  rows: number;
  inputs: number;
  outputs: number;
  x: number[];
  weight: number[];
  bias: number[];
  dy: number[];
}

/** What the `linear` op makes of it: the product without the bias, the output, and the three gradients. */
export interface LinearResult {
  product: number[];
  y: number[];
  dx: number[];
  dWeight: number[];
  dBias: number[];
}

/** How fast a network is trained before the reader's eyes. */
export interface Pace {
  /** Steps between two frames. */
  steps: number;
  /** The least time between them, in milliseconds. */
  interval: number;
}

/** From the page to its worker. `id` counts the networks: each `begin` ends the one before. */
export type WorkshopRequest =
  | {type: "begin"; id: number; settings: FitSettings; points: Points}
  | {type: "aim"; id: number; points: Points}
  | {type: "train"; id: number; until: number; pace: Pace}
  | {type: "stop"; id: number}
  | {type: "linear"; id: number; layer: LinearCase};

/** From the worker to the page. */
export type WorkshopReport =
  | {type: "frame"; id: number; frame: Frame}
  | {type: "rested"; id: number; step: number}
  | {type: "linear"; id: number; result: LinearResult}
  | {type: "failed"; id: number; message: string};
