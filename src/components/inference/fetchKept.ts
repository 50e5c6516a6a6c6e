import {type BytesHeard, fetchBytes, readBytes} from "./fetchBytes.js";

/** Where the browser keeps the site's large files between visits. */
export const KEPT_FILES = "glassformer-files-1";
/** Files kept; when there are more, the oldest go. A build's model and runtime are two, a fork's pages may have others. */
const MOST_FILES = 6;

/** The part of the browser's CacheStorage that is used here. */
export type Caches = Pick<CacheStorage, "open">;

export interface FetchKeptOptions {
  onProgress?: BytesHeard;
  /** Told in a sentence when the browser cannot keep the file. */
  onRemark?: (sentence: string) => void;
  /** For tests; what the browser has, if any. */
  caches?: Caches | undefined;
}

/**
 * A file as `fetchBytes` downloads it, which the browser keeps for later visits (in its Cache Storage, for this origin
 * alone), if its URL says that it never changes. Where there is no such storage, where it is full or damaged, the file is
 * downloaded each time.
 */
export async function fetchKept(
  url: string,
  {onProgress, onRemark, caches = globalThis.caches}: FetchKeptOptions = {}
): Promise<Uint8Array<ArrayBuffer>> {
  // A browser may refuse its storage outright (private windows, blocked site data).
  const store = neverChanges(url) ? await caches?.open(KEPT_FILES).catch(() => undefined) : undefined;
  if (!store) return fetchBytes(url, onProgress);
  const kept = await store.match(url).catch(() => undefined);
  if (kept) {
    const bytes = await readBytes(kept, onProgress).catch(() => null);
    if (bytes && String(bytes.length) === kept.headers.get("Content-Length")) return bytes;
  }
  const bytes = await fetchBytes(url, onProgress);
  await keep(store, url, bytes).catch((error: Error) => onRemark?.(refusal(bytes.length, error)));
  return bytes;
}

/** Whether a file's content is part of its name (model.1a2b3c4d.onnx) or its package's version is (name@1.2.3/…). */
export const neverChanges = (url: string): boolean =>
  /^https?:.*(\.[0-9a-f]{8}\.\w+|@\d+\.\d+\.\d+[^/]*\/[^?#]*)$/.test(url);

async function keep(store: Cache, url: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  const headers = {"Content-Length": String(bytes.length), "Content-Type": "application/octet-stream"};
  const before = (await store.keys()).filter((request) => request.url !== url);
  for (const oldest of before.slice(0, Math.max(0, before.length + 1 - MOST_FILES)))
    await store.delete(oldest);
  await store.put(url, new Response(bytes, {headers}));
}

function refusal(bytes: number, {name}: Error): string {
  const reason = name === "QuotaExceededError" ? "has no room left to keep" : `would not keep (${name})`;
  return `The browser ${reason} a file of ${(bytes / 1e6).toFixed(1)} MB: it works, and will be downloaded again at the next visit.`;
}
