import type * as tf from "@tensorflow/tfjs-core";
import {type WebgpuBackend, webgpuBackend} from "./backend.js";
import {bufferUsage} from "./bufferUsage.js";
import type {ElementType} from "./runner.js";

/**
 * How numbers of half precision (IEEE 754 binary16) lie in a buffer: as such, where the device can compute with them,
 * else two in each word of 32 bits, which every device can take apart and put together.
 */
export type HalfLayout = "native" | "packed";

/** What tfjs's record of a tensor says of one in half precision; tfjs's own kernels refuse it by that name. */
export const HALF = "float16" as tf.DataType;

let isOn = false;

/**
 * Has what `work` makes by `makeActivation` lie in half precision, wherever that is possible. Only kernels of ours can
 * read it. tf.Tensor says float32 of it: tfjs has no name for less.
 */
export function inHalfPrecision<Result>(work: () => Result): Result {
  const before = isOn;
  isOn = true;
  try {
    return work();
  } finally {
    isOn = before;
  }
}

/** How halves lie on a device. */
export const halfLayout = ({features}: GPUDevice): HalfLayout =>
  features.has("shader-f16") ? "native" : "packed";

/**
 * A tensor that a kernel is about to write as an array of `element`: in half precision within `inHalfPrecision`, if its
 * numbers come in pairs and, where they are packed, the kernel writes whole words; else in float32.
 */
export function makeActivation(shape: number[], element: ElementType = "vec4<f32>"): tf.TensorInfo {
  const backend = webgpuBackend();
  const size = shape.reduce((product, length) => product * length, 1);
  const isWritten = element !== "f32" || halfLayout(backend.device) === "native";
  const info = backend.makeTensorInfo(shape, "float32");
  if (!isOn || !isWritten || size === 0 || size % 2 !== 0) return info;
  const data = backend.tensorMap.get(info.dataId);
  const {storage, copySource, copyTarget} = bufferUsage;
  data.dtype = HALF;
  data.resource = backend.bufferManager.acquireBuffer(2 * size, storage | copySource | copyTarget);
  return info;
}

/** Whether a tensor lies in half precision. */
export const isHalf = ({dataId}: tf.TensorInfo, backend: WebgpuBackend = webgpuBackend()): boolean =>
  backend.tensorMap.has(dataId) && backend.tensorMap.get(dataId).dtype === HALF;

/** The element of an array in storage that holds halves where the code has `type`. */
export function halfElement(type: ElementType, layout: HalfLayout): string {
  if (layout === "native") return type.replace("f32", "f16");
  return {f32: "u32", "vec2<f32>": "u32", "vec4<f32>": "vec2<u32>"}[type as string]!;
}

/**
 * WGSL that was written for arrays of float32, changed for some of them to hold halves: `name[i]` is read through a
 * function that makes float32 of it, and a statement `name[i] = value;` writes through another. All arithmetic stays
 * that of float32. Throws RangeError for an array that is packed and written one number at a time.
 */
export function withHalves(
  code: string,
  arrays: Readonly<Record<string, ElementType>>,
  layout: HalfLayout
): string {
  let text = code;
  for (const [name, type] of Object.entries(arrays)) {
    text = rewrite(text, name);
    if (layout === "packed" && type === "f32")
      text = text.replaceAll(`arrayLength(&${name})`, `(arrayLength(&${name}) * 2u)`);
  }
  const functions = Object.entries(arrays).map(([name, type]) => {
    const writes = new RegExp(`\\b${writer(name)}\\(`).test(text);
    if (writes && type === "f32" && layout === "packed")
      throw new RangeError(`${name} is written one number at a time, and its halves are packed in pairs.`);
    const {read, write} = access(name, type, layout);
    return writes ? `${read}\n${write}` : read;
  });
  return `${functions.join("\n")}\n${text}`;
}

const reader = (name: string) => `${name}AsFloat`;
const writer = (name: string) => `${name}FromFloat`;

/** WGSL functions that read and write element i of an array of halves as `type`. */
function access(name: string, type: ElementType, layout: HalfLayout): {read: string; write: string} {
  const functions = (value: string, stored: string) => ({
    read: `fn ${reader(name)}(i: u32) -> ${type} { ${value} }`,
    write: `fn ${writer(name)}(i: u32, value: ${type}) { ${name}[i] = ${stored}; }`
  });
  if (layout === "native")
    return functions(`return ${type}(${name}[i]);`, `${halfElement(type, layout)}(value)`);
  switch (type) {
    case "f32":
      return functions(`return unpack2x16float(${name}[i / 2u])[i % 2u];`, "");
    case "vec2<f32>":
      return functions(`return unpack2x16float(${name}[i]);`, "pack2x16float(value)");
    default:
      return functions(
        `let word = ${name}[i]; return vec4<f32>(unpack2x16float(word.x), unpack2x16float(word.y));`,
        "vec2<u32>(pack2x16float(value.xy), pack2x16float(value.zw))"
      );
  }
}

/** Replaces every access to an array by calls. */
function rewrite(code: string, name: string): string {
  const pattern = new RegExp(`(?<![\\w.])${name}\\[`, "g");
  let result = "";
  let at = 0;
  for (let match = pattern.exec(code); match; match = pattern.exec(code)) {
    if (match.index < at) continue;
    const start = match.index + match[0].length;
    const end = closing(code, start);
    const index = rewrite(code.slice(start, end), name);
    result += code.slice(at, match.index);
    const assignment = /^\s*([-+*/]?)=(?!=)/.exec(code.slice(end + 1));
    if (!assignment) {
      result += `${reader(name)}(${index})`;
      at = end + 1;
    } else {
      const valueStart = end + 1 + assignment[0].length;
      const valueEnd = code.indexOf(";", valueStart);
      const value = rewrite(code.slice(valueStart, valueEnd).trim(), name);
      const operator = assignment[1];
      const whole = operator ? `${reader(name)}(${index}) ${operator} (${value})` : value;
      result += `${writer(name)}(${index}, ${whole})`;
      at = valueEnd;
    }
    pattern.lastIndex = at;
  }
  return result + code.slice(at);
}

/** Where the bracket that was opened before `start` closes. */
function closing(code: string, start: number): number {
  let depth = 1;
  for (let i = start; i < code.length; i++) {
    if (code[i] === "[") depth += 1;
    if (code[i] === "]") depth -= 1;
    if (depth === 0) return i;
  }
  throw new RangeError("A bracket of the kernel's code is not closed.");
}
