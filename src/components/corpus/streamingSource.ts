/** Bytes that can be read more than once, from the start each time. A `Blob` or `File` is one. */
export type ByteSource = Blob | {open(): AsyncIterable<Uint8Array>; size?: number};

/** The bytes in chunks; whoever stops early lets go of the source. */
export function openBytes(source: ByteSource): AsyncIterable<Uint8Array> {
  return source instanceof Blob ? readBlob(source) : source.open();
}

/** Not all browsers can iterate over a stream. */
async function* readBlob(blob: Blob): AsyncGenerator<Uint8Array, void> {
  const reader = blob.stream().getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    await reader.cancel().catch(() => {});
  }
}
