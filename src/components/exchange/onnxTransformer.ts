import {writeAttention} from "./onnxAttention.js";
import {writeFeedForward} from "./onnxFeedForward.js";
import {type GraphPass, INPUT_IDS, writeNorm, writeRows, writeUnembedding} from "./onnxPass.js";
import {type Positions, writeAddPositions, writePositions} from "./onnxPositions.js";

/** `tinyTransformerLM`, layer by layer in the order in which data flows. */
export function writeTransformer(pass: GraphPass): void {
  const {nLayer, normPlacement} = pass.config;
  const positions = writePositions(pass);
  let x = writeRows(pass, "transformer.wte.weight", INPUT_IDS, "token_embedding"); // [B, T, C]
  x = writeAddPositions(pass, x, positions); // [B, T, C]
  for (let i = 0; i < nLayer; i++) {
    x = writeBlock(pass, i, x, positions); // [B, T, C]
  }
  if (normPlacement === "pre") x = writeNorm(pass, "transformer.ln_f", x); // [B, T, C]
  writeHead(pass, x);
}

/** Attention, then the feed-forward layer. Pre-norm: x + f(norm(x)); post-norm: norm(x + f(x)). */
function writeBlock(pass: GraphPass, i: number, x: string, positions: Positions): string {
  const {residual, normPlacement} = pass.config;
  const h = `transformer.h.${i}`;
  const layers = [
    {norm: `${h}.ln_1`, sum: `${h}.after_attn`, f: (x: string) => writeAttention(pass, i, x, positions)},
    {norm: `${h}.ln_2`, sum: `${h}.after_mlp`, f: (x: string) => writeFeedForward(pass, i, x)}
  ];
  for (const {norm, sum, f} of layers) {
    const y = f(normPlacement === "pre" ? writeNorm(pass, norm, x) : x);
    x = residual ? pass.g.node("Add", [x, y], sum) : y;
    if (normPlacement === "post") x = writeNorm(pass, norm, x);
  }
  return x;
}

/** Scores of every token of the vocabulary, against the token table itself or a table of the head's own: [B, T, V]. */
export function writeHead(pass: GraphPass, x: string): void {
  writeUnembedding(pass, x, pass.config.tiedHead ? "transformer.wte.weight" : "lm_head.weight");
}
