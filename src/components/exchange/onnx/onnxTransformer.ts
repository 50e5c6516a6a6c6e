import {writeAttention} from "./onnxAttention.js";
import {type GraphPass, writeHead, writeHidden, writeLinear, writeNorm} from "./onnxPass.js";
import {type Places, writeEmbedding, writePlaces} from "./onnxPositions.js";

/** `tinyTransformerLM`, layer by layer in the order in which data flows. */
export function writeTransformer(pass: GraphPass): void {
  const {nLayer, normPlacement} = pass.config;
  const places = writePlaces(pass);
  let x = writeEmbedding(pass); // [B, T, C]
  for (let i = 0; i < nLayer; i++) {
    x = writeBlock(pass, i, x, places); // [B, T, C]
  }
  writeHead(pass, normPlacement === "pre" ? writeNorm(pass, "transformer.ln_f", x) : x); // [B, T, V]
}

/** Attention, then the feed-forward layer. Pre-norm: x + f(norm(x)); post-norm: norm(x + f(x)). */
function writeBlock(pass: GraphPass, i: number, x: string, places: Places): string {
  const {residual, normPlacement} = pass.config;
  const h = `transformer.h.${i}`;
  const layers = [
    {norm: `${h}.ln_1`, sum: `${h}.after_attn`, f: (x: string) => writeAttention(pass, i, x, places)},
    {norm: `${h}.ln_2`, sum: `${h}.after_mlp`, f: (x: string) => writeFeedForward(pass, `${h}.mlp`, x)}
  ];
  for (const {norm, sum, f} of layers) {
    const y = f(normPlacement === "pre" ? writeNorm(pass, norm, x) : x);
    x = residual ? pass.g.node("Add", [x, y], sum) : y;
    if (normPlacement === "post") x = writeNorm(pass, norm, x);
  }
  return x;
}

/** [B, T, C] → [B, T, F] → [B, T, C]. */
const writeFeedForward = (pass: GraphPass, name: string, x: string): string =>
  writeLinear(pass, `${name}.c_proj`, writeHidden(pass, name, x));
