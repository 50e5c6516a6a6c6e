import {type DBSchema, type IDBPDatabase, openDB} from "idb";
import {messageOf} from "../errorMessage.js";
import type {SweepRecord} from "./sweep.js";

/** The reader's latest sweep between visits, in a database of its own, which no run depends on. */
interface SweepDatabase extends DBSchema {
  sweep: {key: "latest"; value: SweepRecord};
}

const NAME = "glassformer-sweep";

/** Stores a sweep in place of the one before. Rejects with a sentence where the browser refuses. */
export async function storeSweep(sweep: SweepRecord): Promise<void> {
  await withDatabase((database) => database.put("sweep", sweep, "latest"));
}

/** The sweep of an earlier visit; null where there is none, or one that only a newer version of the site can read. */
export async function storedSweep(): Promise<SweepRecord | null> {
  const sweep = await withDatabase((database) => database.get("sweep", "latest"));
  return sweep?.version === 1 ? sweep : null;
}

async function withDatabase<T>(work: (database: IDBPDatabase<SweepDatabase>) => Promise<T>): Promise<T> {
  try {
    const database = await openDB<SweepDatabase>(NAME, 1, {
      upgrade: (db) => void db.createObjectStore("sweep")
    });
    try {
      return await work(database);
    } finally {
      database.close();
    }
  } catch (cause) {
    throw new Error(
      `This browser does not store the sweep (${messageOf(cause)}): it lives only in this tab, so download its table before you leave.`,
      {cause}
    );
  }
}
