import {html} from "htl";
import type {ModelConfig} from "../../model/config.js";
import type {InputNode} from "../../views/rangeInput.js";
import type {Combination} from "./bench.js";
import {choice} from "./choices.js";

/** What the switches begin with: GPT-2's choice. */
export const FIRST: Combination = {residual: true, normPlacement: "pre", norm: "layerNorm"};

/** Switches for residuals, the norm and its place, which has none to choose without a norm; sends `change` events. */
export function combinationSwitches(): InputNode<Combination> {
  const residual = choice(
    "Residuals",
    [
      {value: "on", label: "on"},
      {value: "off", label: "off"}
    ],
    "on"
  );
  const placement = choice<ModelConfig["normPlacement"]>(
    "Norm stands",
    [
      {value: "pre", label: "before the layer (Pre-LN)"},
      {value: "post", label: "after the sum (Post-LN)"}
    ],
    FIRST.normPlacement
  );
  const norm = choice<ModelConfig["norm"]>(
    "Norm",
    [
      {value: "layerNorm", label: "LayerNorm"},
      {value: "rmsNorm", label: "RMSNorm"},
      {value: "none", label: "none"}
    ],
    FIRST.norm
  );
  const node = html`<div class="switches">${residual}${placement}${norm}</div>`;
  const mark = () => {
    placement.disabled = norm.value === "none";
  };
  node.addEventListener("change", mark);
  return Object.defineProperty(node, "value", {
    get: (): Combination => ({
      residual: residual.value === "on",
      normPlacement: placement.value,
      norm: norm.value
    }),
    set: (next: Combination) => {
      residual.value = next.residual ? "on" : "off";
      placement.value = next.normPlacement;
      norm.value = next.norm;
      mark();
    }
  }) as InputNode<Combination>;
}
