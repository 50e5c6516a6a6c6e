import {fromBinary} from "@bufbuild/protobuf";
import {GraphWriter} from "../../exchange/onnx/graphWriter.js";
import {onnxOps} from "../../exchange/onnx/onnxOps.js";
import {ModelProtoSchema, type NodeProto, type ValueInfoProto} from "../../exchange/onnx/onnxSchema_pb.js";

/** What an ONNX file of ours holds, as the chapter shows it. */
export interface OnnxFacts {
  fileBytes: number;
  opset: number;
  /** Numbers of nodes and of stored tensors. */
  nodes: number;
  tensors: number;
  /** Operators and how many nodes are of each, the most frequent first. */
  operators: {name: string; count: number}[];
  inputs: GraphValue[];
  outputs: GraphValue[];
  /** The nodes of the first block by the part of the model that they compute, in order. */
  block: {part: string; operators: string[]}[];
  /** Our operations and the operators that each is written as. */
  table: {operation: string; operators: string[]}[];
}

export interface GraphValue {
  name: string;
  /** Numbers, or names of sizes that are known only when the graph runs. */
  shape: string[];
}

/** Reads a file of ours whole, nodes included; made where sites are built. */
export function onnxFacts(bytes: Uint8Array): OnnxFacts {
  const {graph, opsetImport} = fromBinary(ModelProtoSchema, bytes);
  if (!graph) throw new Error("The ONNX file has no graph.");
  const counts = new Map<string, number>();
  for (const {opType} of graph.node) counts.set(opType, (counts.get(opType) ?? 0) + 1);
  return {
    fileBytes: bytes.length,
    opset: Number(opsetImport[0]?.version ?? 0),
    nodes: graph.node.length,
    tensors: graph.initializer.length,
    operators: [...counts].map(([name, count]) => ({name, count})).sort((a, b) => b.count - a.count),
    inputs: graph.input.map(describe),
    outputs: graph.output.map(describe),
    block: firstBlock(graph.node),
    table: operationTable()
  };
}

function describe({name, type}: ValueInfoProto): GraphValue {
  const tensor = type?.value.case === "tensorType" ? type.value.value : null;
  const shape = (tensor?.shape?.dim ?? []).map(({value}) => String(value.value ?? "?"));
  return {name, shape};
}

/** Nodes stand in the order in which data flows; a block's are between its own first and the next block's. */
function firstBlock(all: readonly NodeProto[]): OnnxFacts["block"] {
  const prefix = "transformer.h.0.";
  // Weights that are stored in fewer bits become float32 first, all of them.
  const nodes = all.filter(({input}) => !/\.(float16|int8)$/.test(input[0] ?? ""));
  const start = nodes.findIndex(({name}) => name.startsWith(prefix));
  const after = nodes.findIndex(({name}, i) => i > start && /^transformer\.(h\.1\.|ln_f)|^logits/.test(name));
  if (start < 0) return [];
  const parts: OnnxFacts["block"] = [];
  for (const {name, opType} of nodes.slice(start, after < 0 ? undefined : after)) {
    const part = partOf(name, prefix);
    const last = parts.at(-1);
    if (last?.part === part) last.operators.push(opType);
    else parts.push({part, operators: [opType]});
  }
  return parts;
}

/** attn.c_attn.product → attn.c_attn; what goes out of the graph has a name of its own: present.0.key. */
function partOf(name: string, prefix: string): string {
  if (name.startsWith("attention.")) return "attn.mixed";
  if (!name.startsWith(prefix)) return name.replace(/\.0\./, " ");
  const [first, second] = name.slice(prefix.length).split(".");
  return second && (first === "attn" || first === "mlp") ? `${first}.${second}` : first!;
}

/** Has the emitter write each of its operations into a graph of its own. */
function operationTable(): OnnxFacts["table"] {
  const operands = {q: "q", k: "k", v: "v", bias: "bias", weights: "weights"};
  const write: {[Operation in keyof typeof onnxOps]: (g: GraphWriter) => unknown} = {
    embedding: (g) => onnxOps.embedding(g, "y", "table", "ids"),
    add: (g) => onnxOps.add(g, "y", "a", "b"),
    scale: (g) => onnxOps.scale(g, "y", "x", 2),
    linear: (g) => onnxOps.linear(g, "y", "x", "weight", "bias"),
    unembed: (g) => onnxOps.unembed(g, "y", "x", "table"),
    countedLogits: (g) => onnxOps.countedLogits(g, "y", "counts", "ids", 1),
    layerNorm: (g) => onnxOps.layerNorm(g, "y", "x", "gain", "bias"),
    rmsNorm: (g) => onnxOps.rmsNorm(g, "y", "x", "gain"),
    relu: (g) => onnxOps.relu(g, "y", "x"),
    gelu: (g) => onnxOps.gelu(g, "y", "x"),
    geluExact: (g) => onnxOps.geluExact(g, "y", "x"),
    swiGlu: (g) => onnxOps.swiGlu(g, "y", "gate", "value"),
    splitHeads: (g) => onnxOps.splitHeads(g, "y", "x", 2, 2),
    mergeHeads: (g) => onnxOps.mergeHeads(g, "y", "x", 4),
    repeatHeads: (g) => onnxOps.repeatHeads(g, "y", "x", 1, 2),
    rotary: (g) => onnxOps.rotary(g, "y", "x", {cosines: "cosines", sines: "sines"}),
    attention: (g) => onnxOps.attention(g, "y", operands, 4),
    joinWindow: (g) => onnxOps.joinWindow(g, "y", "x", "positions", 2, 2),
    toFloat: (g) => onnxOps.toFloat(g, "y", "x")
  };
  return Object.entries(write).map(([operation, emit]) => {
    const g = new GraphWriter(operation);
    emit(g);
    return {operation, operators: g.graph.node.map(({opType}) => opType)};
  });
}
