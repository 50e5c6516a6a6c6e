import {readdir} from "node:fs/promises";
import {join, relative, sep} from "node:path";

/** Every file of a built site, as a path with forward slashes relative to its folder, sorted. */
export async function siteFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, {recursive: true, withFileTypes: true});
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .sort();
}
