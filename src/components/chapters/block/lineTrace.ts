import type {ModelConfig} from "../../model/config.js";
import type {Inspection} from "../../model/tensorModel.js";

/** What the chapter shows of one line that the site's model has read. T tokens, L blocks, C wide. */
export interface LineTrace {
  tokens: string[];
  /** The residual stream's places, in order: the embedding, then after each attention and each feed-forward layer. */
  stages: Stage[];
  /** For each block the hidden units that fire most. */
  hidden: HiddenLayer[];
  /** What LayerNorm reads where the chapter looks at it: [T][C]. */
  normInput: number[][];
}

export interface Stage {
  name: string;
  /** The stream's Euclidean norm at every token. */
  norms: number[];
  /** The norm of what this layer added to it; absent for the embedding. */
  added?: number[];
}

export interface HiddenLayer {
  /** Numbers of the units, from 0, the one with the highest activation first. */
  units: number[];
  /** Their activations, [units][T]. */
  activations: number[][];
}

/** Units shown of a block: as many as fit on a screen. */
const UNITS = 16;

/** The block whose second LayerNorm, in front of the feed-forward layer, the chapter looks at: the middle one. */
export const normBlock = ({nLayer}: Pick<ModelConfig, "nLayer">): number => Math.floor(nLayer / 2);

/** Whether a model has what the chapter shows: blocks that add to a stream which they normalise before reading. */
export const canTrace = (config: ModelConfig): boolean =>
  config.architecture === "transformer" && config.residual && config.normPlacement === "pre";

/** Names of the intermediates that a trace is made of. */
export function traceNames({nLayer}: Pick<ModelConfig, "nLayer">): string[] {
  const blocks = Array.from({length: nLayer}, (_, i) => `transformer.h.${i}`);
  return ["embedding", ...blocks.flatMap((h) => [`${h}.after_attn`, `${h}.mlp.hidden`, `${h}.after_mlp`])];
}

/** The trace of a line from the intermediates of its pass. */
export function lineTrace(
  inspection: Inspection,
  {nLayer}: Pick<ModelConfig, "nLayer">,
  tokens: string[]
): LineTrace {
  const rows = (name: string) => toRows(inspection, name);
  let stream = rows("embedding");
  const stages: Stage[] = [{name: "embedding", norms: stream.map(norm)}];
  const add = (name: string, next: number[][]) => {
    const added = next.map((row, t) => norm(row.map((value, c) => value - stream[t]![c]!)));
    stages.push({name, norms: next.map(norm), added});
    stream = next;
  };
  const hidden: HiddenLayer[] = [];
  for (let i = 0; i < nLayer; i++) {
    add(`attention ${i + 1}`, rows(`transformer.h.${i}.after_attn`));
    add(`feed-forward ${i + 1}`, rows(`transformer.h.${i}.after_mlp`));
    hidden.push(strongestUnits(rows(`transformer.h.${i}.mlp.hidden`)));
  }
  const normInput = rows(`transformer.h.${normBlock({nLayer})}.after_attn`).map((row) => row.map(shorten));
  return {tokens, stages, hidden, normInput};
}

/** The units of a hidden layer [T][F] with the highest activations anywhere in the line. */
export function strongestUnits(layer: number[][], count = UNITS): HiddenLayer {
  const peaks = (layer[0] ?? []).map((_, unit) => Math.max(...layer.map((row) => row[unit]!)));
  const units = [...peaks.keys()].sort((a, b) => peaks[b]! - peaks[a]!).slice(0, count);
  return {units, activations: units.map((unit) => layer.map((row) => shorten(row[unit]!)))};
}

/** The tokens on which a unit fires most, strongest first; only those at which it is above 0. */
export function strongestTokens(activations: readonly number[], count = 5): number[] {
  return [...activations.keys()]
    .filter((t) => activations[t]! > 0)
    .sort((a, b) => activations[b]! - activations[a]!)
    .slice(0, count);
}

const norm = (row: number[]): number => shorten(Math.hypot(...row));

/** Three decimals, which is what figures show at most. */
const shorten = (x: number): number => Number(x.toFixed(3));

function toRows(inspection: Inspection, name: string): number[][] {
  const value = inspection[name];
  if (!value) throw new RangeError(`The pass holds nothing named ${name}.`);
  const width = value.shape.at(-1)!;
  return Array.from({length: value.data.length / width}, (_, t) => [
    ...value.data.subarray(t * width, (t + 1) * width)
  ]);
}
