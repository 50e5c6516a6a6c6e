import {type DBSchema, type IDBPDatabase, openDB} from "idb";
import {messageOf} from "../errorMessage.js";
import type {TokenizerChoice} from "../text/tokenizerChoice.js";
import type {Corpus, CorpusMeta} from "./meta.js";
import {readCorpusMeta} from "./readCorpus.js";
import {readTokens, type StoredTokens, storedLength, storeTokens} from "./storedTokens.js";

/** What is known of a stored corpus without reading its tokens. */
export interface CachedCorpus {
  version: 1;
  name: string;
  /** Of the normalised text: `CorpusMeta.sha256`. */
  sha256: string;
  /** The tokenizer, as `tokenizerKey` writes it. */
  tokenizer: string;
  /** What the tokens and their description take. */
  bytes: number;
  /** When it was last stored or read, milliseconds since 1970. */
  usedAt: number;
}

interface StoredCorpus {
  meta: CorpusMeta;
  train: StoredTokens;
  val: StoredTokens;
}

interface CacheDatabase extends DBSchema {
  entries: {key: string; value: CachedCorpus};
  corpora: {key: string; value: StoredCorpus};
}

const STORES = ["entries", "corpora"] as const;

/** Bytes that the cache keeps unless told otherwise. */
export const CACHE_LIMIT = 200_000_000;

/** The browser refused to store or to read. The corpus at hand is whole. */
export class CorpusCacheError extends Error {
  override readonly name = "CorpusCacheError";
}

/**
 * Tokenised texts in IndexedDB, by the SHA-256 of the text and the tokenizer, so that a page need not cut the same
 * text twice. What was used least recently goes when they take more than `limit` bytes. Each change is one
 * transaction: a full disk or a closed tab leaves what was there. Methods reject with CorpusCacheError where the
 * browser refuses.
 */
export class CorpusCache {
  /** False once the browser or `close` has ended the connection: open another. */
  isOpen = true;

  private constructor(
    private readonly database: IDBPDatabase<CacheDatabase>,
    private readonly limit: number,
    private readonly now: () => number
  ) {}

  static async open({
    name = "glassformer-corpora",
    limit = CACHE_LIMIT,
    now = Date.now
  }: {
    name?: string;
    limit?: number;
    now?: () => number;
  } = {}): Promise<CorpusCache> {
    return refuse("opened", async () => {
      let cache: CorpusCache | null = null;
      const database = await openDB<CacheDatabase>(name, 1, {
        upgrade(db) {
          db.createObjectStore("entries");
          db.createObjectStore("corpora");
        },
        // Another tab deletes or upgrades the database, or the reader clears the site's data: let go of it.
        blocking: () => cache?.close(),
        terminated: () => cache?.close()
      });
      cache = new CorpusCache(database, limit, now);
      return cache;
    });
  }

  /** The corpus of this text and tokenizer, or null. One that this site cannot read (any more) is dropped. */
  get(sha256: string, tokenizer: TokenizerChoice): Promise<Corpus | null> {
    return refuse("read", async () => {
      const key = cacheKey(sha256, tokenizer);
      const transaction = this.database.transaction(STORES, "readwrite");
      const entries = transaction.objectStore("entries");
      const corpora = transaction.objectStore("corpora");
      const [entry, corpus] = await Promise.all([entries.get(key), corpora.get(key)]);
      const isGood = entry?.version === 1 && corpus !== undefined && isWhole(corpus, sha256);
      if (isGood) await entries.put({...entry, usedAt: this.now()}, key);
      else if (entry || corpus) await Promise.all([entries.delete(key), corpora.delete(key)]);
      await transaction.done;
      if (!isGood) return null;
      const {meta, train, val} = corpus;
      return {meta, train: await readTokens(train), val: await readTokens(val)};
    });
  }

