import {formatFixed, formatPercent, tokenName} from "../../views/format.js";
import {type BlockPlace, byHead, byToken, type SplitTrace} from "./split.js";

/** A step of the way through the heads. `stage` says how the blocks stand; "sum" shows no blocks. */
export interface SplitStep {
  key: "whole" | "cut" | "moved" | "attended" | "back" | "joined" | "projected";
  name: string;
  order: "token" | "head";
  hasGaps: boolean;
  numbers: "values" | "mixed";
  shape: (sizes: Sizes) => string;
  sentence: (trace: SplitTrace) => string;
}

export interface Sizes {
  T: number;
  H: number;
  D: number;
  C: number;
}

export const sizesOf = ({tokens, nHead: H, headWidth: D}: SplitTrace): Sizes => ({
  T: tokens.length,
  H,
  D,
  C: H * D
});

const shaped = (...sizes: number[]): string => `[1, ${sizes.join(", ")}]`;

export const splitSteps: readonly SplitStep[] = [
  {
    key: "whole",
    name: "Values",
    order: "token",
    hasGaps: false,
    numbers: "values",
    shape: ({T, C}) => shaped(T, C),
    sentence: (trace) => {
      const {T, C} = sizesOf(trace);
      return `The values of ${T} tokens in layer ${trace.layer + 1}: for each token one row of C = ${C} numbers, drawn as bars up and down. They lie in memory one row after the other.`;
    }
  },
  {
    key: "cut",
    name: "Reshape",
    order: "token",
    hasGaps: true,
    numbers: "values",
    shape: ({T, H, D}) => shaped(T, H, D),
    sentence: (trace) => {
      const {H, D} = sizesOf(trace);
      return `Each row is cut into H = ${H} parts of D = ${D} numbers, one for each head. No number moves: the same memory is counted off D by D. Where each part begins is written above it.`;
    }
  },
  {
    key: "moved",
    name: "Transpose",
    order: "head",
    hasGaps: true,
    numbers: "values",
    shape: ({T, H, D}) => shaped(H, T, D),
    sentence: () =>
      "Now heads come before tokens, and blocks do move: where each begins in memory is written beside it. Each head has its own small matrix of all tokens, and a product of matrices over the last two axes treats them all at once."
  },
  {
    key: "attended",
    name: "Attend",
    order: "head",
    hasGaps: true,
    numbers: "mixed",
    shape: ({T, H, D}) => shaped(H, T, D),
    sentence: (trace) => {
      const {T, H} = sizesOf(trace);
      const last = tokenName(trace.tokens[T - 1]!);
      const shares = Array.from({length: H}, (_, h) => formatPercent(trace.weights[(h * T + T - 1) * T]!));
      return `Every head mixes its rows with weights of its own, which stand beside them: one for each of the ${T} tokens. The last token, ${last}, takes of the first: ${shares.join(", ")}, head by head.`;
    }
  },
  {
    key: "back",
    name: "Transpose back",
    order: "token",
    hasGaps: true,
    numbers: "mixed",
    shape: ({T, H, D}) => shaped(T, H, D),
    sentence: () =>
      "The way back: tokens before heads. What each head mixed for a token stands in one row again."
  },
  {
    key: "joined",
    name: "Concatenate",
    order: "token",
    hasGaps: false,
    numbers: "mixed",
    shape: ({T, C}) => shaped(T, C),
    sentence: (trace) =>
      `A reshape closes the gaps: a row of C = ${sizesOf(trace).C} numbers for each token. So far no head knows of another: each of these numbers comes from one head alone.`
  },
  {
    key: "projected",
    name: "Project",
    order: "token",
    hasGaps: false,
    numbers: "mixed",
    shape: ({T, C}) => shaped(T, C),
    sentence: (trace) => {
      const largest = contributionSizes(trace);
      const list = largest.map((size, h) => `head ${h + 1} ${formatFixed(size, 2)}`).join(", ");
      return `The output matrix turns each head’s D numbers into C, and they are added up. For the last token, ${tokenName(trace.tokens.at(-1)!)}, what the heads add has these lengths: ${list}.`;
    }
  }
];

/** The Euclidean length of what each head adds for the last token. */
export function contributionSizes(trace: SplitTrace): number[] {
  const {H, C} = sizesOf(trace);
  return Array.from({length: H}, (_, h) => Math.hypot(...trace.contributions.slice(h * C, (h + 1) * C)));
}

/** What the layer gives for the last token: contributions and bias added up, [C]. */
export function projectedRow(trace: SplitTrace): number[] {
  const {H, C} = sizesOf(trace);
  return trace.bias.map((b, c) => {
    let sum = b;
    for (let h = 0; h < H; h++) sum += trace.contributions[h * C + c]!;
    return sum;
  });
}

/** A block in a step: where it stands and its D numbers. */
export function block(
  trace: SplitTrace,
  {order, numbers}: Pick<SplitStep, "order" | "numbers">,
  t: number,
  h: number
): BlockPlace & {numbers: number[]} {
  const sizes = sizesOf(trace);
  const {D, C} = sizes;
  const start = t * C + h * D;
  return {
    ...(order === "token" ? byToken(t, h, sizes) : byHead(t, h, sizes)),
    numbers: trace[numbers].slice(start, start + D) as number[]
  };
}
