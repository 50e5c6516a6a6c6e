/** Where things lie in the folder of an exported model; the layout is Hugging Face's. */
export const MODEL_FILES = {
  onnx: "onnx/model.onnx",
  tokenizer: "tokenizer.json",
  config: "config.json",
  run: "run.json"
} as const;

/** What else the folder holds where it is made for other tools. */
export const HUGGING_FACE_FILES = {
  weights: "model.safetensors",
  generation: "generation_config.json",
  tokenizerConfig: "tokenizer_config.json",
  card: "README.md"
} as const;
