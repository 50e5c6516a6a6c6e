/** Tokens start … end − 1 of a text. */
export interface Span {
  start: number;
  end: number;
}

/** Three passages of a text, by how far a model is off in them. */
export interface ChosenPassages {
  /** Its mean is nearest to that of the whole text. */
  typical: Span;
  /** It has the place with the greatest distance of all. */
  farthest: Span;
  /** Its mean is the smallest. */
  nearest: Span;
}

/**
 * Whole sentences one after another, from each sentence's start on: as many as fit `most` tokens; where they do not
 * reach `least`, the sentence is cut at `most`. None begins before token `from`.
 */
export function sentenceSpans(
  tokens: readonly string[],
  {from, least, most}: {from: number; least: number; most: number}
): Span[] {
  const starts: number[] = [];
  const ends: number[] = [];
  for (let i = 0; i < tokens.length; i++) {
    if (!closes(tokens[i - 1] ?? "", tokens[i]!)) continue;
    let next = i + 1;
    while (next < tokens.length && tokens[next]!.trim() === "") next++;
    const apart = next > i + 1 || next === tokens.length || /^\s/.test(tokens[next]!);
    // What goes on in small letters is the rest of the sentence: “…!” said Nora.
    if (!apart || /^\s*\p{Ll}/u.test(tokens[next] ?? "")) continue;
    ends.push(i + 1);
    starts.push(next);
  }
  return starts
    .filter((start) => start >= from && start + least <= tokens.length)
    .map((start) => {
      const limit = Math.min(tokens.length, start + most);
      const end = ends.findLast((end) => end >= start + least && end <= limit) ?? limit;
      return {start, end};
    });
}

/** Whether a token ends a sentence, the quotation mark after it included. */
const closes = (before: string, token: string): boolean =>
  /[.!?]["”’]?$/.test(token) || (/^["”’]$/.test(token) && /[.!?]$/.test(before));

/**
 * Of `spans`, those with most to say, no two the same where there are three; `distances` has one for each token, NaN
 * where none is known. Throws RangeError where there are no spans.
 */
export function choosePassages(spans: readonly Span[], distances: Float64Array): ChosenPassages {
  if (spans.length === 0) throw new RangeError("There is no passage to choose from.");
  const mean = ({start, end}: Span) => {
    const known = distances.subarray(start, end).filter((distance) => !Number.isNaN(distance));
    return known.reduce((sum, distance) => sum + distance, 0) / known.length;
  };
  const means = new Map(spans.map((span) => [span, mean(span)]));
  const greatest = new Map(
    spans.map((span) => [span, Math.max(...distances.subarray(span.start, span.end))])
  );
  const all = mean({start: 0, end: distances.length});
  const taken = new Set<Span>();
  const overlaps = (a: Span) => [...taken].some((b) => a.start < b.end && b.start < a.end);
  const best = (cost: (span: Span) => number): Span => {
    const free = spans.filter((span) => !overlaps(span) && !Number.isNaN(cost(span)));
    const found = (free.length > 0 ? free : [...spans]).reduce((a, b) => (cost(b) < cost(a) ? b : a));
    taken.add(found);
    return found;
  };
  const farthest = best((span) => -greatest.get(span)!);
  const nearest = best((span) => means.get(span)!);
  const typical = best((span) => Math.abs(means.get(span)! - all));
  return {typical, farthest, nearest};
}
