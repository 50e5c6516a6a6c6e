import {nextTask} from "../training/nextTask.js";

/** Bytes that are copied in one task: a few milliseconds' work. */
const PIECE = 8_000_000;

/** The bytes as the workers take them, copied piece by piece so that the page answers in between. */
export async function blobOf(bytes: Uint8Array): Promise<Blob> {
  const pieces: Blob[] = [];
  for (let at = 0; at < bytes.length; at += PIECE) {
    pieces.push(new Blob([bytes.subarray(at, at + PIECE) as Uint8Array<ArrayBuffer>]));
    await nextTask();
  }
  return new Blob(pieces);
}
