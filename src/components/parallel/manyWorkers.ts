import type {CorpusSource} from "../training/protocol.js";
import {lazyFigure} from "../views/lazyFigure.js";

/** The figures of data and of model parallelism on a text, and of a pipeline, each fetched when the reader comes near it. */
export function manyWorkers({corpus, vocabSize}: {corpus: CorpusSource; vocabSize: number}) {
  const dataOf = async () => ({plan: (await import("./plan.js")).teamPlan(corpus), vocabSize});
  const data = lazyFigure(async () => (await import("./dataFigure.js")).dataFigure(await dataOf()), {
    height: 620
  });
  const model = lazyFigure(async () => (await import("./modelFigure.js")).modelFigure(await dataOf()), {
    height: 430
  });
  const schedule = lazyFigure(async () => (await import("./scheduleFigure.js")).scheduleFigure(), {
    height: 465
  });
  return {
    data,
    model,
    schedule,
    dispose() {
      data.dispose();
      model.dispose();
      schedule.dispose();
    }
  };
}
