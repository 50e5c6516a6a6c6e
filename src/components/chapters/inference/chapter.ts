import {html} from "htl";
import {lazily} from "../../book/lazily.js";
import {predict} from "../../book/predict.js";
import type {CorpusSource} from "../../training/protocol.js";
import {cacheFigure} from "./cacheFigure.js";
import {enginesFigure} from "./enginesFigure.js";
import {inferenceFacts} from "./facts.js";
import type {InferencePage} from "./inferencePage.js";
import {onnxFigure} from "./onnxFigure.js";
import {raceFigure} from "./raceFigure.js";
import {BITS} from "./rounding.js";
import {roundingFigure} from "./roundingFigure.js";
import {servingFigure} from "./servingFigure.js";
import type {RecordedTimes} from "./times.js";
import {windowsFigure} from "./windowsFigure.js";

/** Where the chapter's live figures find the model and the text. Addresses of this page's site. */
export interface ChapterFiles {
  model: string;
  corpus: {metaUrl: string; trainUrl: string; valUrl: string};
}

/** The whole numbers among the formats. */
const WHOLE = BITS.filter((bits) => bits < 16);

/** Every figure of the chapter, each made when it is first shown. */
export function inferenceChapter(page: InferencePage, recorded: RecordedTimes, files: ChapterFiles) {
  const {config, unit, passage, cache} = page;
  const prompt = passage.slice(0, page.prompt);
  const {model} = files;
  const corpus: CorpusSource = {kind: "built", ...files.corpus};
  // Times of another model than this one would say nothing.
  const isOwn = JSON.stringify(recorded.config) === JSON.stringify(config);
  const {machine, rounds} = recorded;
  const quickest = `${machine}, the quickest of ${rounds} runs`;
  const facts = inferenceFacts(page);
  const live: {dispose(): void}[] = [];
  const kept = <Figure extends {dispose(): void}>(figure: Figure): Figure => {
    live.push(figure);
    return figure;
  };
  const figures = lazily({
    cache: () => (cache ? kept(cacheFigure({config, recorded: cache, model, prompt, unit})) : noCache()),
    race: () =>
      cache
        ? kept(
            raceFigure({
              recorded: isOwn ? recorded.race : [],
              machine: quickest,
              model,
              prompt,
              length: config.blockSize,
              unit
            })
          )
        : noCache(),
    windows: () =>
      cache
        ? kept(windowsFigure({recorded: isOwn ? recorded.windows : [], machine, model, ids: passage, unit}))
        : noCache(),
    engines: () => kept(enginesFigure({recorded: recorded.engines, machine: quickest, corpus})),
    onnx: () => onnxFigure(page.onnx),
    rounding: () => (page.precision ? roundingFigure(page.precision, unit) : noWeights()),
    serving: () => servingFigure(),
    fewestBits: () =>
      facts.precision
        ? predict({
            question:
              "How few bits can each weight of this site’s model have before its loss rises by more than a hundredth? (Cover the figure below.)",
            choices: [...WHOLE.map((bits) => `${bits} bits`), "none of these: it takes more"],
            right: facts.precision.fewest < 16 ? WHOLE.indexOf(facts.precision.fewest) : WHOLE.length,
            because: facts.precision.because
          })
        : noWeights(),
    share: () =>
      predict({
        question: `${facts.large.model} writes one text on an ${facts.large.device}. How long does the arithmetic of a token take, compared with reading the weights and the cache from memory?`,
        choices: ["about as long", "about a tenth as long", "less than a fiftieth as long"],
        right: facts.large.answer,
        because: facts.large.because
      })
  });
  return {
    figures,
    facts,
    dispose() {
      for (const figure of live) figure.dispose();
    }
  };
}

const noCache = (): HTMLElement =>
  html`<p>The model of this site is not one that keeps keys and values while it writes, so there is nothing to show here.</p>` as HTMLElement;
const noWeights = (): HTMLElement =>
  html`<p>The model of this site counts; it has no weights to round.</p>` as HTMLElement;
