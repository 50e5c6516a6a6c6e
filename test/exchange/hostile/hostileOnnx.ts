import {fromBinary, toBinary} from "@bufbuild/protobuf";
import {BinaryWriter, WireType} from "@bufbuild/protobuf/wire";
import {
  type ModelProto,
  ModelProtoSchema,
  type TensorProto,
  TensorProto_DataType
} from "../../../src/components/exchange/onnx/onnxSchema_pb.js";
import type {Random} from "../../../src/components/random.js";
import {joined, type Mutated, mutateBytes, mutateJsonOrText, pick} from "./mutations.js";

/** Changes to one weight of which none can be harmless. */
const tensorChanges: Record<string, (tensor: TensorProto, all: TensorProto[], random: Random) => unknown> = {
  "left out": (tensor, all) => all.splice(all.indexOf(tensor), 1),
  "there twice": (tensor, all) => all.push(tensor),
  "another name": (tensor, _, random) =>
    Object.assign(tensor, {name: pick(random, ["", "__proto__", "constructor", "x".repeat(1_000_000)])}),
  "another type": (tensor, _, random) =>
    Object.assign(tensor, {dataType: pick(random, [0, 2, 7, 11, 99, -1])}),
  "negative dimensions": (tensor) => Object.assign(tensor, {dims: tensor.dims.map((n) => -n)}),
  "huge dimensions": (tensor) => Object.assign(tensor, {dims: [2n ** 62n, 4n]}),
  "dimensions that wrap": (tensor) => Object.assign(tensor, {dims: tensor.dims.map((n) => n + 2n ** 32n)}),
  "ten thousand dimensions": (tensor) => Object.assign(tensor, {dims: new Array(10_000).fill(1n)}),
  "dimensions in another order": (tensor) => Object.assign(tensor, {dims: [...tensor.dims, 1n]}),
  "no bytes": (tensor) => Object.assign(tensor, {rawData: new Uint8Array(0)}),
  "bytes cut short": (tensor) => Object.assign(tensor, {rawData: tensor.rawData.slice(0, -1)}),
  "more bytes": (tensor) => Object.assign(tensor, {rawData: joined(tensor.rawData, new Uint8Array(4))}),
  "no number": (tensor, _, random) => {
    const value = pick(random, [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
    tensor.rawData = tensor.rawData.slice();
    new DataView(tensor.rawData.buffer).setFloat32(
      4 * random.integer(tensor.rawData.length / 4),
      value,
      true
    );
  }
};

/** Records that say more than they have, or ask for more than they are. */
const wireChanges: Record<string, (random: Random) => Uint8Array> = {
  "a field that is longer than the file": (random) =>
    new BinaryWriter()
      .tag(7, WireType.LengthDelimited)
      .uint32(pick(random, [2 ** 31, 2 ** 32 - 1, 2 ** 20]))
      .finish(),
  "a length of ten bytes": () => Uint8Array.of(0x3a, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1),
  "a length without an end": () => Uint8Array.of(0x3a, ...new Array(20).fill(255)),
  "a field of number 0": () => Uint8Array.of(2, 0),
  "a wire type that is none": () => Uint8Array.of(0x3f, 0),
  "a group that does not end": () => Uint8Array.of(0x3b),
  "groups within groups": () => new Uint8Array(100_000).fill(0x3b),
  "a weight that is longer than its graph": () => Uint8Array.of(0x3a, 3, 0x2a, 100, 0),
  "a property that is no text": () => Uint8Array.of(0x72, 4, 0x0a, 2, 0xff, 0xfe),
  "twenty thousand properties": () =>
    joined(
      ...Array.from({length: 20_000}, (_, i) => {
        const key = new BinaryWriter().tag(1, WireType.LengthDelimited).string(`k${i}`).finish();
        return new BinaryWriter().tag(14, WireType.LengthDelimited).bytes(key).finish();
      })
    ),
  "half a million weights": () => {
    const weights = new Uint8Array(1_000_000);
    for (let i = 0; i < weights.length; i += 2) weights[i] = 0x2a;
    return new BinaryWriter().tag(7, WireType.LengthDelimited).bytes(weights).finish();
  }
};

/** A graph of half a million nodes in a megabyte, each of which would take hundreds of bytes of memory. */
export function manyNodes(): Uint8Array {
  const nodes = new Uint8Array(1_000_000);
  for (let i = 0; i < nodes.length; i += 2) nodes[i] = 0x0a;
  return new BinaryWriter().tag(7, WireType.LengthDelimited).bytes(nodes).finish();
}

/** Graphs within attributes of nodes of graphs. */
export function nestedGraphs(levels: number): Uint8Array {
  let graph: Uint8Array = new Uint8Array(0);
  for (let i = 0; i < levels; i++)
    for (const field of [6, 5, 1])
      graph = new BinaryWriter().tag(field, WireType.LengthDelimited).bytes(graph).finish();
  return new BinaryWriter().tag(7, WireType.LengthDelimited).bytes(graph).finish();
}

/** A file of ours that is damaged or hostile. */
export function mutateOnnx(file: Uint8Array, random: Random): Mutated<Uint8Array> {
  const kind = random.integer(10);
  if (kind < 4) return mutateBytes(file, random);
  if (kind === 4) {
    const [label, change] = pick(random, Object.entries(wireChanges));
    const piece = change(random);
    return {label, content: random.integer(2) ? joined(piece, file) : joined(file, piece), mustFail: true};
  }
  const model: ModelProto = fromBinary(ModelProtoSchema, file);
  if (kind < 8) {
    const all = model.graph!.initializer;
    // Constants of the graph are not read: whoever opens the file makes the graph anew.
    const weights = all.filter(({name}) => /^(transformer|lm_head)\./.test(name));
    const tensor = pick(random, weights);
    const name = tensor.name;
    const [label, change] = pick(random, Object.entries(tensorChanges));
    change(tensor, all, random);
    // Any byte is an int8.
    const mustFail = label !== "no number" || tensor.dataType !== TensorProto_DataType.INT8;
    return {label: `${label}: ${name}`, content: toBinary(ModelProtoSchema, model), mustFail};
  }
  const property = pick(random, model.metadataProps);
  if (random.integer(6) === 0) {
    model.metadataProps.push(property);
    return {label: `${property.key} twice`, content: toBinary(ModelProtoSchema, model), mustFail: true};
  }
  const {label, content} = mutateJsonOrText(JSON.parse(property.value), random);
  property.value = content;
  return {label: `${property.key}: ${label}`, content: toBinary(ModelProtoSchema, model)};
}
