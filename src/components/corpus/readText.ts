import {createReadStream} from "node:fs";
import {stat} from "node:fs/promises";
import {basename} from "node:path";
import {normaliseText} from "./normaliseText.js";
import {decodeUtf8, Utf8Error} from "./utf8.js";

/** A text from outside and what is known of it: `buildCorpus` takes the text and, with a blockSize, the rest. */
export interface ForeignText {
  text: string;
  name: string;
  source: string;
  license: string;
}

export interface ReadTextOptions {
  /** Hears how many bytes have come, and how many will when that is known. On stderr by default. */
  onProgress?: (bytes: number, total: number | null) => void;
  /** Where to fetch URLs with. */
  fetch?: typeof fetch;
}

/** More would not fit into one string of JavaScript's. */
const MAX_BYTES = 250_000_000;

/**
 * Reads any UTF-8 text in Node, from a path or an http(s) URL, as a stream. Throws Error with what is wrong
 * and what to do when it is missing, empty, too large, not UTF-8, unreachable, or the server refuses it.
 */
export async function readText(location: string, options: ReadTextOptions = {}): Promise<ForeignText> {
  const url = /^https?:\/\//i.test(location) ? parseUrl(location) : null;
  // A query or a password in a URL may be secret, and what is said of the text is published.
  const source = url ? url.origin + url.pathname : basename(location);
  const {chunks, total} = url ? await openUrl(url, source, options.fetch ?? fetch) : await openFile(location);
  const onProgress = options.onProgress ?? progressOnStderr(source);
  if (total !== null) checkSize(total, source);

  let text: string;
  try {
    text = await decodeUtf8(chunks, (bytes) => {
      checkSize(bytes, source);
      onProgress(bytes, total);
    });
  } catch (error) {
    if (error instanceof RangeError) throw error;
    const advice =
      error instanceof Utf8Error
        ? "Save the text as UTF-8 and try again."
        : "Check the disk or the connection and try again.";
    throw new Error(`The text ${source} could not be read. ${message(error)} ${advice}`, {cause: error});
  }
  text = normaliseText(text);
  if (text.length === 0) throw new Error(`The text ${source} is empty. Name a file or URL with text in it.`);
  return {
    text,
    name: basename(url ? url.pathname : location) || source,
    source,
    license: "A text chosen by this site's publisher, who must know that it may be published."
  };
}

interface Opened {
  chunks: AsyncIterable<Uint8Array>;
  /** Bytes in all, where that is known beforehand. */
  total: number | null;
}

async function openFile(path: string): Promise<Opened> {
  const file = await stat(path).catch((error: NodeJS.ErrnoException) => {
    const reason = error.code === "ENOENT" ? "There is no such file" : message(error);
    throw new Error(`The text ${path} could not be opened. ${reason}: check the path.`, {cause: error});
  });
  if (file.isDirectory()) throw new Error(`${path} is a folder. Name one text file in it.`);
  // A pipe (CORPUS=/dev/stdin) has no size beforehand.
  return {chunks: createReadStream(path), total: file.isFile() ? file.size : null};
}

async function openUrl(url: URL, source: string, fetchUrl: typeof fetch): Promise<Opened> {
  const response = await fetchUrl(url).catch((error: Error) => {
    throw new Error(
      `The text ${source} could not be reached (${message(error.cause ?? error)}). Check the address and the connection.`,
      {cause: error}
    );
  });
  if (!response.ok || !response.body)
    throw new Error(
      `The server answered HTTP ${response.status}${response.statusText ? ` ${response.statusText}` : ""} for ${source}. Check the address.`
    );
  // With a content encoding the length is that of the compressed bytes.
  const length = response.headers.has("content-encoding") ? null : response.headers.get("content-length");
  return {chunks: response.body, total: length ? Number(length) : null};
}

function parseUrl(location: string): URL {
  if (!URL.canParse(location)) throw new Error(`${location} is not a valid URL. Check the address.`);
  return new URL(location);
}

function checkSize(bytes: number, source: string): void {
  if (bytes > MAX_BYTES)
    throw new RangeError(`The text ${source} is larger than ${size(MAX_BYTES)}. Use a part of it.`);
}

/** A count at most four times a second and at the end; on a terminal in one line that is written over. */
function progressOnStderr(source: string): (bytes: number, total: number | null) => void {
  const {isTTY} = process.stderr;
  let last = Number.NEGATIVE_INFINITY;
  return (bytes, total) => {
    if (performance.now() - last < 250 && bytes !== total) return;
    last = performance.now();
    const line = `Reading ${source}: ${size(bytes)}${total === null ? "" : ` of ${size(total)}`}`;
    process.stderr.write(isTTY ? `\r\u001b[K${line}${bytes === total ? "\n" : ""}` : `${line}\n`);
  };
}

const size = (bytes: number): string =>
  bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(2)} MB`;

const message = (error: unknown): string => {
  const {message: text, code} = error as NodeJS.ErrnoException;
  return text || code || String(error);
};