  /**
   * Stores a corpus under its own checksum, in place of one of the same text and tokenizer. Rejects, with nothing
   * evicted, where it alone exceeds the limit or the browser's storage is full.
   */
  put(corpus: Corpus, tokenizer: TokenizerChoice): Promise<void> {
    return refuse("written", async () => {
      const {name, sha256} = corpus.meta;
      const key = cacheKey(sha256, tokenizer);
      const bytes = byteLength(corpus);
      if (bytes > this.limit)
        throw new CorpusCacheError(
          `The tokens of “${name}” take ${megabytes(bytes)}; this browser keeps at most ${megabytes(this.limit)} of them, so the text will be cut into tokens anew at the next visit.`
        );
      const {meta, train, val} = corpus;
      const stored = {meta, train: storeTokens(train), val: storeTokens(val)};
      const transaction = this.database.transaction(STORES, "readwrite");
      transaction.done.catch(() => {}); // met below
      try {
        const entries = transaction.objectStore("entries");
        const corpora = transaction.objectStore("corpora");
        const keys = await entries.getAllKeys();
        const others = (await entries.getAll())
          .map((entry, i) => ({...entry, key: keys[i]!}))
          .filter((entry) => entry.key !== key)
          .sort((a, b) => a.usedAt - b.usedAt);
        let used = others.reduce((sum, entry) => sum + entry.bytes, bytes);
        for (const entry of others) {
          if (used <= this.limit) break;
          await Promise.all([entries.delete(entry.key), corpora.delete(entry.key)]);
          used -= entry.bytes;
        }
        await Promise.all([
          corpora.put(stored, key),
          entries.put(
            {version: 1, name, sha256, tokenizer: tokenizerKey(tokenizer), bytes, usedAt: this.now()},
            key
          )
        ]);
      } catch (error) {
        try {
          transaction.abort();
        } catch {
          // The browser has ended it; why, only the transaction knows: its requests say "aborted".
        }
        throw transaction.error ?? error;
      }
      await transaction.done;
    });
  }

  /** What is stored, the most recently used first. */
  async list(): Promise<CachedCorpus[]> {
    const entries = await refuse("read", () => this.database.getAll("entries"));
    return entries.sort((a, b) => b.usedAt - a.usedAt);
  }

  /** Bytes that the stored corpora take. */
  async bytesUsed(): Promise<number> {
    return (await this.list()).reduce((sum, {bytes}) => sum + bytes, 0);
  }

  clear(): Promise<void> {
    return refuse("cleared", async () => {
      const transaction = this.database.transaction(STORES, "readwrite");
      await Promise.all([...STORES.map((store) => transaction.objectStore(store).clear()), transaction.done]);
    });
  }

  close(): void {
    this.isOpen = false;
    this.database.close();
  }
}

/**
 * The stored corpus, or else the one that `make` makes, which is then stored. Where the browser refuses, `onRefusal`
 * hears the sentence and the corpus is made all the same. `sha256` is null where it is known that this text is not stored.
 */
export async function cachedCorpus(
  cache: CorpusCache,
  sha256: string | null,
  tokenizer: TokenizerChoice,
  make: () => Promise<Corpus>,
  onRefusal: (error: CorpusCacheError) => void = () => {}
): Promise<Corpus> {
  const hear = (error: unknown) => {
    if (!(error instanceof CorpusCacheError)) throw error;
    onRefusal(error);
    return null;
  };
  const stored = sha256 === null ? null : await cache.get(sha256, tokenizer).catch(hear);
  if (stored) return stored;
  const corpus = await make();
  await cache.put(corpus, tokenizer).catch(hear);
  return corpus;
}

/** A choice of tokenizer as a text: equal choices, equal texts. */
export function tokenizerKey(choice: TokenizerChoice): string {
  const size = choice.kind === "character" ? "" : `:${choice.vocabularySize}`;
  return `${choice.kind}${size}${choice.padding ? "+padding" : ""}`;
}

const cacheKey = (sha256: string, tokenizer: TokenizerChoice): string =>
  `${sha256} ${tokenizerKey(tokenizer)}`;

function byteLength({meta, train, val}: Corpus): number {
  return new TextEncoder().encode(JSON.stringify(meta)).length + train.byteLength + val.byteLength;
}

/** Whether what was stored is a corpus of the version that this site reads, and of this text. */
function isWhole({meta, train, val}: StoredCorpus, sha256: string): boolean {
  try {
    const {counts, sha256: own} = readCorpusMeta(meta);
    return own === sha256 && storedLength(train) === counts.train && storedLength(val) === counts.val;
  } catch {
    return false;
  }
}

async function refuse<T>(verb: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof CorpusCacheError) throw cause;
    const isFull = cause instanceof DOMException && cause.name === "QuotaExceededError";
    const message = isFull
      ? "This browser's storage for the site is full, so the text's tokens are not kept: training goes on, and the text will be cut anew at the next visit. Free some space to keep them."
      : `The browser's storage could not be ${verb} (${messageOf(cause)}): training goes on, and the text will be cut into tokens anew at the next visit.`;
    throw new CorpusCacheError(message, {cause});
  }
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(bytes < 1e7 ? 2 : 0)} MB`;
