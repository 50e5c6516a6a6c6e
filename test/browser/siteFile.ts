import {readFile} from "node:fs/promises";
import {join} from "node:path";
import {inject} from "vitest";
import {siteFiles} from "../../src/cli/siteFiles.js";

/** The path, in the visited site, of its one file whose name is like that. Throws Error where there is none, or several. */
export async function sitePath(pattern: RegExp): Promise<string> {
  const found = (await siteFiles(inject("siteFolder"))).filter((file) => pattern.test(file));
  if (found.length !== 1) throw new Error(`${found.length} files of the site are like ${pattern}.`);
  return found[0]!;
}

/** The bytes of that file. */
export const siteFile = async (pattern: RegExp): Promise<Buffer> =>
  readFile(join(inject("siteFolder"), await sitePath(pattern)));

/** What a loader gave the visited site: `siteData("heads")` reads its file `data/heads.….json`. */
export const siteData = async <Of>(name: string): Promise<Of> =>
  JSON.parse((await siteFile(new RegExp(`data/${name}\\.[^/]*\\.json$`))).toString());
