/** How one of several curves is drawn, so that it can be told from the others without its colour too. */
export interface CurveStyle {
  /** A letter that stands at the curve's end and in the table. */
  mark: string;
  stroke: string;
  /** An SVG dash pattern. */
  dash: string;
}

const STROKES = ["var(--probability)", "var(--value)", "var(--key)", "var(--gradient)", "var(--ink-soft)"];
const DASHES = ["7 3", "2 2.5", "10 3 2 3", "1.5 5", "14 4"];

/** The style of the curve with this index, 0 … 25; colours and dashes take 25 combinations in turn. */
export function curveStyle(index: number): CurveStyle {
  const turn = Math.floor(index / STROKES.length);
  return {
    mark: String.fromCodePoint(65 + (index % 26)),
    stroke: STROKES[index % STROKES.length]!,
    dash: DASHES[(index + turn) % DASHES.length]!
  };
}
