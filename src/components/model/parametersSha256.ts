import {sha256} from "../corpus/sha256.js";
import {sha256AtOnce} from "../corpus/streamingSha256.js";
import type {ParameterData} from "./parameters.js";

/**
 * What tells a model's parameters from all others: SHA-256, in hexadecimal, of a line for each parameter in the order of
 * their names: name, shape and the SHA-256 of its float32 numbers (little-endian), with spaces between.
 */
export async function parametersSha256(parameters: ParameterData): Promise<string> {
  const lines: string[] = [];
  for (const name of Object.keys(parameters).sort()) {
    const {shape, data} = parameters[name]!;
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength) as Uint8Array<ArrayBuffer>;
    lines.push(`${name} ${shape.join("×")} ${await hashOf(bytes)}\n`);
  }
  return hashOf(new TextEncoder().encode(lines.join("")));
}

/** The browser's own is many times as fast, but pages without encryption have none. */
const hashOf = async (bytes: Uint8Array<ArrayBuffer>): Promise<string> =>
  globalThis.crypto?.subtle ? sha256(bytes) : sha256AtOnce(bytes);
