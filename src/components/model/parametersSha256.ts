import {StreamingSha256} from "../corpus/streamingSha256.js";
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
    lines.push(`${name} ${shape.join("×")} ${await sha256(bytes)}\n`);
  }
  return sha256(new TextEncoder().encode(lines.join("")));
}

/** The browser's own is many times as fast, but pages without encryption have none. */
async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  if (globalThis.crypto?.subtle) {
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }
  const hash = new StreamingSha256();
  hash.update(bytes);
  return hash.digest();
}
