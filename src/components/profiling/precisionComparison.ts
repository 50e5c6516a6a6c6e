import {lazyFigure} from "../views/lazyFigure.js";

/** One run in two precisions, from a file that is fetched with what draws it when the reader comes near. */
export const precisionComparison = (record: () => Promise<unknown>): HTMLElement & {dispose(): void} =>
  lazyFigure(
    async () => {
      const [{precisionFigure}, {readPrecisionRecord}] = await Promise.all([
        import("./precisionFigure.js"),
        import("./precisionRecord.js")
      ]);
      return precisionFigure(readPrecisionRecord(await record()));
    },
    {height: 440}
  );
