import type {ModelConfig} from "../model/config.js";
import {parameterShapes} from "../model/parameters.js";
import type {TrainConfig} from "./config.js";
import {isDecayed, ruleFor} from "./moments.js";

/** Some of a model's parameters: how many arrays, and how many numbers in them. */
export interface ParameterGroup {
  arrays: number;
  numbers: number;
}

/** How an optimiser divides a model's parameters. */
export interface ParameterGroups {
  /** Weight decay shrinks these, */
  decayed: ParameterGroup;
  /** and leaves these alone. */
  undecayed: ParameterGroup;
  /** Muon makes the updates of these; all others go by the optimiser chosen, or by AdamW beside Muon. */
  muon: ParameterGroup;
}

/** Counts them; nothing is allocated. */
export function parameterGroups(
  model: ModelConfig,
  {optimiser}: Pick<TrainConfig, "optimiser">
): ParameterGroups {
  const groups: ParameterGroups = {decayed: empty(), undecayed: empty(), muon: empty()};
  for (const [name, shape] of Object.entries(parameterShapes(model))) {
    const numbers = shape.reduce((product, n) => product * n, 1);
    add(isDecayed(shape) ? groups.decayed : groups.undecayed, numbers);
    if (ruleFor(optimiser, name, shape) === "muon") add(groups.muon, numbers);
  }
  return groups;
}

const empty = (): ParameterGroup => ({arrays: 0, numbers: 0});

function add(group: ParameterGroup, numbers: number): void {
  group.arrays += 1;
  group.numbers += numbers;
}
