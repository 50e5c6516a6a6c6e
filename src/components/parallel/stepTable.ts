import {html} from "htl";
import {asFigure, type Figure} from "../views/figure.js";
import {formatBytes, formatCount, formatDuration, formatFixed} from "../views/format.js";
import type {ComparedStep} from "./comparedRun.js";
import type {Traffic} from "./link.js";

/** What all workers sent in a step, of whatever kind. */
export const totalSent = ({sent}: Pick<ComparedStep, "sent">): Traffic =>
  Object.values(sent).reduce(
    (sum, {messages, bytes}) => ({messages: sum.messages + messages, bytes: sum.bytes + bytes}),
    {messages: 0, bytes: 0}
  );

/** Every step of a team beside the same step of one worker. `team` names it: "4 workers". */
export function stepTable(data: {team: string; steps: readonly ComparedStep[]}): Figure<typeof data> {
  const head = html`<thead></thead>`;
  const body = html`<tbody></tbody>`;
  const node = html`<div class="scroll step-rows" role="region" aria-label="Table of steps" tabindex="0">
    <table>${head}${body}</table></div>`;
  function update({team, steps}: typeof data): void {
    const name = (text: string) => html`<th scope="col" class="number">${text}</th>`;
    head.replaceChildren(
      html`<tr>${["Step", `Loss, ${team}`, "Loss, one worker", "Messages", "Sent", `Time, ${team}`, "Time, one worker", "Copies alike"].map(name)}</tr>`
    );
    body.replaceChildren(...steps.map(row));
  }
  update(data);
  return asFigure(node, update);
}

function row(step: ComparedStep): Element {
  const {messages, bytes} = totalSent(step);
  return html`<tr><th scope="row" class="number">${formatCount(step.step)}</th>
    ${[
      formatFixed(step.loss, 5),
      formatFixed(step.aloneLoss, 5),
      formatCount(messages),
      formatBytes(bytes),
      formatSeconds(step.seconds),
      formatSeconds(step.aloneSeconds),
      step.areAlike === null ? "–" : step.areAlike ? "yes" : "no"
    ].map((text) => html`<td class="number">${text}</td>`)}</tr>`;
}

/** Steps of a small model take tens of milliseconds. */
export const formatSeconds = (seconds: number): string =>
  seconds < 1 ? `${formatCount(1000 * seconds)} ms` : formatDuration(seconds);
