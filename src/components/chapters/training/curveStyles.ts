import {html, svg} from "htl";
import type {TrainConfig} from "../../training/config.js";

/** How a line is drawn and named throughout the chapter. */
export interface NamedStyle {
  name: string;
  mark: string;
  stroke: string;
  dash: string;
}

/** Each optimiser looks the same in every figure. */
export const RULE_STYLES: Record<TrainConfig["optimiser"], NamedStyle> = {
  sgd: {name: "SGD", mark: "S", stroke: "var(--ink-soft)", dash: "2 2.5"},
  momentum: {name: "SGD with momentum", mark: "M", stroke: "var(--key)", dash: "7 3"},
  adam: {name: "Adam", mark: "A", stroke: "var(--value)", dash: "10 3 2 3"},
  adamW: {name: "AdamW", mark: "W", stroke: "var(--query)", dash: "none"},
  muon: {name: "Muon", mark: "U", stroke: "var(--gradient)", dash: "14 4"}
};

/** A line’s letter, look and name, for a legend. */
export function styleKey({name, mark, stroke, dash}: NamedStyle): Element {
  return html`<span class="style-key">${mark} ${svg`<svg width="30" height="8" aria-hidden="true"><line x1="0" x2="30" y1="4" y2="4" stroke-width="2" style=${`stroke: ${stroke}`} stroke-dasharray=${dash}></line></svg>`} ${name}</span>`;
}

export const ruleKey = (rule: TrainConfig["optimiser"]): Element => styleKey(RULE_STYLES[rule]);
