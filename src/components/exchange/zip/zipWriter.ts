import {Zip, ZipDeflate, ZipPassThrough} from "fflate";

/** A file for a zip: a text, which is packed, or bytes in pieces, which are stored, for weights do not pack. */
export interface ZipFile {
  name: string;
  content: string | Iterable<Uint8Array<ArrayBuffer>>;
}

/** Bytes that are given to the zip at once. */
const PIECE = 4_000_000;
/** Every file's date, the first that a zip can tell: so the same files make the same zip. */
const DATE = new Date(1980, 0, 1);

/**
 * A zip of the files in their order. Of a file's pieces only one at a time is in memory beside the Blob, which browsers
 * keep elsewhere. `onBytes` hears how many have been packed so far.
 */
export function writeZip(files: Iterable<ZipFile>, onBytes?: (done: number) => void): Blob {
  const parts: Blob[] = [];
  const zip = new Zip((error, bytes) => {
    if (error) throw error;
    parts.push(new Blob([bytes as Uint8Array<ArrayBuffer>]));
  });
  let done = 0;
  for (const {name, content} of files) {
    const isText = typeof content === "string";
    const member = isText ? new ZipDeflate(name, {level: 6}) : new ZipPassThrough(name);
    member.mtime = DATE;
    zip.add(member);
    for (const bytes of isText ? [new TextEncoder().encode(content)] : content)
      for (let at = 0; at < bytes.length; at += PIECE) {
        const piece = bytes.subarray(at, at + PIECE);
        member.push(piece);
        done += piece.length;
        onBytes?.(done);
      }
    member.push(new Uint8Array(), true);
  }
  zip.end();
  return new Blob(parts, {type: "application/zip"});
}
