import {vi} from "vitest";

/**
 * Makes the next transaction that puts something end as when the disk is full: the browser ends it with the
 * reason, and every request that waits in it is told no more than that it was aborted.
 */
export function failNextWrite(reason: string): void {
  const stop = failWrites(reason, () => stop());
}

/** The same for every transaction from now on; returns how to end it. */
export function failWrites(reason: string, onFailure: () => void = () => {}): () => void {
  const {put} = IDBObjectStore.prototype;
  const spy = vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(function (
    this: IDBObjectStore,
    ...args
  ) {
    onFailure();
    // fake-indexeddb's own way to end a transaction with an error.
    const transaction = this.transaction as unknown as {_abort(name: string): void};
    queueMicrotask(() => transaction._abort(reason));
    return put.apply(this, args);
  });
  return () => spy.mockRestore();
}
