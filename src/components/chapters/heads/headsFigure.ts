import {html} from "htl";
import {textBox} from "../../studio/panels/textBox.js";
import {button} from "../../views/buttons.js";
import {attentionStep} from "../../views/colors.js";
import {setText} from "../../views/figure.js";
import {capital} from "../../views/format.js";
import {heatMap} from "../../views/heatMap.js";
import {tokenStrip} from "../../views/tokenStrip.js";
import type {Desk} from "./desk.js";
import {habitGrid} from "./habitGrid.js";
import {habitLabel, headCount, headName, headSentence} from "./headFacts.js";

/** The longest text taken, in characters: more than any line of tokens needs. */
const LIMIT = 400;
/** Milliseconds without a key before a line is read. */
const REST = 400;

/**
 * Every head's map of one line with the name of its habit; the chosen head's large, and where it looks from a token.
 */
export function headsFigure(desk: Desk): HTMLElement {
  const {measured} = desk;
  const {model} = measured;
  const labels = Array.from({length: headCount(measured)}, (_, head) => habitLabel(measured, head));
  const state = html`<div class="heads-state"></div>`;

  const grid = habitGrid(gridData(), {onSelect: (head) => desk.set({head})});
  const strip = tokenStrip(stripData(), {
    label: "The line. Choose the token that asks; the deeper a token's colour, the more attention it gets",
    ramp: "attention",
    onSelect: (query) => desk.set({query})
  });
  const map = heatMap(mapData(), {onSelect: (query) => desk.set({query})});
  const sentence = html`<p class="heads-sentence" role="status"></p>`;
  const box = textBox({
    label: "A line of your own",
    rows: 2,
    limit: LIMIT,
    rest: REST,
    onText: (text) => void read(text)
  });
  const again = button("Reset", () => {
    desk.reset();
    box.show(desk.recorded.tokens.join(""), [], null);
    state.replaceChildren();
  });
  box.show(desk.recorded.tokens.join(""), [], null);

  async function read(text: string): Promise<void> {
    try {
      const remarks = await desk.read(text, state);
      if (remarks) box.show(text, remarks, null);
    } catch (error) {
      box.show(text, [], (error as Error).message);
    }
  }

  function gridData() {
    const {line, head, lit} = desk.state;
    return {
      attention: line.attention,
      size: line.tokens.length,
      nLayer: model.nLayer,
      nHead: model.nHead,
      causal: model.causal,
      labels,
      selected: head,
      lit
    };
  }
  function weights(): Float32Array {
    const {line, head} = desk.state;
    const T = line.tokens.length;
    return line.attention.subarray(head * T * T, (head + 1) * T * T);
  }
  function stripData() {
    const {line, query} = desk.state;
    const T = line.tokens.length;
    return {
      tokens: line.tokens,
      selected: query,
      steps: Array.from(weights().subarray(query * T, (query + 1) * T), attentionStep)
    };
  }
  function mapData() {
    const {line, head, query} = desk.state;
    return {
      weights: weights(),
      tokens: line.tokens,
      causal: model.causal,
      title: `${capital(headName(head, model.nHead))}: ${labels[head]}`,
      selected: query
    };
  }
  function update(): void {
    grid.update(gridData());
    strip.update(stripData());
    map.update(mapData());
    setText(sentence, headSentence(measured, desk.state.head));
    again.disabled = !desk.isChanged();
  }
  desk.subscribe(update);
  update();
  return html`<figure class="figure heads-figure">
    <div class="heads-columns"><div>${grid}${sentence}</div><div class="heads-map">${strip}${map}</div></div>
    <div class="heads-line">${box}<p class="button-row">${again}</p>${state}</div>
  </figure>` as HTMLElement;
}
