import {writeAttention} from "./onnxAttention.js";
import {onnxOps} from "./onnxOps.js";
import {
  ATTENTION_MASK,
  type GraphPass,
  INPUT_IDS,
  LOGITS,
  writeHead,
  writeHidden,
  writeLinear
} from "./onnxPass.js";
import {writeEmbedding, writePlaces, writeTokenPlaces} from "./onnxPositions.js";

/** ln of how often each token followed this one, with `smoothing` added: [B, T] → [B, T, V]. */
export function writeBigram({g, config}: GraphPass): void {
  onnxOps.countedLogits(g, LOGITS, "bigram.counts", INPUT_IDS, config.smoothing);
}

/** Embedding → linear → softmax. */
export function writeNeuralBigram(pass: GraphPass): void {
  const x = onnxOps.embedding(pass.g, "token_embedding", "transformer.wte.weight", INPUT_IDS); // [B, T, C]
  writeHead(pass, writeLinear(pass, "transformer.h.0.mlp.c_proj", x));
}

/** The vectors of the last N = windowSize tokens side by side, and two layers. */
export function writeMlp(pass: GraphPass): void {
  const {g, config} = pass;
  const tokens = onnxOps.embedding(g, "token_embedding", "transformer.wte.weight", INPUT_IDS); // [B, T, C]
  // Padding is what stands before the text: zeros.
  const mask = onnxOps.toFloat(g, "mask", ATTENTION_MASK); // [B, T]
  const column = g.node("Unsqueeze", [mask, g.integers([2])], "mask_column"); // [B, T, 1]
  const x = g.node("Mul", [tokens, column], "text_embedding"); // [B, T, C]
  const window = onnxOps.joinWindow(g, "window", x, writeTokenPlaces(pass), config.windowSize, config.nEmbd);
  const y = writeHidden(pass, "transformer.h.0.mlp", window); // [B, T, F]
  onnxOps.unembed(g, LOGITS, y, "lm_head.weight"); // [B, T, V]
}

/** One head of attention between embedding and head. */
export function writeAttentionOnly(pass: GraphPass): void {
  const single = {...pass, config: {...pass.config, nHead: 1, nKvHead: 1}};
  const x = writeEmbedding(pass); // [B, T, C]
  const attended = writeAttention(single, 0, x, writePlaces(single)); // [B, T, C]
  writeHead(pass, pass.config.residual ? pass.g.node("Add", [x, attended], "after_attn") : attended);
}
