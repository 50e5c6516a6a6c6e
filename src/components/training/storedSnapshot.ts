import {checkpointParts, readCheckpoint} from "../exchange/checkpoint.js";
import type {Snapshot} from "./snapshot.js";

/** A snapshot as IndexedDB takes it: a large one as the file that it would be, for the reason that tokens are. */
export type StoredSnapshot = Snapshot | Blob;

/** Bytes of arrays from which on a snapshot is stored as a file. */
const LARGEST_ARRAYS = 64_000_000;

export function storeSnapshot(snapshot: Snapshot, largest = LARGEST_ARRAYS): StoredSnapshot {
  return arrayBytes(snapshot) > largest ? snapshotFile(snapshot) : snapshot;
}

/** Rejects with FormatError where the browser has damaged it. */
export const readSnapshot = async (stored: StoredSnapshot): Promise<Snapshot> =>
  stored instanceof Blob ? readCheckpoint(new Uint8Array(await stored.arrayBuffer())) : stored;

/** A snapshot as the file that `npm run train` would write, not yet in memory a second time. */
export const snapshotFile = (snapshot: Snapshot): Blob => new Blob(checkpointParts(snapshot));

function arrayBytes({parameters, firstMoments, secondMoments}: Snapshot): number {
  return [parameters, firstMoments, secondMoments]
    .flatMap((tensors) => Object.values(tensors))
    .reduce((sum, {data}) => sum + data.byteLength, 0);
}
