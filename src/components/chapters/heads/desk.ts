import {byCost, habitOf, headCount, toHead} from "./headFacts.js";
import {type HeadLine, unpackLine} from "./headLine.js";
import type {MeasuredHeads} from "./headsPage.js";
import type {LazyReader} from "./lazyReader.js";

/** What the chapter's figures show at this moment. Heads are counted layer by layer. */
export interface DeskState {
  /** The line as the whole model read it. */
  line: HeadLine;
  /** The head whose map is shown. */
  head: number;
  /** The token whose attention, and whose successor, is shown. */
  query: number;
  /** A head that a figure points at. */
  lit: number | null;
  silenced: readonly number[];
  /** The line as the model read it without those; null while there are none. */
  quiet: HeadLine | null;
}

/** One line and one choice of heads for all figures of the chapter. */
export interface Desk {
  readonly measured: MeasuredHeads;
  /** The line that was read when the site was built. */
  readonly recorded: HeadLine;
  readonly state: DeskState;
  subscribe(listen: () => void): void;
  set(change: Partial<Pick<DeskState, "head" | "query" | "lit">>): void;
  /**
   * Has the model read another line, silenced heads included. Progress and failures are told in `at`; answers with
   * remarks on the text, or null. Rejects with RangeError for a text that cannot be read.
   */
  read(text: string, at: Element): Promise<string[] | null>;
  /** Leaves these heads out, and reads the line again without them. */
  silence(heads: readonly number[], at: Element): Promise<void>;
  reset(): void;
  isChanged(): boolean;
}

export function headsDesk(measured: MeasuredHeads, reader: LazyReader): Desk {
  const recorded = unpackLine(measured.line);
  const start: DeskState = {
    line: recorded,
    ...firstView(measured, recorded),
    lit: null,
    silenced: [],
    quiet: null
  };
  let state = start;
  const listeners: (() => void)[] = [];
  const change = (next: Partial<DeskState>) => {
    state = {...state, ...next};
    const {tokens} = state.line;
    if (state.query >= tokens.length) state = {...state, query: tokens.length - 1};
    for (const listen of listeners) listen();
  };
  const heads = (silenced: readonly number[]) => silenced.map((head) => toHead(head, measured.model.nHead));

  return {
    measured,
    recorded,
    get state() {
      return state;
    },
    subscribe: (listen) => void listeners.push(listen),
    set: change,
    async read(text, at) {
      const answer = await reader.use(at, async (model, signal) => {
        const {silenced} = state;
        const {line, remarks} = await model.read(text, [], signal);
        const quiet = silenced.length > 0 ? (await model.read(text, heads(silenced), signal)).line : null;
        return {line, remarks, quiet, silenced};
      });
      if (!answer) return null;
      const {remarks, ...next} = answer;
      change(next);
      return remarks;
    },
    async silence(silenced, at) {
      if (silenced.length === 0) {
        change({silenced, quiet: null});
        return;
      }
      const before = {silenced: state.silenced, quiet: state.quiet};
      change({silenced});
      const text = state.line.tokens.join("");
      const answer = await reader.use(at, async (model, signal) => ({
        // The whole model reads it as well, so that both have every candidate.
        line: (await model.read(text, [], signal)).line,
        quiet: (await model.read(text, heads(silenced), signal)).line
      }));
      if (answer && state.silenced === silenced) change(answer);
      else if (state.silenced === silenced) change(before);
    },
    reset: () => change(start),
    isChanged: () =>
      state.line !== start.line ||
      state.silenced.length > 0 ||
      state.head !== start.head ||
      state.query !== start.query
  };
}

/**
 * The head with the strongest habit of those that look further back than the token before, and the query of the line
 * where it gives most to one key two or more places back.
 */
function firstView(measured: MeasuredHeads, line: HeadLine): Pick<DeskState, "head" | "query"> {
  const near = new Set(["itself", "previous", "recent", "first"]);
  const traits = Array.from({length: headCount(measured)}, (_, head) => habitOf(measured, head));
  const far = traits.filter((trait) => trait !== null && !near.has(trait.habit.key));
  const best = (far.length > 0 ? far : traits.filter((trait) => trait !== null)).sort(
    (a, b) => b!.weight - a!.weight
  )[0];
  const head = best?.head ?? byCost(measured)[0]!;
  const T = line.tokens.length;
  let [query, most] = [T - 1, -1];
  for (let t = 2; t < T; t++)
    for (let s = 1; s <= t - 2; s++) {
      const weight = line.attention[(head * T + t) * T + s]!;
      if (weight > most) [query, most] = [t, weight];
    }
  return {head, query};
}
