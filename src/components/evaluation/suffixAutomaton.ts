/**
 * The smallest automaton that accepts every substring of a text (Blumer et al. 1985), in O(n) states. State 0 is the
 * empty string. Every other state is a set of substrings that end at the same places; `length` is the longest of them
 * and `link` the state of the longest suffix that ends elsewhere too.
 */
export interface SuffixAutomaton {
  next: Map<number, number>[];
  link: number[];
  length: number[];
  /** [n]: the state of the whole text up to and with unit i. */
  prefixes: Uint32Array;
}

/** Of a text's UTF-16 code units. */
export function suffixAutomaton(text: string): SuffixAutomaton {
  const next: Map<number, number>[] = [new Map()];
  const link = [-1];
  const length = [0];
  const prefixes = new Uint32Array(text.length);
  const add = (edges: Map<number, number>, size: number, to: number): number => {
    next.push(edges);
    length.push(size);
    link.push(to);
    return next.length - 1;
  };
  let last = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    const state = add(new Map(), i + 1, 0);
    let from = last;
    for (; from >= 0 && !next[from]!.has(unit); from = link[from]!) next[from]!.set(unit, state);
    if (from >= 0) {
      const to = next[from]!.get(unit)!;
      if (length[to] === length[from]! + 1) link[state] = to;
      else {
        // What is shorter ends at one more place now: it parts from what is longer.
        const clone = add(new Map(next[to]!), length[from]! + 1, link[to]!);
        for (; from >= 0 && next[from]!.get(unit) === to; from = link[from]!) next[from]!.set(unit, clone);
        link[to] = clone;
        link[state] = clone;
      }
    }
    prefixes[i] = state;
    last = state;
  }
  return {next, link, length, prefixes};
}
