import {html} from "htl";
import {surpriseStep} from "../../views/colors.js";
import {setText, uniqueId} from "../../views/figure.js";
import {formatCount, formatFixed, formatPercent, tokenName} from "../../views/format.js";
import {pairedBars} from "../../views/pairedBars.js";
import {type Stat, statGrid} from "../../views/statGrid.js";
import {surpriseLegend} from "../../views/surpriseText.js";
import {tokenStrip} from "../../views/tokenStrip.js";
import type {MeasuringPage, Passage} from "./measuringPage.js";
import {probabilityStrips} from "./probabilityStrips.js";
import type {TruthPlace} from "./truthPlaces.js";

/**
 * A passage as the model read it, coloured by surprise: at each token the model's distribution beside the true one,
 * where that is known.
 */
export function truthFigure({passages, report, model, text}: MeasuringPage): HTMLElement {
  const {unit} = model;
  const known = report.divergence !== null;
  let passage = passages[0]!;
  let chosen = mostTelling(passage);
  let at = chosen;

  const before = html`<span></span>`;
  const strip = tokenStrip(stripData(passage, chosen), {
    label: "Text that the model was not trained on, coloured by its surprise",
    ramp: "surprise",
    flow: "text",
    onHover: (index) => show(index ?? chosen),
    onSelect: (index) => {
      choose(index);
      // From where the reader has clicked, the arrow keys go on.
      strip.querySelectorAll<HTMLElement>("[role=option]")[index]?.focus({preventScroll: true});
    }
  });
  strip.classList.add("tokens-framed");
  const strips = probabilityStrips(stripsData(passage, at), {
    label: `For each ${unit} of the text, the probability that the model gave to what came${known ? ", and below it the true probability" : ""}`,
    onPoint: (index) => choose(index)
  });
  const stats = statGrid(statsOf(passage.places[at]!, known), {label: `At this ${unit}`});
  const bars = pairedBars(barsOf(passage.places[at]!, known), {kinds: ["bar-kept", "bar-truth"]});
  const reading = html`<p class="figure-reading" aria-live="polite"></p>`;
  const means = html`<p class="figure-note"></p>`;

  function show(index: number): void {
    at = index;
    const place = passage.places[at]!;
    stats.update(statsOf(place, known));
    bars.update(barsOf(place, known));
    strips.update(stripsData(passage, at));
    setText(reading, sentenceOf(place));
  }
  function choose(index: number): void {
    chosen = index;
    strip.update(stripData(passage, chosen));
    show(index);
  }
  function take(next: Passage): void {
    passage = next;
    chosen = mostTelling(next);
    setText(before, `…${next.before}`);
    setText(means, meansOf(next, {report, unit, text}));
    strip.update(stripData(next, chosen));
    show(chosen);
  }
  const group = uniqueId("passage");
  const radios = passages.map((one, i) => {
    const radio = html`<input type="radio" name=${group} checked=${i === 0}>` as HTMLInputElement;
    radio.addEventListener("change", () => take(one));
    return html`<label>${radio} ${one.name}</label>`;
  });
  take(passage);
  const title = known
    ? "The model’s probability against the true one"
    : "The model’s probability of what came";
  return html`<figure class="figure truth-figure"><p class="figure-title">${title}</p>
    <div class="truth-passages" role="group" aria-label="Passage">${radios}</div>
    <p class="truth-before">${before}</p>${strip}${surpriseLegend({cut: false})}${strips}
    <div class="truth-panes"><div>${stats}${reading}</div><div>${bars}</div></div>${means}</figure>` as HTMLElement;
}

/** The place that a passage begins with: where the model is farthest from the truth, or most surprised. */
function mostTelling({places}: Passage): number {
  const told = places.map(({nats, truth}) => (truth ? truth.divergence : nats));
  return told.indexOf(Math.max(...told));
}

/** Arrays that stay the same for a passage, so that only the mark moves with the pointer. */
const lanes = new WeakMap<Passage, {model: number[]; truth: number[] | null}>();

function stripsData(passage: Passage, at: number) {
  let found = lanes.get(passage);
  if (!found) {
    const {places} = passage;
    found = {
      model: places.map(({nats}) => Math.exp(-nats)),
      truth: places.some(({truth}) => truth)
        ? places.map(({truth}) => (truth ? Math.exp(-truth.nats) : 0))
        : null
    };
    lanes.set(passage, found);
  }
  return {...found, at};
}

function stripData({places}: Passage, selected: number) {
  return {
    tokens: places.map(({token}) => token),
    steps: places.map(({nats}) => surpriseStep(nats / Math.LN2)),
    selected
  };
}

const bits = (nats: number) => formatFixed(nats / Math.LN2, 2);

function statsOf({nats, truth}: TruthPlace, known: boolean): Stat[] {
  const surprise: Stat = {label: "Surprise of the model", value: bits(nats), unit: "bits"};
  if (!known) return [surprise];
  return [
    surprise,
    {label: "Surprise of the truth", value: truth ? bits(truth.nats) : "–", unit: "bits"},
    {label: "KL here", value: truth ? bits(truth.divergence) : "–", unit: "bits"}
  ];
}

function barsOf({candidates, came}: TruthPlace, known: boolean) {
  const valuesOf = ({model, truth}: TruthPlace["candidates"][number]) =>
    known ? [model, truth ?? 0] : [model];
  const rest = (of: number) =>
    Math.max(0, 1 - candidates.reduce((sum, candidate) => sum + valuesOf(candidate)[of]!, 0));
  return {
    caption: "What may come here; underlined, what came",
    columns: known ? ["the model", "the truth"] : ["the model"],
    rows: candidates.map((candidate, i) => ({
      token: candidate.token,
      values: valuesOf(candidate),
      note: i === came ? "which came" : undefined
    })),
    others: known ? [rest(0), rest(1)] : [rest(0)]
  };
}

function sentenceOf({token, nats, truth, candidates}: TruthPlace): string {
  const model = `${tokenName(token)} came. The model gave it ${formatPercent(Math.exp(-nats))}`;
  if (!truth) return `${model}.`;
  const only = candidates.filter(({truth}) => truth).length === 1;
  return `${model}; ${only ? "nothing else could come" : `its true probability was ${formatPercent(Math.exp(-truth.nats))}`}.`;
}

function meansOf(
  {places}: Passage,
  {report, unit, text}: Pick<MeasuringPage, "report" | "text"> & {unit: string}
): string {
  const mean = (of: (place: TruthPlace) => number) =>
    formatFixed(places.reduce((sum, place) => sum + of(place), 0) / places.length, 3);
  const {divergence, predicted, loss} = report;
  const all = `Over the first ${formatCount(predicted)} held-out ${unit}s of ${divergence ? "the " : ""}${text.name}`;
  if (!divergence)
    return `Mean surprise of this passage: ${mean(({nats}) => nats)} nats. ${all}: ${formatFixed(loss.nats, 3)}, the loss. Nobody knows the true probabilities of this text.`;
  return `Means in nats, this passage: model ${mean(({nats}) => nats)}, truth ${mean(({truth}) => truth?.nats ?? Number.NaN)}, KL ${mean(({truth}) => truth?.divergence ?? Number.NaN)}. ${all}: the loss ${formatFixed(divergence.loss, 3)}, the floor ${formatFixed(divergence.floor, 3)}, KL ${formatFixed(divergence.divergence, 3)}.`;
}
