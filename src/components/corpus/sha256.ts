/** Lower-case hexadecimal SHA-256 by Web Crypto. Rejects with Error, in a sentence for people, where a page has none. */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  if (!globalThis.crypto?.subtle)
    throw new Error(
      "This page cannot compute a checksum of the text: open it through https:// or on localhost."
    );
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
