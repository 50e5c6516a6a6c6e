import {html} from "htl";
import {tokenTexts} from "../../text/tokenTexts.js";
import {button, copyButton} from "../../views/buttons.js";
import {surpriseStep} from "../../views/colors.js";
import {asFigure, setText} from "../../views/figure.js";
import {formatCount, formatPlural} from "../../views/format.js";
import {tokenStrip} from "../../views/tokenStrip.js";
import type {Studio, StudioState} from "../studio.js";
import type {WritingState} from "../writing.js";
import {type Panel, say} from "./panel.js";

/** The prompt with its continuation, token by token, and what drives it. With `choose`, a token shows its distribution. */
export function continuationPanel(studio: Studio, {choose = false} = {}): Panel {
  let promptLength = 0;
  let text = () => "";
  const strip = tokenStrip(
    {tokens: []},
    {
      label: "The prompt and its continuation",
      ramp: "surprise",
      flow: "text",
      onSelect: (index) => {
        if (choose && index >= promptLength) studio.select(index - promptLength);
      }
    }
  );
  const goOn = button("Pause", () => {
    const writing = studio.state.writing;
    if (writing?.paused) studio.resume();
    else studio.pause();
  });
  const step = button("One token", () => studio.step());
  const clear = button("Clear", () => studio.clear());
  const state = html`<p class="figure-reading continuation-state" role="status"></p>` as HTMLElement;
  const problem = html`<p class="box-problem" role="alert" hidden></p>` as HTMLElement;
  const node = html`<figure class="figure continuation">
    <p class="figure-title">Continuation</p>
    <div class="continuation-text">${strip}</div>${problem}${state}
    <div class="button-row">${goOn}${step}${clear}${copyButton(() => text())}</div>
  </figure>`;

  return asFigure(node, ({writing, model}: StudioState) => {
    const {prompt = [], tokens = [], bits = []} = writing ?? {};
    const ids = [...prompt, ...tokens];
    const tokenizer = model?.model.tokenizer;
    promptLength = prompt.length;
    text = tokenizer ? () => tokenizer.decode(ids) : () => "";
    const steps = [...prompt.map(() => 0), ...bits.map(surpriseStep)];
    const selected = choose && tokens.length > 0 ? promptLength + (writing?.selected ?? 0) : null;
    strip.update({tokens: tokenizer ? tokenTexts(ids, tokenizer) : [], steps, selected});
    const over = !writing || tokens.length >= writing.steps;
    setText(goOn, writing?.paused ? "Continue" : "Pause");
    goOn.disabled = over;
    step.disabled = over;
    clear.disabled = tokens.length === 0;
    setText(state, writing ? sentence(writing, choose) : "The model continues the prompt here.");
    say(problem, [writing?.problem]);
  });
}

/** A sentence that changes with what happens, but not with every token, since it is read aloud. */
function sentence({tokens, steps, running, paused, stale, prompt}: WritingState, choose: boolean): string {
  if (stale) return "Reading the prompt…";
  if (prompt.length === 0) return "Waiting for a prompt.";
  if (running && !paused) return `Writing ${formatPlural(steps, "token")}, one by one…`;
  if (tokens.length >= steps)
    return `${formatPlural(steps, "token")} written; the stronger the colour, the less probable it was.${choose ? " Choose one to see what it was drawn from." : ""}`;
  return `Paused after ${formatCount(tokens.length)} of ${formatPlural(steps, "token")}.`;
}
