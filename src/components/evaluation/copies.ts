import {suffixAutomaton} from "./suffixAutomaton.js";

export interface Copy {
  /** Where it stands in the sample, and one place where it stands in the training text, in UTF-16 code units. */
  start: number;
  trainingStart: number;
  /** In code units; 0 where the two share nothing. */
  length: number;
}

export interface CopyReport {
  /** The longest run of the sample that stands in the training text word for word. */
  longest: Copy;
  /** [n]: the length of the longest run that ends with each unit of the sample and stands in the training text. */
  lengths: Uint32Array;
  /** Their mean. */
  meanLength: number;
}

/**
 * What a sample has in common with the training text, exactly: the automaton of the sample's substrings reads the
 * training text once (the matching statistics of Chang & Lawler 1994, with the parts exchanged, so that only the
 * sample needs an index). O(sample + training) steps.
 */
export function findCopies(sample: string, training: string): CopyReport {
  const {next, link, length, prefixes} = suffixAutomaton(sample);
  const states = next.length;
  // Of each state, how much of its longest string stands in the training text, and where that ends first.
  const matched = new Uint32Array(states);
  const end = new Uint32Array(states);
  let state = 0;
  let run = 0;
  for (let i = 0; i < training.length; i++) {
    const unit = training.charCodeAt(i);
    while (state > 0 && !next[state]!.has(unit)) {
      state = link[state]!;
      run = length[state]!;
    }
    const to = next[state]!.get(unit);
    if (to === undefined) continue;
    state = to;
    run++;
    if (run > matched[state]!) {
      matched[state] = run;
      end[state] = i + 1;
    }
  }
  // A suffix stands wherever the longer string does, and its places may come from several longer ones.
  const byLength = Array.from({length: states}, (_, i) => i).sort((a, b) => length[a]! - length[b]!);
  for (let i = states - 1; i > 0; i--) {
    const from = byLength[i]!;
    const to = link[from]!;
    if (matched[from] === 0 || to <= 0) continue;
    const shared = Math.min(length[to]!, matched[from]!);
    if (shared > matched[to]!) {
      matched[to] = shared;
      end[to] = end[from]!;
    }
  }
  // What ends with a prefix of the sample: its own match, or its longest suffix's that has one.
  const best = new Uint32Array(states);
  for (const at of byLength) best[at] = at === 0 || matched[at]! > 0 ? at : best[link[at]!]!;

  const lengths = new Uint32Array(sample.length);
  let longest: Copy = {start: 0, trainingStart: 0, length: 0};
  let sum = 0;
  for (let i = 0; i < sample.length; i++) {
    const found = best[prefixes[i]!]!;
    const size = matched[found]!;
    lengths[i] = size;
    sum += size;
    if (size > longest.length)
      longest = {start: i + 1 - size, trainingStart: end[found]! - size, length: size};
  }
  return {longest, lengths, meanLength: sample.length === 0 ? 0 : sum / sample.length};
}

/** [n]: 1 for each unit of the sample that is part of a copy of at least `least` units. */
export function copiedUnits({lengths}: Pick<CopyReport, "lengths">, least: number): Uint8Array {
  const copied = new Uint8Array(lengths.length);
  let from = lengths.length; // the first unit that is known to be copied, going backwards
  for (let i = lengths.length - 1; i >= 0; i--) {
    if (lengths[i]! >= least) from = Math.min(from, i + 1 - lengths[i]!);
    if (i >= from) copied[i] = 1;
    else from = Math.min(from, i);
  }
  return copied;
}

/** The share of the sample's units that are part of a copy of at least `least` units. */
export function copiedShare(report: Pick<CopyReport, "lengths">, least: number): number {
  const copied = copiedUnits(report, least);
  return copied.length === 0 ? 0 : copied.reduce((sum, unit) => sum + unit, 0) / copied.length;
}
