import type {ModelConfig} from "../../model/config.js";
import {parameterShapes} from "../../model/parameters.js";
import {alibiSlopes} from "../../model/positionTables.js";

/** A shape as letters and as numbers: ["B", "T", "C"], [1, 256, 96]. */
export interface Shape {
  letters: readonly string[];
  sizes: readonly number[];
}

/** One step of the forward pass. */
export interface Part {
  name: string;
  /** What it does, in a sentence. */
  does: string;
  output: Shape;
  /** Learned numbers, in all layers together where it stands in a block. */
  parameters: number;
  /** Floating-point operations of its matrix products in one forward pass, in all layers together. */
  flops: number;
  /** Whether it stands in the block, which is repeated nLayer times. */
  inBlock: boolean;
  /** A hue where the part is what that colour means. */
  hue?: "query" | "key" | "value" | "probability";
}

/** Every step of a transformer's forward pass over B windows of T tokens, in order. */
export function anatomy(config: ModelConfig, B: number, T: number): Part[] {
  const {nLayer: L, nHead: H, nKvHead: K, nEmbd: C, nInner: F, vocabSize: V} = config;
  const D = C / H;
  const sizes: Record<string, number> = {B, T, C, H, K, D, F, V};
  const shape = (...letters: string[]): Shape => ({
    letters,
    sizes: letters.map((letter) => sizes[letter] ?? (H + 2 * K) * D)
  });
  const counts = parameterShapes(config);
  /** Learned numbers of all tensors whose names match. */
  const learned = (pattern: RegExp) =>
    Object.entries(counts)
      .filter(([name]) => pattern.test(name))
      .reduce((sum, [, sizes]) => sum + sizes.reduce((a, b) => a * b, 1), 0);
  const linear = (inputs: number, outputs: number) => 2 * B * T * inputs * outputs;
  const part = (name: string, does: string, output: Shape, more: Partial<Part> = {}): Part => ({
    name,
    does,
    output,
    parameters: 0,
    flops: 0,
    inBlock: false,
    ...more
  });
  const inBlock = (name: string, does: string, output: Shape, more: Partial<Part> = {}): Part =>
    part(name, does, output, {...more, flops: L * (more.flops ?? 0), inBlock: true});

  const stream = shape("B", "T", "C");
  const norm = {layerNorm: "LayerNorm", rmsNorm: "RMSNorm", none: ""}[config.norm];
  const normPart = (which: 1 | 2) =>
    norm
      ? [
          inBlock(
            norm,
            config.normPlacement === "pre"
              ? "Brings every vector to the same scale before it is read."
              : "Brings every vector of the stream back to the same scale.",
            stream,
            {parameters: learned(new RegExp(`\\.ln_${which}\\.`))}
          )
        ]
      : [];
  const around = (which: 1 | 2, parts: Part[]) =>
    config.normPlacement === "pre" ? [...normPart(which), ...parts] : [...parts, ...normPart(which)];
  const join = (what: string) =>
    config.residual
      ? inBlock("Add", `What ${what} found is added to the stream.`, stream)
      : inBlock("Replace", `What ${what} found takes the place of the stream.`, stream);

  return [
    part("Token ids", "Whole numbers from the tokenizer.", shape("B", "T")),
    part("Embedding", "Each id picks its row of the token table.", stream, {
      parameters: learned(/wte/)
    }),
    ...positionPart(config, stream, learned(/wpe/)),
    ...around(1, [
      inBlock(
        "Queries, keys, values",
        K === H
          ? "One linear layer makes three vectors of each token."
          : `One linear layer makes queries for ${H} heads, keys and values for ${K}.`,
        shape("B", "T", "(H + 2K)·D"),
        {parameters: learned(/c_attn/), flops: linear(C, (H + 2 * K) * D)}
      ),
      inBlock(
        "Split: queries",
        "Reshape, then transpose: each head gets its own columns.",
        shape("B", "H", "T", "D"),
        {
          hue: "query"
        }
      ),
      inBlock("Split: keys", `The same for keys${inAttention(config)}.`, shape("B", "K", "T", "D"), {
        hue: "key"
      }),
      inBlock("Split: values", "The same for values.", shape("B", "K", "T", "D"), {hue: "value"}),
      inBlock(
        "Scores",
        `Each query times each key, over √D${config.causal ? "; later tokens are masked" : ""}.`,
        shape("B", "H", "T", "T"),
        {flops: 2 * B * H * T * T * D}
      ),
      inBlock("Weights", "Softmax over the keys: every row sums to 1.", shape("B", "H", "T", "T"), {
        hue: "probability"
      }),
      inBlock("Mix", "Each query's weights times the values.", shape("B", "H", "T", "D"), {
        flops: 2 * B * H * T * T * D
      }),
      inBlock("Merge heads", "Transpose back, reshape: the heads stand side by side.", stream),
      inBlock("Projection", "A linear layer lets the heads' findings meet.", stream, {
        parameters: learned(/attn\.c_proj/),
        flops: linear(C, C)
      }),
      join("attention")
    ]),
    ...around(2, [
      inBlock(
        "Feed-forward, up",
        config.activation === "swiGlu"
          ? "Two linear layers, one to gate the other."
          : "A linear layer into a wider space.",
        shape("B", "T", "F"),
        {
          parameters: learned(/mlp\.c_(fc|gate)/),
          flops: linear(C, F) * (config.activation === "swiGlu" ? 2 : 1)
        }
      ),
      inBlock(activationName(config), "The bend, number by number.", shape("B", "T", "F")),
      inBlock("Feed-forward, down", "And back to the stream's width.", stream, {
        parameters: learned(/mlp\.c_proj/),
        flops: linear(F, C)
      }),
      join("the feed-forward layer")
    ]),
    ...(norm && config.normPlacement === "pre"
      ? [
          part(`Final ${norm}`, "The stream once more at one scale, for the head.", stream, {
            parameters: learned(/ln_f/)
          })
        ]
      : []),
    part(
      "Head",
      config.tiedHead
        ? "The dot product with every row of the token table: one score a token."
        : "The dot product with every row of a table of its own: one score a token.",
      shape("B", "T", "V"),
      {parameters: learned(/lm_head/), flops: linear(C, V)}
    ),
    part("Softmax", "Scores become probabilities of the next token, at every place.", shape("B", "T", "V"), {
      hue: "probability"
    })
  ];
}

function positionPart(config: ModelConfig, stream: Shape, parameters: number): Part[] {
  const part = (does: string): Part[] => [
    {name: "Positions", does, output: stream, parameters, flops: 0, inBlock: false}
  ];
  switch (config.position) {
    case "learned":
      return part("A learned row for every place is added.");
    case "sinusoidal":
      return part("A fixed row of waves for every place is added; nothing to learn.");
    default:
      return [];
  }
}

/** What position does to keys and queries, for the sentence about them. */
function inAttention(config: ModelConfig): string {
  if (config.position === "rope") return ", and both are turned by their position";
  const slopes = alibiSlopes(config);
  return slopes ? "; distance will be subtracted from the scores" : "";
}

const activationName = ({activation}: ModelConfig): string =>
  ({gelu: "GELU", geluExact: "GELU", relu: "ReLU", swiGlu: "SwiGLU"})[activation];
