import {lazily} from "../../book/lazily.js";
import {predict} from "../../book/predict.js";
import {byteFigure} from "./byteFigure.js";
import {comparisonFigure} from "./comparisonFigure.js";
import {compressionFigure} from "./compressionFigure.js";
import {emojiQuestion, type SiteStudy, textFacts} from "./facts.js";
import {frequencyFigure} from "./frequencyFigure.js";
import {mergeFigure} from "./mergeFigure.js";
import {paddingFigure} from "./paddingFigure.js";
import type {StudySource} from "./protocol.js";
import {beginning} from "./samples.js";
import {sourcePanel} from "./sourcePanel.js";
import {TextStore} from "./state.js";

/** The figures of “Text as numbers”, which all look at one text and one vocabulary, and its prose's numbers. */
export function textChapter(
  study: SiteStudy,
  {built}: {built: readonly Extract<StudySource, {kind: "built"}>[]}
) {
  const store = new TextStore(study);
  const figures = lazily({
    facts: () => textFacts(study),
    merges: () => mergeFigure(store),
    source: () => sourcePanel(store, {built}),
    bytes: () => byteFigure(),
    frequencies: () => frequencyFigure(store),
    comparison: () => comparisonFigure(store, beginning(study.sentence, 60)),
    prediction: () =>
      emojiPrediction(study, (text) => {
        store.reset();
        figures.comparison.show(text);
      }),
    compression: () => compressionFigure(store),
    padding: () => paddingFigure(store)
  });
  return Object.assign(figures, {dispose: () => figures.source.dispose()});
}

/** How many tokens a sentence has in each tokenizer; `onReveal` is given the sentence. */
function emojiPrediction(study: SiteStudy, onReveal: (text: string) => void): HTMLElement {
  const question = emojiQuestion(study);
  return predict(
    {
      question: `“${question.text}” has ${question.characters} characters. How many tokens has it in each of this site's three tokenizers, with vocabularies of 512 byte pairs and word pieces?`,
      choices: question.choices,
      right: question.right,
      because: question.isKnown
        ? "This site's text has that emoji, so every tokenizer has learned it. The figure above now shows the sentence."
        : "The emoji is not in the text that they were learned from. The character tokenizer has no number for it and leaves it out. To byte pairs it is four bytes, and a space before it. WordPiece cannot spell it and puts one [UNK]. The figure above now shows the sentence."
    },
    {onReveal: () => onReveal(question.text)}
  );
}
