import {html} from "htl";
import {fitOptions, type SamplingOptions} from "../../generation/distribution.js";
import {rank} from "../../generation/rank.js";
import {button} from "../../views/buttons.js";
import {asFigure, type Figure, setText} from "../../views/figure.js";
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
/** Tokens shown that both orders cut, and the most that are shown at all. */
const BEYOND = 3;
const LONGEST = 80;

/** The same settings in two orders: what each keeps, and which tokens only one of them keeps. */
export function orderFigure(page: SamplingPage): HTMLElement {
  const {vocabulary, unit} = page;
  const V = vocabulary.length;
  const start = fitOptions(OPENING, V);
  let options = start;
  let order = FIRST;
  // The example where the order matters most.
  const scores = page.places.map(({logits}) => rankedScores(logits));
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
  const tokens: Figure<KeptToken>[] = [];
  const more = html`<p class="figure-note"></p>` as HTMLElement;
  const table = plainTable({caption: "", columns: [], rows: []});
  const reading = html`<p class="figure-reading order-reading" role="status"></p>`;
  const use = (next: readonly Step[]) => {
    order = next;
    chips.replaceChildren(...order.map(chip));
    update();
  };
  const presets = [
    button("This site’s", () => use(SITE_ORDER)),
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
    const {logits, ids} = scores[at]!;
    const here = filterInOrder(logits, options, SITE_ORDER, ids);
    const yours = filterInOrder(logits, options, order, ids);
    place.update(at);
    sliders.update({options, vocabulary: V});
    showTokens(here, yours);
    table.update({
      caption: "Tokens left after each step",
      columns: ["Order", "1", "2", "3", "4"],
      texts: [1, 2, 3, 4],
      rows: [row("Site’s", here), row("Yours", yours)]
    });
    setText(reading, sentence(here, yours));
  }
  /** Nodes are kept, since a slider's move changes few of them. */
  function showTokens(here: Filtered, yours: Filtered): void {
    const most = Math.max(here.kept, yours.kept);
    const count = Math.min(V, most + BEYOND, LONGEST);
    for (let i = tokens.length; i < count; i++) tokens.push(keptToken());
    tokens.slice(0, count).forEach((token, i) => {
      token.update({
        text: visibleToken(vocabulary[here.ids[i]!]!),
        isHere: i < here.kept,
        isYours: i < yours.kept
      });
    });
    if (kept.childNodes.length !== count) kept.replaceChildren(...tokens.slice(0, count));
    more.hidden = most <= count;
    setText(more, most > count ? `And ${formatCount(most - count)} more that at least one order keeps.` : "");
  }
  const row = (name: string, {stages}: Filtered) => [
    name,
    ...stages.map(({step, kept}) => `${STEP_NAMES[step]}: ${formatCount(kept)}`)
  ];
  function sentence(here: Filtered, yours: Filtered): string {
    const set = `With ${optionsInWords(options)}`;
    const best = here.ids[0]!;
    const chance = `${tokenName(vocabulary[best]!)} has ${formatPercent(here.probabilities[best]!)} in this site’s order and ${formatPercent(yours.probabilities[best]!)} in yours.`;
    if (here.kept === yours.kept)
      return `${set}, both orders keep the same ${formatPlural(here.kept, unit)}. ${chance}`;
    const [more, less] =
      here.kept > yours.kept ? ["this site’s order", "yours"] : ["your order", "this site’s"];
    const only = [...here.ids.subarray(Math.min(here.kept, yours.kept), Math.max(here.kept, yours.kept))];
    let mass = 0;
    for (const id of only) mass += (here.kept > yours.kept ? here : yours).probabilities[id]!;
    return `${set}, ${more} keeps ${formatPlural(only.length, unit)} more than ${less}: ${formatCount(Math.max(here.kept, yours.kept))} against ${formatCount(Math.min(here.kept, yours.kept))}. ${only.length === 1 ? "It" : "Together they"} would come in ${formatPercent(mass)} of all draws. ${chance}`;
  }
  use(order);
  return html`<figure class="figure order-figure">
    <p class="figure-title">Your order, from left to right</p>
    ${chips}<p class="button-row">${presets}</p>
    ${kept}${more}
    <p class="legend"><span class="order-key order-both"></span>kept by both <span class="order-key order-here"></span>only in
      this site’s order <span class="order-key order-yours"></span>only in yours <span class="order-key order-none"></span>cut by both</p>
    ${table}${reading}
    <div class="order-set">${place}${sliders}</div></figure>` as HTMLElement;
}

interface Ranked {
  /** [V]: the scores of one place. */
  logits: Float32Array;
  /** [V]: the ids, most probable first. */
  ids: Uint16Array;
}

function rankedScores(scores: readonly number[]): Ranked {
  const logits = Float32Array.from(scores);
  return {logits, ids: rank(logits)};
}

/** The place where the two orders differ by most tokens. */
function mostChanged(places: readonly Ranked[], options: SamplingOptions): number {
  const count = ({logits, ids}: Ranked, order: readonly Step[]) =>
    filterInOrder(logits, options, order, ids).kept;
  const changes = places.map((place) => Math.abs(count(place, SITE_ORDER) - count(place, FIRST)));
  return changes.indexOf(Math.max(...changes));
}

interface KeptToken {
  text: string;
  /** Whether this site's order keeps it, and whether the reader's does. */
  isHere: boolean;
  isYours: boolean;
}

function keptToken(): Figure<KeptToken> {
  const code = html`<code></code>`;
  const kind = html`<span class="visually-hidden"></span>`;
  const node = html`<li>${code}${kind}</li>` as HTMLElement;
  return asFigure(node, ({text, isHere, isYours}: KeptToken) => {
    const [name, said] = isHere
      ? isYours
        ? ["both", "kept by both"]
        : ["here", "only in this site’s order"]
      : isYours
        ? ["yours", "only in yours"]
        : ["none", "cut by both"];
    node.className = `order-${name}`;
    node.title = said;
    setText(code, text);
    setText(kind, ` ${said}`);
  });
}
