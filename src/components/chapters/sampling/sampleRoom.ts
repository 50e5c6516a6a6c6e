import type {SiteFiles} from "../../studio/model.js";
import {lazyFigure} from "../../views/lazyFigure.js";

/** The bench, fetched with its model when the reader comes to it. */
export const sampleRoom = (site: SiteFiles): HTMLElement & {dispose(): void} =>
  lazyFigure(async () => (await import("../../studio/benches.js")).sampleBench(site), {
    height: 1100,
    margin: 0
  });
