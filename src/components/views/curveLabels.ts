/** A curve's end and what stands there. */
export interface LabelledCurve {
  /** What is always shown: a letter. */
  mark: string;
  /** What is shown beside it where there is room. */
  name: string;
  color: string;
  isBold?: boolean;
  step: number;
  loss: number;
}

/** A chart's size and scales: pixels, and the ends of both axes, which begin at 0. */
export interface ChartFrame {
  width: number;
  height: number;
  top: number;
  right: number;
  bottom: number;
  left: number;
  last: number;
  high: number;
}

/** A text with the pixels at which it begins, and of its middle line. */
export interface CurveLabel {
  x: number;
  y: number;
  text: string;
  color: string;
  isBold: boolean;
}

/** Pixels: of a character of the chart's type on average, between a curve and its label, and of a line. */
const CHARACTER = 7;
const GAP = 7;
const LINE = 15;
const LONGEST_NAME = 30;
/** Curves that end in the last part of the axis, from this share on, have their labels in one column beside it. */
const COLUMN = 0.85;
/** The share of the width that names may take; where they need more, marks stand alone. */
const LARGEST_MARGIN = 0.28;

/** Places labels at the ends of curves so that they stay in the chart and apart; says how wide its right margin is. */
export function curveLabels(
  curves: readonly LabelledCurve[],
  frame: ChartFrame
): {labels: CurveLabel[]; marginRight: number} {
  const named = curves.map(({mark, name}) => `${mark} ${shorten(name)}`);
  const wide = marginFor(curves, named, frame);
  const isRoomy = wide <= LARGEST_MARGIN * frame.width;
  const texts = isRoomy ? named : curves.map(({mark}) => mark);
  const marginRight = Math.max(frame.right, isRoomy ? wide : marginFor(curves, texts, frame));
  const labels = curves.map(
    ({step, loss, color, isBold = false}, i): CurveLabel => ({
      x: frame.left + labelShare(step, frame) * (frame.width - frame.left - marginRight) + GAP,
      y: frame.height - frame.bottom - (loss / frame.high) * (frame.height - frame.top - frame.bottom),
      text: texts[i]!,
      color,
      isBold
    })
  );
  spread(labels, frame.top, frame.height - frame.bottom);
  return {labels, marginRight};
}

/** The least right margin with which every text ends within the chart. */
function marginFor(curves: readonly LabelledCurve[], texts: readonly string[], frame: ChartFrame): number {
  const inner = frame.width - frame.left;
  const needs = curves.map(({step}, i) => {
    const share = labelShare(step, frame);
    return share === 0 ? 0 : (GAP + widthOf(texts[i]!) - (1 - share) * inner) / share;
  });
  return Math.ceil(Math.max(0, ...needs));
}

/** Where along the axis a label begins, 0 … 1. */
function labelShare(step: number, {last}: ChartFrame): number {
  const share = step / last;
  return share >= COLUMN ? 1 : share;
}

/** Moves labels that would lie on one another apart, as little as it takes, between two heights. */
function spread(labels: CurveLabel[], top: number, bottom: number): void {
  const sorted = [...labels].sort((a, b) => a.y - b.y);
  const meets = (a: CurveLabel, b: CurveLabel) => a.x < b.x + widthOf(b.text) && b.x < a.x + widthOf(a.text);
  for (let i = 0; i < sorted.length; i++)
    for (let j = 0; j < i; j++)
      if (meets(sorted[i]!, sorted[j]!)) sorted[i]!.y = Math.max(sorted[i]!.y, sorted[j]!.y + LINE);
  for (let i = sorted.length - 1; i >= 0; i--) {
    let limit = bottom;
    for (let j = i + 1; j < sorted.length; j++)
      if (meets(sorted[i]!, sorted[j]!)) limit = Math.min(limit, sorted[j]!.y - LINE);
    sorted[i]!.y = Math.max(top, Math.min(sorted[i]!.y, limit));
  }
}

const widthOf = (text: string): number => CHARACTER * text.length;

const shorten = (name: string): string =>
  name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…` : name;
