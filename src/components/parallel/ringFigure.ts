import {html, svg} from "htl";
import {button} from "../views/buttons.js";
import {attentionStep} from "../views/colors.js";
import {asFigure, type Figure, setText} from "../views/figure.js";
import {prefersStillness} from "../views/prefersStillness.js";
import {ringFilm} from "./ringFilm.js";
import {type RingMove, type RingState, ringSentence, ringStates} from "./ringStates.js";

export interface RingFigureData {
  /** Workers, 1 … 8. */
  size: number;
}

/** The drawing's width, in its own units. */
const WIDTH = 400;
/** As wide as neighbours leave room for. */
const boxOf = (size: number) => ({width: size <= 4 ? 122 : size <= 6 ? 108 : 84, height: 50});
/** Of the circle that they stand on. */
const radiusOf = (size: number) => (size === 1 ? 0 : (WIDTH - boxOf(size).width) / 2 - 1);
/** Milliseconds that a chunk is on its way, and from one round to the next while playing. */
const TRAVEL = 700;
const PACE = 1500;

/**
 * Ring all-reduce round by round: workers in a ring, each with the chunks of its gradient, stronger in colour the more
 * workers' numbers are in them. Stepped by buttons, or played.
 */
export function ringFigure(data: RingFigureData): Figure<RingFigureData> {
  let {size} = data;
  let states = ringStates(size);
  let at = 0;
  let timer: ReturnType<typeof setTimeout> | null = null;

  const back = button("Back", () => goTo(at - 1));
  const next = button("Next round", () => goTo(at + 1));
  const play = button("Play", () => (timer === null ? start() : pause()));
  const reset = button("Reset", () => goTo(0));
  const frame = html`<div class="ring-frame"></div>`;
  const sentence = html`<p class="figure-reading" role="status"></p>`;
  let film = ringFilm(states, goTo);
  const strip = html`<div>${film}</div>`;
  const table = html`<div class="scroll"></div>`;
  const node = html`<div class="ring-figure">
    ${frame}
    <div>${strip}<p class="button-row">${back}${next}${play}${reset}</p>
      ${sentence}
      <p class="figure-note">In a worker, a cell is a chunk; its number, and its shade, say of how many workers it is the sum. A
        new one has a frame. The small pictures are all rounds, a row for each worker. In a circle is the number of the chunk that was sent that way.</p>
      <details class="figure-table"><summary>What each worker holds, as a table</summary>${table}</details></div>
  </div>`;

  /** A round that is pressed for ends the playing. */
  function goTo(round: number): void {
    pause();
    show(round);
  }
  function start(): void {
    if (at === states.length - 1) show(0);
    setText(play, "Pause");
    // A screen reader would be told of every round.
    sentence.setAttribute("aria-live", "off");
    timer = setTimeout(tick, at === 0 ? 300 : PACE);
  }
  function tick(): void {
    show(at + 1);
    timer = setTimeout(tick, PACE);
    // Gone from the page, or at the end.
    if (at === states.length - 1 || !node.isConnected) pause();
  }
  function pause(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    setText(play, "Play");
    sentence.removeAttribute("aria-live");
  }
  function show(round: number): void {
    const isForward = round === at + 1;
    at = Math.max(0, Math.min(states.length - 1, round));
    const state = states[at]!;
    frame.replaceChildren(drawing(state, isForward && !prefersStillness()));
    film.show(at);
    setText(sentence, ringSentence(state));
    table.replaceChildren(holdings(state));
    // A disabled button would keep the focus and hear no key.
    if (at === states.length - 1 && document.activeElement === next) reset.focus();
    if (at === 0 && document.activeElement === back) next.focus();
    back.disabled = at === 0;
    next.disabled = at === states.length - 1;
    play.disabled = states.length === 1;
  }
  show(0);
  return asFigure(node, (data) => {
    if (data.size === size) return;
    size = data.size;
    states = ringStates(size);
    film = ringFilm(states, goTo);
    strip.replaceChildren(film);
    goTo(0);
  });
}

