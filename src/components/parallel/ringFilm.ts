import {html, svg} from "htl";
import {attentionStep} from "../views/colors.js";
import type {RingState} from "./ringStates.js";

/** CSS pixels of a picture's side. */
const SIDE = 46;

/**
 * Every round of an all-reduce as a small picture, a row for each worker and a column for each chunk, stronger in colour
 * the more workers' numbers are in it: all of it at one look. A press on one goes to that round.
 */
export function ringFilm(
  states: readonly RingState[],
  onChoice: (round: number) => void
): HTMLElement & {show(round: number): void} {
  const pictures = states.map((state) => {
    const button = html`<button type="button" aria-label=${labelOf(state)}>${pictureOf(state)}<span>${state.round}</span></button>`;
    button.addEventListener("click", () => onChoice(state.round));
    return button;
  });
  const node =
    html`<div class="ring-film" role="group" aria-label="Every round">${pictures}</div>` as HTMLElement;
  return Object.assign(node, {
    show(round: number) {
      for (const [i, picture] of pictures.entries())
        picture.setAttribute("aria-current", i === round ? "step" : "false");
    }
  });
}

const labelOf = ({round, rounds, wasAdded}: RingState): string =>
  wasAdded === null
    ? "Round 0, before the first"
    : `Round ${round} of ${rounds}, ${wasAdded ? "reduce-scatter" : "all-gather"}`;

/** What each worker holds; a cell that has just come has a frame. */
function pictureOf({parts, moves}: RingState) {
  const size = parts.length;
  const cell = SIDE / size;
  return svg`<svg width=${SIDE} height=${SIDE} viewBox=${`0 0 ${SIDE} ${SIDE}`} aria-hidden="true">${parts.flatMap(
    (held, rank) =>
      held.map((count, chunk) => {
        const came = moves.some((move) => move.to === rank && move.chunk === chunk);
        const inset = came ? 1.5 : 0.5;
        return svg`<g class="ring-chunk" data-step=${attentionStep(count / size)}><rect class=${came ? "ring-received" : ""}
        x=${chunk * cell + inset} y=${rank * cell + inset} width=${cell - 2 * inset} height=${cell - 2 * inset}></rect></g>`;
      })
  )}</svg>`;
}
