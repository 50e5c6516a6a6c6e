import {html} from "htl";

export interface NoticeData {
  kind: "info" | "warning" | "error";
  /** What happened and what to do, in sentences. */
  message: string;
  action?: {label: string; run: () => void} | undefined;
}

const NAMES = {info: "Note", warning: "Take care", error: "Something went wrong"};

/** A message in its place. Errors interrupt a screen reader; the others wait their turn. */
export function notice({kind, message, action}: NoticeData): HTMLElement {
  const button = action ? html`<button type="button" class="button">${action.label}</button>` : null;
  button?.addEventListener("click", () => action?.run());
  return html`<div class=${`notice notice-${kind}`} role=${kind === "error" ? "alert" : "status"}>
    <p><strong class="notice-kind">${NAMES[kind]}.</strong> ${message}</p>
    ${button}
  </div>` as HTMLElement;
}