/** The middle of a worker's box; the first stands on top, the next to its right. */
function placeOf(rank: number, size: number): {x: number; y: number} {
  const angle = (2 * Math.PI * rank) / size - Math.PI / 2;
  const radius = radiusOf(size);
  return {x: WIDTH / 2 + radius * Math.cos(angle), y: radius * Math.sin(angle)};
}

function drawing(state: RingState, isMoving: boolean): Element {
  const size = state.parts.length;
  const label = `${size} workers in a ring after round ${state.round} of ${state.rounds}`;
  const top = radiusOf(size) + boxOf(size).height / 2 + 1;
  return svg`<svg class="ring" viewBox=${`0 ${-top} ${WIDTH} ${2 * top}`} role="img" aria-label=${label}>
    ${size > 1 && state.parts.map((_, rank) => arrow(rank, size))}
    ${state.parts.map((held, rank) => worker(held, rank, state))}
    ${state.moves.map((move) => parcel(move, size, isMoving))}
  </svg>`;
}

/** From the edge of one worker's surroundings to that of the next. */
function arrow(rank: number, size: number) {
  const [a, b] = [placeOf(rank, size), placeOf(rank + 1, size)];
  const length = Math.hypot(b.x - a.x, b.y - a.y);
  const angle = (180 * Math.atan2(b.y - a.y, b.x - a.x)) / Math.PI;
  return svg`<g transform=${`translate(${a.x},${a.y}) rotate(${angle})`} class="ring-arrow">
    <line x1="0" x2=${length} y1="0" y2="0"></line>
    <path d=${`M${length / 2 + 26},0l-10,-5v10z`}></path>
  </g>`;
}

function worker(held: readonly number[], rank: number, {moves}: RingState) {
  const {x, y} = placeOf(rank, held.length);
  const box = boxOf(held.length);
  const cell = (box.width - 12) / held.length;
  const received = moves.find(({to}) => to === rank)?.chunk;
  return svg`<g transform=${`translate(${x - box.width / 2},${y - box.height / 2})`} class="ring-worker">
    <rect width=${box.width} height=${box.height} rx="4"></rect>
    <text x=${box.width / 2} y="15" text-anchor="middle">Worker ${rank + 1}</text>
    ${held.map((parts, chunk) => {
      const step = attentionStep(parts / held.length);
      return svg`<g transform=${`translate(${6 + chunk * cell},21)`} data-step=${step} class="ring-chunk">
        <rect width=${cell - 1} height="22" class=${chunk === received ? "ring-received" : ""}></rect>
        <text x=${(cell - 1) / 2} y="15.5" text-anchor="middle">${parts}</text>
      </g>`;
    })}
  </g>`;
}

/** The chunk that has been sent, in the middle of its way, or moving there. */
function parcel({from, to, chunk}: RingMove, size: number, isMoving: boolean) {
  const [a, b] = [placeOf(from, size), placeOf(to, size)];
  // In a ring of two, both ways are the same line.
  const aside = size === 2 ? (from === 0 ? 26 : -26) : 0;
  const [x, y] = [(a.x + b.x) / 2 + aside, (a.y + b.y) / 2];
  const node = svg`<g transform=${`translate(${x},${y})`}><g class="ring-parcel">
    <circle r="11"></circle><text y="4" text-anchor="middle">${chunk + 1}</text></g></g>` as SVGElement;
  if (isMoving)
    node.firstElementChild?.animate?.(
      [
        {transform: `translate(${a.x - x}px, ${a.y - y}px)`, opacity: 0},
        {opacity: 1, offset: 0.3},
        {transform: "none", opacity: 1}
      ],
      {duration: TRAVEL, easing: "ease-out"}
    );
  return node;
}

function holdings({parts}: RingState): Element {
  const size = parts.length;
  return html`<table><thead><tr><td></td>${parts.map((_, i) => html`<th scope="col">Chunk ${i + 1}</th>`)}</tr></thead>
    <tbody>${parts.map(
      (held, rank) => html`<tr><th scope="row">Worker ${rank + 1}</th>
        ${held.map((count) => html`<td>${count === size ? "all" : `${count} of ${size}`}</td>`)}</tr>`
    )}</tbody></table>`;
}
