import type {ModelConfig} from "../model/config.js";
import type {ParameterData} from "../model/parameters.js";
import type {Snapshot} from "../training/snapshot.js";

/** The two workers that share a model's layers: from the embedding up to the cut, and from there to the scores. */
export type Side = "front" | "back";

/** The token table, which is the head too where they are tied; both workers hold it then. */
export const TABLE = "transformer.wte.weight";

/** Whether a worker holds the parameter of that name when a model is cut after `cut` blocks. */
export function isHeld(name: string, side: Side, cut: number, {tiedHead}: ModelConfig): boolean {
  if (name === TABLE && tiedHead) return true;
  const block = /^transformer\.h\.(\d+)\./.exec(name);
  const isFront = block ? Number(block[1]) < cut : /\.(wte|wpe)\./.test(name);
  return isFront === (side === "front");
}

/** What a worker needs of a run's beginning: the parameters and moments that it holds. */
export function stageSnapshot(snapshot: Snapshot, side: Side, cut: number): Snapshot {
  const held = (data: ParameterData): ParameterData =>
    Object.fromEntries(
      Object.entries(data).filter(([name]) => isHeld(name, side, cut, snapshot.modelConfig))
    );
  return {
    ...snapshot,
    parameters: held(snapshot.parameters),
    firstMoments: held(snapshot.firstMoments),
    secondMoments: held(snapshot.secondMoments)
  };
}
