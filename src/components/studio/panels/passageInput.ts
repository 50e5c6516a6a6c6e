import {asFigure} from "../../views/figure.js";
import {PASSAGE_LIMIT} from "../settings.js";
import type {Studio} from "../studio.js";
import type {Panel} from "./panel.js";
import {textBox} from "./textBox.js";

/** The text that is measured, and what of it the model cannot use. */
export function passageInput(studio: Studio, {rows = 5} = {}): Panel {
  const box = textBox({
    label: "Passage to measure",
    rows,
    limit: PASSAGE_LIMIT,
    rest: 250,
    onText: (passage) => studio.set({passage})
  });
  return asFigure(box, ({texts, measurement}) =>
    box.show(texts.passage, [measurement?.remark], measurement?.problem ?? null)
  );
}
