import {readFile} from "node:fs/promises";
import {join} from "node:path";
import {inject} from "vitest";
import {siteFiles} from "../../src/cli/siteFiles.js";
import {
  type MeasuringPage,
  readMeasuringPage
} from "../../src/components/chapters/measuring/measuringPage.js";

/** What the chapter on measuring of the visited site was built with. */
export async function measuringPage(): Promise<MeasuringPage> {
  const folder = inject("siteFolder");
  const name = (await siteFiles(folder)).find((name) => /\/measuring\.[^/]*\.json$/.test(name))!;
  return readMeasuringPage(JSON.parse(await readFile(join(folder, name), "utf8")));
}
