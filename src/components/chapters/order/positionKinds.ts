import type {ModelConfig} from "../../model/config.js";

/** How order may enter a model, in the order of this chapter. */
export type PositionKind = ModelConfig["position"];

export interface PositionKindFacts {
  kind: PositionKind;
  name: string;
  /** A letter at the end of its curve, so that colour is never needed. */
  mark: string;
  /** An SVG dash pattern, for the same reason. */
  dash: string;
  stroke: string;
}

export const POSITION_KINDS: readonly PositionKindFacts[] = [
  {
    kind: "none",
    name: "none",
    mark: "N",
    dash: "2 2.5",
    stroke: "var(--ink-soft)"
  },
  {
    kind: "sinusoidal",
    name: "sinusoidal",
    mark: "S",
    dash: "7 3",
    stroke: "var(--value)"
  },
  {
    kind: "learned",
    name: "learned",
    mark: "L",
    dash: "none",
    stroke: "var(--query)"
  },
  {
    kind: "rope",
    name: "RoPE",
    mark: "R",
    dash: "10 3 2 3",
    stroke: "var(--gradient)"
  },
  {
    kind: "alibi",
    name: "ALiBi",
    mark: "A",
    dash: "1.5 4",
    stroke: "var(--key)"
  }
];

/** The facts of one kind. */
export function positionKind(kind: PositionKind): PositionKindFacts {
  return POSITION_KINDS.find((facts) => facts.kind === kind)!;
}
