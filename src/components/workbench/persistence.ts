/**
 * Asks the browser to keep what this site stores, and says in a sentence what it answered; some browsers ask the reader,
 * most decide alone. Resolves to null where there is nothing to ask.
 */
export async function askToPersist(
  storage: Pick<StorageManager, "persist" | "persisted"> | undefined = navigator.storage
): Promise<string | null> {
  if (!storage?.persist) return null;
  try {
    return (await storage.persisted()) || (await storage.persist())
      ? "The browser has promised to keep all this until you delete it."
      : "The browser has not promised to keep all this: it may delete it when the disk is nearly full. Download what you would miss.";
  } catch {
    return null;
  }
}
