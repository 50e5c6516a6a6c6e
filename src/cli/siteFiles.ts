import {readdir, readFile} from "node:fs/promises";
import {join, relative, sep} from "node:path";

/** Every file of a built site, as a path with forward slashes relative to its folder, sorted. */
export async function siteFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, {recursive: true, withFileTypes: true});
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .sort();
}

/** The pages at the top of a built site (`model.html`), without those at old addresses that only lead on. */
export async function sitePages(folder: string): Promise<string[]> {
  const files = (await siteFiles(folder)).filter((file) => /^[^/]+\.html$/.test(file));
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), "utf8")));
  return files.filter((_, i) => !texts[i]!.includes("movedTo("));
}
