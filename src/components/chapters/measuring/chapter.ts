import {lazily} from "../../book/lazily.js";
import {predict} from "../../book/predict.js";
import type {MeasureBench} from "../../studio/benches.js";
import type {TextFiles} from "../../studio/heldOutSource.js";
import type {SiteFiles} from "../../studio/model.js";
import {calibration, type Examined, losses, positions} from "../../studio/panels/heldOutFigures.js";
import {lazyFigure} from "../../views/lazyFigure.js";
import {copyQuestion, marksOf, measuringFacts} from "./facts.js";
import {type MeasuringPage, readMeasuringPage} from "./measuringPage.js";
import {copiesFigure, recitalFigure} from "./recitalFigure.js";
import {rulerFigure} from "./rulerFigure.js";
import {truthFigure} from "./truthFigure.js";

/** The chapter's figures of what was measured when the site was built, and its numbers. */
export function measuringChapter(json: MeasuringPage) {
  const page = readMeasuringPage(json);
  const {report, baselines, model, text, memory} = page;
  const examined: Examined = {report, baselines, stride: text.stride, model};
  const recorded = (figure: HTMLElement & {update(data: Examined): void}) => {
    figure.update(examined);
    return figure;
  };
  const marks = marksOf(page);
  const figures = lazily({
    truth: () => truthFigure(page),
    ruler: () =>
      rulerFigure({
        unit: model.unit,
        vocabSize: model.vocabSize,
        charactersPerToken: report.characters / report.predicted,
        marks,
        start: marks.findIndex(({letter}) => letter === "M")
      }),
    positions: () => recorded(positions()),
    baselines: () => recorded(losses()),
    calibration: () => recorded(calibration()),
    recital: () => recitalFigure(memory),
    copies: () => copiesFigure(memory),
    prediction: () => predict(copyQuestion(page), {onReveal: () => figures.copies.reveal()})
  });
  return Object.assign(figures, {page, facts: measuringFacts(page)});
}

/** The reader's own measurements: three rooms, filled by one bench when the first of them comes near the window. */
export function measuringRooms(files: SiteFiles & TextFiles) {
  let opened: Promise<MeasureBench> | undefined;
  const bench = async () => {
    opened ??= import("../../studio/benches.js").then(({measureBench}) => measureBench(files));
    try {
      return await opened;
    } catch (error) {
      opened = undefined; // its code could not be fetched; it may be tried again
      throw error;
    }
  };
  const room = (part: (made: MeasureBench) => HTMLElement, height: number) =>
    lazyFigure(async () => part(await bench()), {height});
  return {
    passage: room((made) => made, 900),
    heldOut: room(({heldOut}) => heldOut, 120),
    sample: room(({sample}) => sample, 120),
    async dispose() {
      (await opened)?.dispose();
    }
  };
}
