import type {TrueDistributions} from "../corpus/storyDistributions.js";
import type {LanguageModel} from "../inference/languageModel.js";
import {Calibration, type Reliability} from "./calibration.js";
import type {CutText} from "./cutText.js";
import {Divergence, type DivergenceReport} from "./divergence.js";
import {type Loss, lossOf} from "./loss.js";
import {
  type Outcome,
  type Prediction,
  type PredictionOptions,
  predictOutcomes,
  predictText
} from "./predictions.js";
import {type ClassLoss, lossByClass} from "./tokenClasses.js";

/** A text of N tokens that the model was not trained on. */
export interface HeldOutText extends Pick<CutText, "ids" | "characters"> {
  /** [N]: `classifyTokens`. */
  classes: Uint8Array;
  /** The true distribution at each place, where the source of the text is known. */
  truth: TrueDistributions | null;
}

/** The text up to its n-th predicted token. */
export function firstTokens(text: HeldOutText, n: number): HeldOutText {
  const end = Math.min(text.ids.length, n + 1);
  const {ids, characters, classes, truth} = text;
  return {
    ids: ids.subarray(0, end),
    characters: characters.subarray(0, end),
    classes: classes.subarray(0, end),
    truth
  };
}

export interface HeldOutReport {
  /** Tokens predicted so far, and their characters (code points): tokens 1 … predicted of the text. */
  predicted: number;
  characters: number;
  loss: Loss;
  /**
   * The tokens that disjoint windows have predicted too, both ways; null where there are none, and where the windows are
   * the disjoint ones.
   */
  disjoint: {tokens: number; disjoint: Loss; strided: Loss} | null;
  /** [blockSize]: the mean −ln p of a token predicted from i + 1 tokens, over all windows; NaN where there was none. */
  byPosition: Float64Array;
  byClass: ClassLoss[];
  calibration: {places: number; top: Reliability; all: Reliability};
  divergence: DivergenceReport | null;
  /** [N]: −ln p of each token, and how far its distribution is from the true one; NaN where nothing is known. */
  nats: Float64Array;
  divergences: Float64Array | null;
}

/** Tokens of the vocabulary from which on distributions stay with a model that sums them up itself. */
const WIDE = 1024;

/** Everything that is measured of a held-out text while a model reads it, so that a reading that is stopped counts. */
export class HeldOutMeasurement {
  readonly #text: HeldOutText;
  readonly #nats: Float64Array;
  readonly #positionSums: Float64Array;
  readonly #positionCounts: Float64Array;
  readonly #calibration = new Calibration();
  readonly #divergence: Divergence | null;
  #predicted = 0;
  /** [N]: −ln p of each token in the disjoint window that holds it. */
  readonly #disjointNats: Float64Array;

  constructor(text: HeldOutText, blockSize: number) {
    this.#text = text;
    this.#nats = new Float64Array(text.ids.length).fill(Number.NaN);
    this.#disjointNats = this.#nats.slice();
    this.#positionSums = new Float64Array(blockSize);
    this.#positionCounts = new Float64Array(blockSize);
    this.#divergence = text.truth && new Divergence(text.truth, text.ids.length);
  }

  /**
   * Lets a model predict the whole text and adds what it says. Rejects as `predictText` does; what was added before stays.
   */
  read(model: LanguageModel, options: PredictionOptions): Promise<void> {
    const {outcomes, config} = model;
    // How far a distribution is from the true one can only be told of all of it.
    if (outcomes && config.vocabSize >= WIDE && !this.#divergence)
      return predictOutcomes(
        {config, outcomes},
        this.#text.ids,
        (outcome) => this.#addOutcome(outcome),
        options
      );
    return predictText(model, this.#text.ids, (prediction) => this.add(prediction), options);
  }

  add(prediction: Prediction): void {
    if (!this.#count(prediction)) return;
    this.#calibration.add(prediction.probabilities, prediction.id);
    this.#divergence?.add(prediction);
  }

  #addOutcome(outcome: Outcome): void {
    if (this.#count(outcome)) this.#calibration.addPlace(outcome.place);
  }

  /** Whether the token has not been predicted before. */
  #count({
    index,
    seen,
    counts,
    disjoint,
    nats
  }: Omit<Prediction, "probabilities" | "logProbability">): boolean {
    this.#positionSums[seen - 1]! += nats;
    this.#positionCounts[seen - 1]!++;
    if (disjoint) this.#disjointNats[index] = nats;
    if (!counts) return false;
    this.#predicted++;
    this.#nats[index] = nats;
    return true;
  }

  /** Null before the first prediction. */
  report(): HeldOutReport | null {
    const {characters: lengths, classes} = this.#text;
    const predicted = this.#predicted;
    if (predicted === 0) return null;
    const byClass = lossByClass(this.#nats, classes, lengths);
    let [nats, characters] = [0, 0];
    for (const loss of byClass) {
      nats += loss.nats;
      characters += loss.characters;
    }
    return {
      predicted,
      characters,
      loss: lossOf(nats, predicted, characters),
      disjoint: this.#compare(),
      byPosition: this.#positionSums.map((sum, i) => sum / this.#positionCounts[i]!),
      byClass,
      calibration: this.#calibration.report(),
      divergence: this.#divergence?.report() ?? null,
      nats: this.#nats,
      divergences: this.#divergence?.byPlace ?? null
    };
  }

  #compare(): HeldOutReport["disjoint"] {
    let [tokens, characters, disjoint, strided] = [0, 0, 0, 0];
    let differs = false;
    this.#disjointNats.forEach((nats, i) => {
      const own = this.#nats[i]!;
      if (Number.isNaN(nats) || Number.isNaN(own)) return;
      tokens++;
      characters += this.#text.characters[i]!;
      disjoint += nats;
      strided += own;
      differs ||= nats !== own;
    });
    return differs
      ? {
          tokens,
          disjoint: lossOf(disjoint, tokens, characters),
          strided: lossOf(strided, tokens, characters)
        }
      : null;
  }
}

/** Reads a whole text and reports. Rejects as `predictText` does. */
export async function measureHeldOut(
  model: LanguageModel,
  text: HeldOutText,
  options: PredictionOptions
): Promise<HeldOutReport> {
  const measurement = new HeldOutMeasurement(text, model.config.blockSize);
  await measurement.read(model, options);
  return measurement.report()!;
}
