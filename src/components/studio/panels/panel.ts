import {type Figure, setText} from "../../views/figure.js";
import type {StudioState} from "../studio.js";

/** A part of a page that draws the studio's state. */
export type Panel = Figure<StudioState>;

/** Sentences in a live region; it takes no room while there are none. */
export function say(node: HTMLElement, sentences: readonly (string | null | undefined)[]): void {
  const text = sentences.filter(Boolean).join(" ");
  setText(node, text);
  node.hidden = text === "";
}
