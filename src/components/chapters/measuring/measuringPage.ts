import type {ReliabilityBin} from "../../evaluation/calibration.js";
import type {DivergenceReport} from "../../evaluation/divergence.js";
import type {HeldOutReport} from "../../evaluation/heldOut.js";
import type {Loss} from "../../evaluation/loss.js";
import type {TokenUnit} from "../../text/tokenizer.js";
import type {Excess} from "./excess.js";
import type {Recited, Rung} from "./recital.js";
import type {TruthPlace} from "./truthPlaces.js";

/** A passage of the held-out text as the shipped model read it. */
export interface Passage {
  name: string;
  /** What stands before it, cut where a word begins. */
  before: string;
  places: TruthPlace[];
}

/** Means over a text, in nats a token, without its single places. */
export interface DivergenceMeans extends Omit<DivergenceReport, "far"> {
  excess: Excess;
}

/** What the chapter shows before any model is loaded: measured when the site was built. */
export interface MeasuringPage {
  model: {
    /** "a GPT". */
    name: string;
    unit: TokenUnit;
    vocabSize: number;
    blockSize: number;
    /** It could see what it was to predict: no number here is a prediction. */
    seesLater: boolean;
  };
  text: {
    name: string;
    /** The model was trained on the first part of this text. */
    own: boolean;
    stride: number;
  };
  report: Pick<HeldOutReport, "predicted" | "characters" | "loss" | "disjoint" | "calibration"> & {
    /** [blockSize]: nats of a token predicted from i + 1 tokens; NaN where there was none. */
    byPosition: number[];
    divergence: DivergenceMeans | null;
  };
  /** n-grams of order 1, 2, … on the same tokens as `report.loss`. */
  baselines: Loss[];
  passages: Passage[];
  memory: {
    /** The model on as many tokens of the text that it was trained on; null where that is another text. */
    trained: {loss: Loss; divergence: DivergenceMeans | null} | null;
    /** What it wrote by itself, and as much of the held-out text, beside so many characters of training text. */
    sample: Recited;
    heldOut: Recited;
    searched: number;
    /** Tables of n-grams counted on the first so many characters of it. */
    counted: number;
    rungs: Rung[];
  };
}

/** Tokens of the held-out text, from its start, that the model's own text goes on from. */
export const promptLength = (blockSize: number): number => Math.min(64, blockSize);

/** As the page's file has it: what is not a number is null there. */
export function readMeasuringPage(page: MeasuringPage): MeasuringPage {
  const {report} = page;
  const numbers = (bins: ReliabilityBin[]) =>
    bins.map((bin) => ({
      ...bin,
      confidence: bin.confidence ?? Number.NaN,
      accuracy: bin.accuracy ?? Number.NaN
    }));
  const {places, top, all} = report.calibration;
  return {
    ...page,
    report: {
      ...report,
      byPosition: report.byPosition.map((nats) => nats ?? Number.NaN),
      calibration: {
        places,
        top: {...top, bins: numbers(top.bins)},
        all: {...all, bins: numbers(all.bins)}
      }
    }
  };
}
