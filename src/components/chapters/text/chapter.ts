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
  const question = emojiQuestion(study);
  const comparison = comparisonFigure(store, beginning(study.sentence, 60));
  const source = sourcePanel(store, {built});
  const prediction = predict(
    {
      question: `“${question.text}” has ${question.characters} characters. How many tokens has it in each of this site's three tokenizers, with vocabularies of 512 byte pairs and word pieces?`,
      choices: question.choices,
      right: question.right,
      because: question.isKnown
        ? "This site's text has that emoji, so every tokenizer has learned it. The figure above now shows the sentence."
        : "The emoji is not in the text that they were learned from. The character tokenizer has no number for it and leaves it out. To byte pairs it is four bytes, and a space before it. WordPiece cannot spell it and puts one [UNK]. The figure above now shows the sentence."
    },
    {
      onReveal: () => {
        store.reset();
        comparison.show(question.text);
      }
    }
  );
  return {
    facts: textFacts(study),
    merges: mergeFigure(store),
    source,
    bytes: byteFigure(),
    frequencies: frequencyFigure(store),
    comparison,
    prediction,
    compression: compressionFigure(store),
    padding: paddingFigure(store),
    dispose: () => source.dispose()
  };
}
