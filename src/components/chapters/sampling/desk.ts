import {distribution, fitOptions, PLAIN, type SamplingOptions} from "../../generation/distribution.js";
import {rank} from "../../generation/rank.js";
import {type Filtered, filterInOrder} from "./filterOrder.js";
import type {SamplingPage} from "./samplingPage.js";

/** The first view: something of every cut. */
const OPENING: Required<SamplingOptions> = {temperature: 1, topK: 12, topP: 0.95, minP: 0.28};

export interface DeskState {
  /** Which of the page's places is looked at. */
  place: number;
  options: Required<SamplingOptions>;
}

/** One place and one setting of the sliders, for all figures of the chapter that draw a distribution. */
export interface SamplingDesk {
  readonly page: SamplingPage;
  readonly state: DeskState;
  /** Of the present state. */
  readonly filtered: Filtered;
  /** [V]: the scores at the present place, and their ranking. */
  readonly logits: Float32Array;
  readonly ids: Uint16Array;
  /** What `distribution` makes of them: what is drawn from. */
  distribution(): ReturnType<typeof distribution>;
  /** The first view's cut of one kind, and nothing else. */
  only(step: "topK" | "topP" | "minP"): DeskState["options"];
  set(change: Partial<DeskState>): void;
  reset(): void;
  subscribe(listen: () => void): void;
}

export function samplingDesk(page: SamplingPage): SamplingDesk {
  const V = page.vocabulary.length;
  const scores = page.places.map(({logits}) => {
    const row = Float32Array.from(logits);
    return {logits: row, ids: rank(row)};
  });
  const start: DeskState = {place: 0, options: fitOptions(OPENING, V)};
  let state = start;
  let filtered: Filtered | null = null;
  const listeners: (() => void)[] = [];
  return {
    page,
    get state() {
      return state;
    },
    get filtered() {
      const {logits, ids} = scores[state.place]!;
      filtered ??= filterInOrder(logits, state.options, undefined, ids);
      return filtered;
    },
    get logits() {
      return scores[state.place]!.logits;
    },
    get ids() {
      return scores[state.place]!.ids;
    },
    distribution() {
      const {logits, ids} = scores[state.place]!;
      return distribution(logits, state.options, ids);
    },
    only: (step) => ({...PLAIN, [step]: start.options[step]}),
    set(change) {
      state = {...state, ...change};
      filtered = null;
      for (const listen of listeners) listen();
    },
    reset() {
      this.set(start);
    },
    subscribe: (listen) => void listeners.push(listen)
  };
}
