import {html} from "htl";
import {characterLength} from "../../text/characterLength.js";
import {button} from "../../views/buttons.js";
import {setText} from "../../views/figure.js";
import {formatCount, formatFixed, formatPlural, tokenName, visibleToken} from "../../views/format.js";
import {statGrid} from "../../views/statGrid.js";
import {tokenStrip} from "../../views/tokenStrip.js";
import {mergeList} from "./mergeList.js";
import {mergeSlider} from "./mergeSlider.js";
import {type Cut, cutAfter, mergeSteps} from "./mergeSteps.js";
import type {TextState, TextStore} from "./state.js";
import {textField} from "./textField.js";

/** The longest line, in UTF-16 code units. */
const LONGEST = 300;

/** A line of text re-cut as merges are learned, with the merges beside it. */
export function mergeFigure(store: TextStore): HTMLElement {
  const first = store.state.study.sentence;
  let text = first;
  let isOwn = false;
  let merges: TextState["merges"] | null = null;
  let cuts: Cut[] = [];

  const field = textField({
    label: "A line of text",
    value: text,
    rows: 3,
    maxLength: LONGEST,
    onText: (next) => {
      isOwn = true;
      setLine(next);
    }
  });
  const stats = statGrid([], {label: "The line in tokens"});
  const strip = tokenStrip({tokens: []}, {label: "The line, cut into byte pairs"});
  // The line as bytes, unseen, holds the room that it needs when it is longest.
  const room = html`<div class="tokens tokens-strip" aria-hidden="true"></div>` as HTMLElement;
  const list = mergeList({merges: [], vocabulary: [], learned: 0}, (learned) => store.setLearned(learned));
  const reading = html`<p class="figure-reading"></p>`;
  const step = (by: number) => () => {
    const to = cuts[neighbour(cuts, store.state.learned, by)];
    if (to) store.setLearned(to.merges);
  };
  const back = button("‹ Change before", step(-1));
  const on = button("Next change ›", step(1));
  const reset = button("Reset", () => {
    isOwn = false;
    store.reset();
  });
  const node = html`<figure class="figure merge-figure" aria-label="A line re-cut as merges are learned">
    ${field}
    <div class="merge-controls">${mergeSlider(store)}<div class="button-row">${back}${on}${reset}</div></div>
    ${stats}
    <div class="merge-panes">
      <div>${reading}<div class="strip-room">${room}${strip}</div></div>${list}
    </div>
  </figure>` as HTMLElement;

  function setLine(next: string): void {
    text = next;
    merges = null;
    show(store.state);
  }

  function show(state: TextState): void {
    const {vocabulary, learned} = state;
    if (merges !== state.merges) {
      if (merges !== null && !isOwn && text !== state.study.sentence) text = state.study.sentence;
      if (field.value !== text) field.value = text;
      merges = state.merges;
      cuts = mergeSteps(text, merges);
      room.replaceChildren(
        ...cuts[0]!.ids.map(
          (id) => html`<span class="token" data-id=${id}>${visibleToken(vocabulary[id]!)}</span>`
        )
      );
    }
    const at = cutAfter(cuts, learned);
    const {ids} = cuts[at]!;
    const lengthInCharacters = characterLength(text);
    strip.update({
      tokens: ids.map((id) => vocabulary[id]!),
      ids,
      // What the last merge that changed the line has made.
      lit: ids.map((id) => at > 0 && id === 255 + cuts[at]!.merges)
    });
    stats.update([
      {
        label: "Length of the line",
        value: formatCount(ids.length),
        unit: ids.length === 1 ? "token" : "tokens"
      },
      {
        label: "Characters a token",
        value: ids.length > 0 ? formatFixed(lengthInCharacters / ids.length, 2) : "–"
      },
      {label: "Vocabulary", value: formatCount(256 + learned), unit: "tokens"}
    ]);
    list.update({merges: state.merges, vocabulary, learned});
    back.disabled = neighbour(cuts, learned, -1) < 0;
    on.disabled = neighbour(cuts, learned, 1) >= cuts.length;
    setText(reading, sentence(state, cuts, at));
  }
  store.listen(show);
  return node;
}

/** The nearest cut that begins before the merges in force, or after them; one off the end where there is none. */
function neighbour(cuts: readonly Cut[], learned: number, by: number): number {
  const at = cutAfter(cuts, learned);
  if (by > 0) return at + 1;
  return cuts[at]?.merges === learned ? at - 1 : at;
}

function sentence({study, merges, vocabulary, learned}: TextState, cuts: readonly Cut[], at: number): string {
  const {ids, merges: since} = cuts[at]!;
  const made = merges[since - 1];
  const learntFrom = `Learned from: ${study.name}, ${formatPlural(study.characters, "character")}.`;
  if (learned === 0)
    return `Before the first merge each byte is a token, so the line has ${formatPlural(ids.length, "token")}. ${learntFrom}`;
  if (!made) return `None of the ${formatPlural(learned, "merge")} so far occurs in the line. ${learntFrom}`;
  const which = since === learned ? "The last merge" : `Merge ${formatCount(since)}`;
  return `${which} made ${tokenName(vocabulary[255 + since]!)} (id ${255 + since}) of ${tokenName(vocabulary[made.left]!)} and ${tokenName(vocabulary[made.right]!)}${
    since === learned ? "" : "; those since then do not occur in the line"
  }. ${learntFrom}`;
}
