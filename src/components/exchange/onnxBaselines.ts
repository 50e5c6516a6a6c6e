import {writeAttention} from "./onnxAttention.js";
import {writeHidden} from "./onnxFeedForward.js";
import {type GraphPass, INPUT_IDS, LOGITS, writeLinear, writeRows, writeUnembedding} from "./onnxPass.js";
import {writeAddPositions, writePositions, writeTokenPositions} from "./onnxPositions.js";
import {writeHead} from "./onnxTransformer.js";

/** ln of how often each token followed this one, with `smoothing` added: [B, T] → [B, T, V]. */
export function writeBigram(pass: GraphPass): void {
  const counts = writeRows(pass, "bigram.counts", INPUT_IDS, "counts"); // [B, T, V]
  const smoothed = pass.g.node("Add", [counts, pass.g.scalar(pass.config.smoothing)], "smoothed");
  pass.g.node("Log", [smoothed], LOGITS);
}

/** Embedding → linear → softmax. */
export function writeNeuralBigram(pass: GraphPass): void {
  const x = writeRows(pass, "transformer.wte.weight", INPUT_IDS, "token_embedding"); // [B, T, C]
  writeHead(pass, writeLinear(pass, "transformer.h.0.mlp.c_proj", x));
}

/** The vectors of the last N = windowSize tokens side by side, and two layers. */
export function writeMlp(pass: GraphPass): void {
  const x = writeRows(pass, "transformer.wte.weight", INPUT_IDS, "token_embedding"); // [B, T, C]
  const y = writeHidden(pass, "transformer.h.0.mlp", writeJoinWindow(pass, x)); // [B, T, F]
  writeUnembedding(pass, y, "lm_head.weight");
}

/** At each position the last N vectors, the oldest first, with zeros before the text: [B, T, C] → [B, T, N·C]. */
function writeJoinWindow(pass: GraphPass, x: string): string {
  const {g, config} = pass;
  const {windowSize: N, nEmbd: C} = config;
  const padded = g.node("Pad", [x, g.integers([0, N - 1, 0, 0, 0, 0])], "padded"); // [B, N − 1 + T, C]
  // In the padded text, the window of position t begins at t.
  const starts = g.node("Unsqueeze", [writeTokenPositions(pass), g.integers([1])], "window_starts"); // [T, 1]
  const steps = g.integers(Array.from({length: N}, (_, i) => i)); // [N]
  const places = g.node("Add", [starts, steps], "window_places"); // [T, N]
  const windows = g.node("Gather", [padded, places], "windows", {axis: {int: 1}}); // [B, T, N, C]
  return g.node("Reshape", [windows, g.integers([0, 0, N * C])], "joined_windows");
}

/** One head of attention between embedding and head. */
export function writeAttentionOnly(pass: GraphPass): void {
  const single = {...pass, config: {...pass.config, nHead: 1, nKvHead: 1}};
  const positions = writePositions(single);
  const tokens = writeRows(pass, "transformer.wte.weight", INPUT_IDS, "token_embedding"); // [B, T, C]
  const x = writeAddPositions(pass, tokens, positions); // [B, T, C]
  const attended = writeAttention(single, 0, x, positions); // [B, T, C]
  writeHead(pass, pass.config.residual ? pass.g.node("Add", [x, attended], "after_attn") : attended);
}
