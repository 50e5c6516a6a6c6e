import {asFigure} from "../../views/figure.js";
import {PROMPT_LIMIT} from "../settings.js";
import type {Studio} from "../studio.js";
import type {Panel} from "./panel.js";
import {textBox} from "./textBox.js";

/** What the model continues, and what of it the model cannot use. */
export function promptInput(studio: Studio, {rows = 3} = {}): Panel {
  const box = textBox({
    label: "Prompt",
    rows,
    limit: PROMPT_LIMIT,
    onText: (prompt) => studio.set({prompt})
  });
  return asFigure(box, ({texts, prompt}) =>
    box.show(texts.prompt, prompt?.remarks ?? [], prompt?.problem ?? null)
  );
}
