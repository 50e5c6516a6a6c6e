import {html} from "htl";
import {asFigure, type Figure} from "./figure.js";

export interface ModelBadgeData {
  /** Which model answers: "the model that ships with this site", "your model, step 1,200". */
  label: string;
  /** The reader's own model, or the one that ships. */
  own: boolean;
  /** The corpus it was trained on, when that is not this site's. */
  mismatch?: {trainedOn: string} | null | undefined;
  /** A sentence on what kind of model it is, where that matters. */
  kind?: string | null | undefined;
  /** The figures still show an earlier state of the model. */
  stale?: boolean | undefined;
}

/** Says which model the page is using. */
export function modelBadge(data: ModelBadgeData): Figure<ModelBadgeData> {
  const node = html`<p class="model-badge" role="status"></p>`;
  let said = "";
  function update(next: ModelBadgeData): void {
    // A status that is written again is read out again.
    const saying = JSON.stringify(next);
    if (saying === said) return;
    said = saying;
    const {label, own, mismatch, kind, stale} = next;
    const text = mismatch
      ? ` It was trained on another text, ${mismatch.trainedOn}, and uses its own tokenizer.`
      : "";
    node.className = `model-badge ${own ? "model-own" : "model-shipped"}`;
    node.replaceChildren(
      html`<span class="model-mark" aria-hidden="true">${own ? "◆" : "◇"}</span>`,
      " Answering: ",
      html`<strong>${label}</strong>`,
      `.${text}${kind ? ` ${kind}` : ""}${stale ? " The figures are being brought up to date." : ""}`
    );
  }
  update(data);
  return asFigure(node, update);
}
