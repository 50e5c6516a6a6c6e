import {html} from "htl";
import {drawAt, sampleToken} from "../../generation/sample.js";
import {button} from "../../views/buttons.js";
import {surpriseStep} from "../../views/colors.js";
import {setText} from "../../views/figure.js";
import {formatCount, formatFixed, formatPercent, formatPlural, tokenName} from "../../views/format.js";
import {tokenStrip} from "../../views/tokenStrip.js";
import {followerBars} from "./followerBars.js";
import {countedTable, type PairCounts, rowDistribution, rowTotal} from "./pairCounts.js";

export interface WriterOptions {
  pairs: PairCounts;
  vocabulary: readonly string[];
  /** The token that it begins with. */
  start: number;
  /** Told of the token whose row is shown. */
  onRow?: (id: number) => void;
}

/** Draws at one press of the longer button. */
const MANY = 60;

/**
 * A bigram that writes, one draw at a time: the row of the last character, exactly as it was counted, and what a random
 * number picked from it. Any character so far can be chosen, to see what came before and what followed.
 */
export function writerFigure({pairs, vocabulary, start, onRow}: WriterOptions): HTMLElement {
  const {size} = pairs;
  const table = countedTable(pairs, 0);
  let ids = [start];
  let selected = 0;
  let seed = 1;

  const box =
    html`<input type="text" size="3" autocomplete="off" autocapitalize="off" spellcheck="false">` as HTMLInputElement;
  const remark = html`<p class="figure-note writer-remark" role="status"></p>`;
  const strip = tokenStrip(
    {tokens: []},
    {label: "What the bigram has written", flow: "text", onSelect: (index) => show(index)}
  );
  const reading = html`<p class="figure-reading" aria-live="polite"></p>`;
  const bars = followerBars({vocabulary, onChoose: (id) => append(id)});
  const one = button("Draw one", () => draw(1), true);
  const many = button(`Draw ${MANY}`, () => draw(MANY));
  const node = html`<figure class="figure writer">
    <p class="writer-start"><label>Begin with ${box}</label> <span class="button-row">${one}${many}
      ${button("Start again", () => begin(ids[0]!, seed + 1))}${button("Reset", () => begin(start, 1))}</span></p>
    <div class="writer-text">${strip}</div>
    ${reading}${bars}${remark}
  </figure>` as HTMLElement;

  /** What the token at `index` was drawn from, or what may follow the last. */
  function show(index: number): void {
    selected = index;
    const isLast = index === ids.length - 1;
    const [id, next] = [ids[index]!, ids[index + 1]];
    const row = rowDistribution(table, size, id);
    const total = rowTotal(pairs, id);
    const surprises = ids.map((token, i) =>
      i === 0 ? 0 : surpriseStep(-Math.log2(table[ids[i - 1]! * size + token]!))
    );
    strip.update({tokens: ids.map((token) => vocabulary[token]!), steps: surprises, selected});
    bars.update({row, counts: pairs.counts.subarray(id * size, (id + 1) * size), chosen: next ?? null});
    one.disabled = many.disabled = rowTotal(pairs, ids.at(-1)!) === 0;
    const name = tokenName(vocabulary[id]!);
    if (total === 0)
      setText(reading, `Nothing ever followed ${name} in the training text: there is nothing to draw from.`);
    else {
      const drawn =
        isLast || next === undefined
          ? ""
          : ` Here ${tokenName(vocabulary[next]!)} came: ${formatPercent(row.probabilities[next]!)}, a surprise of ${formatFixed(-Math.log2(row.probabilities[next]!), 2)} bits.`;
      const kinds = row.kept === 1 ? "always the same one" : `${formatCount(row.kept)} different ones`;
      setText(
        reading,
        `In the training text ${name} was followed by a character ${formatPlural(total, "time")}, by ${kinds}.${drawn}`
      );
    }
    onRow?.(id);
  }
  function append(id: number): void {
    ids.push(id);
    show(ids.length - 1);
  }
  function draw(times: number): void {
    for (let i = 0; i < times; i++) {
      const row = rowDistribution(table, size, ids.at(-1)!);
      if (rowTotal(pairs, ids.at(-1)!) === 0) break;
      ids.push(sampleToken(row, drawAt(seed, ids.length)));
    }
    show(ids.length - 1);
  }
  function begin(id: number, nextSeed: number): void {
    ids = [id];
    seed = nextSeed;
    box.value = vocabulary[id]!;
    setText(remark, "");
    show(0);
  }
  box.addEventListener("input", () => {
    const typed = [...box.value].at(-1);
    if (typed === undefined) return;
    const id = vocabulary.indexOf(typed);
    if (id < 0) setText(remark, `The training text has no ${tokenName(typed)}: type another character.`);
    else begin(id, seed);
    box.select();
  });
  box.addEventListener("focus", () => box.select());
  begin(start, 1);
  return node;
}
