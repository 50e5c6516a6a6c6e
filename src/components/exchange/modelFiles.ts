/** Where things lie in the folder of an exported model; the layout is Hugging Face's. */
export const MODEL_FILES = {
  onnx: "onnx/model.onnx",
  tokenizer: "tokenizer.json",
  config: "config.json",
  run: "run.json"
} as const;
