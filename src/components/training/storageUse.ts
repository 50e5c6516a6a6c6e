import {formatBytes} from "../views/format.js";

/** How much of this browser's storage the whole site uses, and may use, in bytes; null where the browser does not say. */
export interface StorageUse {
  used: number | null;
  quota: number | null;
}

/** The browser's own estimate. */
export async function storageUse(): Promise<StorageUse> {
  // Pages that are not served securely have no storage manager.
  const estimate = await navigator.storage?.estimate?.().catch(() => undefined);
  return {used: estimate?.usage ?? null, quota: estimate?.quota ?? null};
}

/** In words, "58.3 MB of the 60 MB that the browser allows it". */
export function useInWords({used, quota}: StorageUse): string {
  if (used === null) return "an amount that this browser does not tell";
  return quota === null
    ? formatBytes(used)
    : `${formatBytes(used)} of the ${formatBytes(quota)} that the browser allows it`;
}
