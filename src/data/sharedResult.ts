import {readFile, rename, writeFile} from "node:fs/promises";
import {join} from "node:path";
import {deserialize, serialize} from "node:v8";

/** Names the variable with a folder for one build, in which its loaders leave each other what several of them need. */
export const SHARED_FOLDER = "LOADERS_SHARED_FOLDER";

/**
 * What `make` makes, or what another loader of the same build has made under that name before: plain data and typed
 * arrays. Loaders that begin at once may both make it; one that runs by itself always does.
 */
export async function sharedResult<Value>(name: string, make: () => Promise<Value>): Promise<Value> {
  const folder = process.env[SHARED_FOLDER];
  if (!folder) return make();
  const path = join(folder, encodeURIComponent(name));
  const found = await readFile(path).catch(() => null);
  if (found) return deserialize(found) as Value;
  const value = await make();
  await writeFile(`${path}.${process.pid}`, serialize(value));
  await rename(`${path}.${process.pid}`, path); // so that nobody reads half of it
  return value;
}
