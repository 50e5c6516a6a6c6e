import type {Snapshot} from "./snapshot.js";

/** A snapshot as IndexedDB takes it: a large one as the file that it would be, for the reason that tokens are. */
export type StoredSnapshot = Snapshot | Blob;

/** Bytes of arrays from which on a snapshot is stored as a file. */
const LARGEST_ARRAYS = 64_000_000;

// What reads and writes files is fetched when there is one: pages that only look at a run need none.
const fileFormat = () => import("../exchange/checkpoint.js");

export async function storeSnapshot(snapshot: Snapshot, largest = LARGEST_ARRAYS): Promise<StoredSnapshot> {
  return arrayBytes(snapshot) > largest ? snapshotFile(snapshot) : snapshot;
}

/** Rejects with FormatError where the browser has damaged it. */
export async function readSnapshot(stored: StoredSnapshot): Promise<Snapshot> {
  if (!(stored instanceof Blob)) return stored;
  const {readCheckpoint} = await fileFormat();
  return readCheckpoint(new Uint8Array(await stored.arrayBuffer()));
}

/** A snapshot as the file that `npm run train` would write, of which only the beginning is new memory. */
export const snapshotFile = async (snapshot: Snapshot): Promise<Blob> =>
  new Blob((await fileFormat()).checkpointParts(snapshot));

function arrayBytes({parameters, firstMoments, secondMoments}: Snapshot): number {
  return [parameters, firstMoments, secondMoments]
    .flatMap((tensors) => Object.values(tensors))
    .reduce((sum, {data}) => sum + data.byteLength, 0);
}
