import type * as tf from "@tensorflow/tfjs-core";
import {sha256AtOnce} from "../corpus/streamingSha256.js";
import {flatten} from "./flatten.js";

/** SHA-256 of the bits of some tensors, in order: equal where, and only where, they are equal bit for bit. */
export async function digestOf(tensors: Readonly<Record<string, tf.Tensor>>): Promise<string> {
  return sha256AtOnce(new Uint8Array((await flatten(tensors)).buffer));
}
