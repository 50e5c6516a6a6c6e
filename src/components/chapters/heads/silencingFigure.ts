import {html} from "htl";
import {button} from "../../views/buttons.js";
import {surpriseStep} from "../../views/colors.js";
import {setText} from "../../views/figure.js";
import {capital, formatFixed, tokenName} from "../../views/format.js";
import {statGrid} from "../../views/statGrid.js";
import {tokenStrip} from "../../views/tokenStrip.js";
import {candidateTable, expectation} from "./candidateTable.js";
import type {Desk} from "./desk.js";
import {byCost, habitLabel, headCount, headName} from "./headFacts.js";
import {allButOneALayer} from "./silencingCosts.js";
import {meanLoss} from "./tokenLosses.js";

/** From how many bits more surprise on a token is marked. */
const MARKED_BITS = 1;

/** Heads as switches; the line with its surprise, and what comes after the chosen token, with and without them. */
export function silencingFigure(desk: Desk): HTMLElement {
  const {measured} = desk;
  const {model, unit, costs} = measured;
  const heads = Array.from({length: headCount(measured)}, (_, head) => head);
  const state = html`<div class="heads-state"></div>`;
  const silence = (silenced: readonly number[]) => void desk.silence(silenced, state);

  const switches = heads.map((head) => {
    const node =
      html`<button type="button" class="head-switch"><strong>${Math.floor(head / model.nHead) + 1}·${(head % model.nHead) + 1}</strong> <span>${habitLabel(measured, head)}</span></button>` as HTMLButtonElement;
    node.addEventListener("click", () => {
      const {silenced} = desk.state;
      silence(
        silenced.includes(head)
          ? silenced.filter((other) => other !== head)
          : [...silenced, head].sort((a, b) => a - b)
      );
    });
    node.addEventListener("pointerenter", () => desk.set({lit: head}));
    node.addEventListener("pointerleave", () => desk.set({lit: null}));
    return node;
  });
  const panel =
    html`<div class="head-switches" role="group" aria-label="Heads to silence, layer · head">${switches}</div>` as HTMLElement;
  panel.style.setProperty("--heads", String(model.nHead));
  const costliest = byCost(measured)[0]!;
  const presets = [
    button("Silence the costliest", () => silence([costliest])),
    button("All but one in each layer", () => silence(allButOneALayer(costs.rises, model.nHead))),
    button("All heads", () => silence(heads))
  ];
  const reset = button("Hear all again", () => silence([]));
  const strip = tokenStrip(stripData(), {
    label:
      "The line; the deeper a token's colour, the more it surprised the model. Choose one to see what is expected after it",
    markName: "at least one bit more surprising than with all heads",
    onSelect: (query) => desk.set({query})
  });
  const stats = statGrid(statData(), {label: "Loss on this line"});
  const candidates = candidateTable(candidateData());
  const sentence = html`<p class="figure-reading silencing-sentence" role="status"></p>`;

  function stripData() {
    const {line, quiet, query} = desk.state;
    const shown = (quiet ?? line).losses;
    return {
      tokens: line.tokens,
      selected: query,
      steps: line.tokens.map((_, t) => surpriseStep(shown[t]! / Math.LN2)),
      marked: line.tokens.map(
        (_, t) => quiet !== null && (quiet.losses[t]! - line.losses[t]!) / Math.LN2 >= MARKED_BITS
      )
    };
  }
  function statData() {
    const {line, quiet} = desk.state;
    const [heard, without] = [meanLoss(line.losses), quiet ? meanLoss(quiet.losses) : Number.NaN];
    const nats = `nats a ${unit}`;
    return [
      {label: "All heads", value: formatFixed(heard, 3), unit: nats},
      {
        label: "Without the silenced",
        value: formatFixed(without, 3),
        unit: quiet ? nats : undefined
      },
      {label: "Change", value: quiet ? signed(without - heard) : "–", unit: quiet ? nats : undefined}
    ];
  }
  function candidateData() {
    const {line, quiet, query} = desk.state;
    return {
      heard: line.next[query]!,
      quiet: quiet?.next[query] ?? null,
      title: `Expected after ${unit} ${query + 1}, ${tokenName(line.tokens[query]!)}`,
      follows: line.tokens[query + 1] ?? null
    };
  }
  function words(): string {
    const {line, quiet, silenced} = desk.state;
    if (silenced.length === 0)
      return "All heads are heard. Press one to silence it; the model is loaded at the first press.";
    const names = silenced.map((head) => headName(head, model.nHead));
    const which = names.length <= 3 ? names.join(" and ") : `${names.length} of ${heads.length} heads`;
    if (!quiet) return `${capital(which)}: silenced. Reading the line again.`;
    const rise = meanLoss(quiet.losses) - meanLoss(line.losses);
    return `Without ${which} the loss on this line is ${formatFixed(meanLoss(quiet.losses), 3)} nats a ${unit} instead of ${formatFixed(meanLoss(line.losses), 3)}, ${rise >= 0 ? `${formatFixed(rise, 3)} more` : `${formatFixed(-rise, 3)} less`}. ${expectation(candidateData())}`;
  }
  function update(): void {
    const {silenced} = desk.state;
    switches.forEach((node, head) => {
      node.setAttribute("aria-pressed", String(silenced.includes(head)));
      node.classList.toggle("lit", desk.state.lit === head);
    });
    reset.disabled = silenced.length === 0;
    strip.update(stripData());
    stats.update(statData());
    candidates.update(candidateData());
    setText(sentence, words());
  }
  desk.subscribe(update);
  update();
  return html`<figure class="figure silencing">
    ${panel}<p class="button-row">${presets}${reset}</p>${state}${stats}${strip}
    <p class="legend-note">Deeper: more surprising. Underlined: at least one bit more surprising without the silenced heads.</p>
    ${sentence}${candidates}
  </figure>` as HTMLElement;
}

const signed = (x: number): string => `${x > 0 ? "+" : ""}${formatFixed(x, 3)}`;
