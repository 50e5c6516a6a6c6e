import {html} from "htl";
import {messageOf} from "../../errorMessage.js";
import {openInspector} from "../../inspection/inspector.js";
import {createRandom} from "../../random.js";
import {button} from "../../views/buttons.js";
import {setText, uniqueId} from "../../views/figure.js";
import {tokenName} from "../../views/format.js";
import {notice} from "../../views/notice.js";
import {type PairedBarsData, pairedBars} from "../../views/pairedBars.js";
import type {RecordedName} from "./comparison.js";
import type {OrderPage, ShuffleReading} from "./orderPage.js";
import {positionKind} from "./positionKinds.js";
import {largestChange, ROUNDING, shuffledBeforeLast} from "./reordering.js";
import {reorderStrip} from "./reorderStrip.js";
import {type ShuffleQuestion, ShuffleReader} from "./shuffleReader.js";
import {verdictOf} from "./verdict.js";

const MODELS: readonly (readonly [RecordedName, string])[] = [
  ["none-1", "no positions, one layer"],
  ["none", "no positions, two layers"],
  ...(["sinusoidal", "learned", "rope", "alibi"] as const).map(
    (kind) => [kind, `${positionKind(kind).name}, two layers`] as const
  )
];

/** The most tokens that fit the figure, and the fewest that can be put in another order. */
const MOST = 24;
const FEWEST = 3;

export type ShuffleFigure = HTMLElement & {dispose(): void};

/**
 * A line whose tokens, all but the last, can be put in any order, and what a model expects after it before and after.
 * The opening was computed when the site was built; `urls` are those of the models, opened on the first change.
 */
export function shuffleFigure(
  {text, order, vocabulary, readings}: OrderPage["shuffle"],
  urls: Record<RecordedName, string>
): ShuffleFigure {
  let model: RecordedName = "none-1";
  let line = text;
  let places = [...order];
  let shuffles = 0;
  const idsOf = (line: string) => [...line].map((character) => vocabulary.indexOf(character));
  const isOpening = () => line === text && places.join() === order.join();

  const strip = reorderStrip(
    {tokens: [...line], order: places},
    {
      label: "The line, reordered. Enter picks a token up, the arrows move it",
      onReorder: (next) => {
        places = next;
        ask();
      }
    }
  );
  const bars = pairedBars(barsOf(vocabulary, readings[model]));
  const verdict = html`<p class="order-verdict" role="status"></p>`;
  const problem = html`<div></div>`;
  const [selectId, inputId] = [uniqueId("model"), uniqueId("line")];
  const select = html`<select id=${selectId}>${MODELS.map(
    ([name, words]) => html`<option value=${name}>${words}</option>`
  )}</select>` as HTMLSelectElement;
  const input =
    html`<input id=${inputId} type="text" maxlength=${MOST} spellcheck="false" autocomplete="off">` as HTMLInputElement;
  input.value = line;

  const reader = new ShuffleReader(
    (name) => openInspector(urls[name]),
    (_, reading) => show(reading),
    (error) => {
      setText(verdict, "There is no answer to this order.");
      problem.replaceChildren(notice({kind: "error", message: messageOf(error)}));
    }
  );

  function show(reading: ShuffleReading): void {
    problem.replaceChildren();
    bars.update(barsOf(vocabulary, reading));
    verdict.classList.toggle("order-same", largestChange(reading.before, reading.after).change < ROUNDING);
    setText(verdict, verdictOf(reading, vocabulary, places));
  }
  function ask(): void {
    if (isOpening()) {
      show(readings[model]);
      return;
    }
    setText(verdict, "Asking the model …");
    const question: ShuffleQuestion = {model, ids: idsOf(line), order: places};
    reader.ask(question);
  }
  function setLine(next: string, nextOrder: number[]): void {
    line = next;
    places = nextOrder;
    strip.update({tokens: [...line], order: places});
    ask();
  }
  const shuffle = () => {
    shuffles += 1;
    setLine(line, shuffledBeforeLast([...line].length, createRandom(100 + shuffles)));
  };

  select.addEventListener("change", () => {
    model = select.value as RecordedName;
    ask();
  });
  input.addEventListener("input", () => {
    const characters = [...input.value];
    const unknown = characters.filter((character) => !vocabulary.includes(character));
    if (characters.length < FEWEST || unknown.length > 0) {
      const message =
        unknown.length > 0
          ? `These models have never seen ${tokenName(unknown[0]!)}; the line above stays as it was.`
          : `Write at least ${FEWEST} characters; the line above stays as it was.`;
      problem.replaceChildren(notice({kind: "info", message}));
      return;
    }
    setLine(
      input.value,
      characters.map((_, i) => i)
    );
  });
  const reset = () => {
    input.value = text;
    select.value = model = "none-1";
    setLine(text, [...order]);
  };

  show(readings[model]);
  const node = html`<figure class="figure order-shuffle" aria-label="A line reordered, and what a model expects after it">
    <p class="figure-title">Drag the characters. The last one stays.</p>
    ${strip}
    <p class="button-row">${button("Shuffle", shuffle)}${button("As written", () =>
      setLine(
        line,
        [...line].map((_, i) => i)
      )
    )}${button("Reset", reset)}</p>
    ${verdict}
    ${bars}
    <div class="order-controls"><span><label for=${selectId}>Model</label> ${select}</span>
      <span><label for=${inputId}>Line</label> ${input}</span></div>
    ${problem}
  </figure>`;
  return Object.assign(node as HTMLElement, {dispose: () => reader.dispose()});
}

/** Rows shown: the most probable of either. */
const ROWS = 6;

function barsOf(vocabulary: readonly string[], {before, after}: ShuffleReading): PairedBarsData {
  const ranked = Array.from(before, (_, id) => id).sort(
    (a, b) => Math.max(before[b]!, after[b]!) - Math.max(before[a]!, after[a]!)
  );
  return {
    caption: "What the model expects after the last token",
    columns: ["as written", "reordered"],
    rows: ranked.slice(0, ROWS).map((id) => ({token: vocabulary[id]!, values: [before[id]!, after[id]!]}))
  };
}
