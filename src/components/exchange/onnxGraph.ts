import {attentionHeads, attentionLayers, type ModelConfig} from "../model/config.js";
import type {ParameterData} from "../model/parameters.js";
import {GraphWriter} from "./graphWriter.js";
import {writeAttentionOnly, writeBigram, writeMlp, writeNeuralBigram} from "./onnxBaselines.js";
import {attentionOutput, type GraphPass, INPUT_IDS, LOGITS} from "./onnxPass.js";
import {type GraphProto, TensorProto_DataType} from "./onnxSchema_pb.js";
import {writeTransformer} from "./onnxTransformer.js";

/** The operator set that graphs are written in: the first with LayerNormalization. */
export const OPSET = 17;

const models: Record<ModelConfig["architecture"], (pass: GraphPass) => void> = {
  transformer: writeTransformer,
  attention: writeAttentionOnly,
  mlp: writeMlp,
  neuralBigram: writeNeuralBigram,
  bigram: writeBigram
};

/**
 * The model that a configuration names as an ONNX graph; its files read as those of `model/` do.
 *
 *   input_ids     int64 [batch_size, sequence_length], 1 … blockSize tokens
 *   logits        float [batch_size, sequence_length, V]
 *   attention.{i} float [batch_size, H, sequence_length, sequence_length], one for each layer of attention, query × key
 *
 * Shape comments use the letters of `ModelConfig`; S is the number of keys. Every weight must have the shape that
 * `parameterShapes(config)` gives it; that is the caller's to check.
 */
export function onnxGraph(config: ModelConfig, parameters: ParameterData): GraphProto {
  const g = new GraphWriter("glassformer");
  g.input(INPUT_IDS, TensorProto_DataType.INT64, ["batch_size", "sequence_length"]);
  g.output(LOGITS, ["batch_size", "sequence_length", config.vocabSize]);
  for (let i = 0; i < attentionLayers(config); i++)
    g.output(attentionOutput(i), [
      "batch_size",
      attentionHeads(config),
      "sequence_length",
      "sequence_length"
    ]);
  for (const [name, {shape, data}] of Object.entries(parameters)) g.floats(name, shape, data);
  models[config.architecture]({g, config});
  return g.graph;
}
