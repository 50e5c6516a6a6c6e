/** How tensors are named in files that others wrote. */

/** What files hold beside weights: masks and angles, which follow from the sizes. */
const BUFFER = /\.attn\.(masked_)?bias$|\.rotary_emb\.inv_freq$/;

/** Names without their model's prefix, as they are saved from the body of a model alone. */
const GPT2_BODY = /^(wte|wpe|ln_f|h\.\d+)\./;
const LLAMA_BODY = /^(embed_tokens|norm|layers\.\d+)\./;

/**
 * The name that Hugging Face's whole model has for a tensor, whether a file has it with or without the prefix
 * "transformer." or "model."; null for buffers, which are no weights.
 */
export function wholeName(name: string): string | null {
  if (BUFFER.test(name)) return null;
  if (GPT2_BODY.test(name)) return `transformer.${name}`;
  if (LLAMA_BODY.test(name)) return `model.${name}`;
  return name;
}
