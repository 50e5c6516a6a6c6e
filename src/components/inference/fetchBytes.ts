/** Hears how many bytes have come, of how many if that is known. */
export type BytesHeard = (loaded: number, total: number | null) => void;

/**
 * Downloads a file whole and says how many bytes have come. `total` is null when the server does not tell, or
 * tells the compressed size, which cannot be compared with the bytes that come out.
 * Rejects with an Error that names the file when it cannot be had.
 */
export async function fetchBytes(url: string, onProgress?: BytesHeard): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(url).catch((error: Error) => {
    throw new Error(`${url} could not be loaded (${error.message}). Check the connection and try again.`);
  });
  if (!response.ok)
    throw new Error(
      `${url} could not be loaded: the server answered ${response.status} ${response.statusText}.`
    );
  return readBytes(response, onProgress);
}

/** A file as text, in UTF-8. Rejects as `fetchBytes` does. */
export async function fetchText(url: string): Promise<string> {
  return new TextDecoder().decode(await fetchBytes(url));
}

/** What a response holds. */
export async function readBytes(
  {headers, body}: Response,
  onProgress?: BytesHeard
): Promise<Uint8Array<ArrayBuffer>> {
  const length = headers.get("Content-Length");
  const total = length && !headers.get("Content-Encoding") ? Number(length) : null;
  const chunks: Uint8Array[] = [];
  let loaded = 0;
  const reader = body?.getReader();
  while (reader) {
    const {done, value} = await reader.read();
    if (done) break;
    chunks.push(value);
    loaded += value.length;
    onProgress?.(loaded, total);
  }
  const bytes = new Uint8Array(loaded);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}
