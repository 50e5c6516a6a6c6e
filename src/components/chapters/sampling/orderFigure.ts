import {html} from "htl";
import {fitOptions, type SamplingOptions} from "../../generation/distribution.js";
import {button} from "../../studio/panels/panel.js";
import {setText} from "../../views/figure.js";
import {formatCount, formatPercent, formatPlural, tokenName, visibleToken} from "../../views/format.js";
import {plainTable} from "../../views/plainTable.js";
import {samplingSliders} from "../../views/samplingSliders.js";
import {
  type Filtered,
  filterInOrder,
  SITE_ORDER,
  STEP_NAMES,
  type Step,
  TEMPERATURE_LAST
} from "./filterOrder.js";
import {optionsInWords} from "./optionsInWords.js";
import {placeSelect} from "./placeSelect.js";
import type {SamplingPage} from "./samplingPage.js";

/** A warm temperature and a cut by mass, which is where the order matters most. */
const OPENING: Required<SamplingOptions> = {temperature: 1.6, topK: null, topP: 0.9, minP: 0};
const FIRST: readonly Step[] = TEMPERATURE_LAST;

/** The same settings in two orders: what each keeps, and which tokens only one of them keeps. */
export function orderFigure(page: SamplingPage): HTMLElement {
  const {vocabulary, unit} = page;
  const V = vocabulary.length;
  const start = fitOptions(OPENING, V);
  let options = start;
  let order = FIRST;
  // The example where the order matters most.
  const scores = page.places.map(({logits}) => Float32Array.from(logits));
  const first = mostChanged(scores, start);
  let at = first;
  const place = placeSelect(page, {
    place: at,
    onChoose: (next) => {
      at = next;
      update();
    }
  });
  const sliders = samplingSliders({
    vocabulary: V,
    onInput: (change) => {
      options = {...options, ...change};
      update();
    }
  });
  const chips = html`<ol class="order-steps" aria-label="Your order"></ol>`;
  const kept = html`<ol class="order-kept" aria-label="Tokens by probability, and which order keeps them"></ol>`;
  const table = plainTable({caption: "", columns: [], rows: []});
  const reading = html`<p class="figure-reading order-reading" role="status"></p>`;
  const use = (next: readonly Step[]) => {
    order = next;
    update();
  };
  const presets = [
    button("As here", () => use(SITE_ORDER)),
    button("Temperature last", () => use(TEMPERATURE_LAST)),
    button("Top-p before top-k", () => use(["temperature", "topP", "topK", "minP"])),
    button("Reset", () => {
      options = start;
      at = first;
      use(FIRST);
    })
  ];

  /** Moves a step one place, and keeps the keyboard on the button that did it. */
  function move(i: number, by: -1 | 1): void {
    const next = [...order];
    [next[i], next[i + by]] = [next[i + by]!, next[i]!];
    use(next);
    const same = chips.children[i + by]?.querySelectorAll("button")[by === -1 ? 0 : 1];
    const other = chips.children[i + by]?.querySelectorAll("button")[by === -1 ? 1 : 0];
    (same?.disabled ? other : same)?.focus();
  }
  function chip(step: Step, i: number): Node {
    const earlier = button("←", () => move(i, -1));
    const later = button("→", () => move(i, 1));
    earlier.setAttribute("aria-label", `${STEP_NAMES[step]} earlier`);
    later.setAttribute("aria-label", `${STEP_NAMES[step]} later`);
    earlier.disabled = i === 0;
    later.disabled = i === order.length - 1;
    return html`<li>${earlier}<span>${STEP_NAMES[step]}</span>${later}</li>`;
  }
  function update(): void {
    const here = filterInOrder(scores[at]!, options, SITE_ORDER);
    const yours = filterInOrder(scores[at]!, options, order);
    place.update(at);
    sliders.update({options, vocabulary: V});
    chips.replaceChildren(...order.map(chip));
    const most = Math.min(V, Math.max(here.kept, yours.kept) + 3);
    kept.replaceChildren(
      ...Array.from({length: Math.min(most, 80)}, (_, i) => keptToken(i, here, yours, vocabulary))
    );
    table.update({
      caption: "Tokens left after each step",
      columns: ["Order", "1", "2", "3", "4"],
      texts: [1, 2, 3, 4],
      rows: [row("Here", here), row("Yours", yours)]
    });
    setText(reading, sentence(here, yours));
  }
  const row = (name: string, {stages}: Filtered) => [
    name,
    ...stages.map(({step, kept}) => `${STEP_NAMES[step]}: ${formatCount(kept)}`)
  ];
  function sentence(here: Filtered, yours: Filtered): string {
    const set = `With ${optionsInWords(options)}`;
    const best = here.ids[0]!;
    const chance = `${tokenName(vocabulary[best]!)} has ${formatPercent(here.probabilities[best]!)} here and ${formatPercent(yours.probabilities[best]!)} in your order.`;
    if (here.kept === yours.kept)
      return `${set}, both orders keep the same ${formatPlural(here.kept, unit)}. ${chance}`;
    const [more, less] =
      here.kept > yours.kept ? ["this site’s order", "yours"] : ["your order", "this site’s"];
    const only = [...here.ids.subarray(Math.min(here.kept, yours.kept), Math.max(here.kept, yours.kept))];
    let mass = 0;
    for (const id of only) mass += (here.kept > yours.kept ? here : yours).probabilities[id]!;
    return `${set}, ${more} keeps ${formatPlural(only.length, unit)} more than ${less}: ${formatCount(Math.max(here.kept, yours.kept))} against ${formatCount(Math.min(here.kept, yours.kept))}. ${only.length === 1 ? "It" : "Together they"} would come in ${formatPercent(mass)} of all draws. ${chance}`;
  }
  update();
  return html`<figure class="figure order-figure">
    <p class="figure-title">Your order, from left to right</p>
    ${chips}<p class="button-row">${presets}</p>
    ${kept}
    <p class="legend"><span class="order-key order-both"></span>kept by both <span class="order-key order-here"></span>only
      here <span class="order-key order-yours"></span>only in your order <span class="order-key order-none"></span>cut by both</p>
    ${table}${reading}
    <div class="order-set">${place}${sliders}</div></figure>` as HTMLElement;
}

/** The place where the two orders differ by most tokens. */
function mostChanged(scores: readonly Float32Array[], options: SamplingOptions): number {
  const changes = scores.map((logits) =>
    Math.abs(filterInOrder(logits, options, SITE_ORDER).kept - filterInOrder(logits, options, FIRST).kept)
  );
  return changes.indexOf(Math.max(...changes));
}

function keptToken(i: number, here: Filtered, yours: Filtered, vocabulary: readonly string[]): Node {
  const [a, b] = [i < here.kept, i < yours.kept];
  const [kind, said] =
    a && b ? ["both", ""] : a ? ["here", "only here"] : b ? ["yours", "only in your order"] : ["none", "cut"];
  return html`<li class=${`order-${kind}`} title=${said || "kept by both"}><code>${visibleToken(vocabulary[here.ids[i]!]!)}</code>${
    said ? html`<span class="visually-hidden"> ${said}</span>` : ""
  }</li>`;
}
