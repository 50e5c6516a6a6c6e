import {html} from "htl";
import {asFigure, type Figure, setText} from "../../views/figure.js";
import {formatPercent, tokenName, visibleToken} from "../../views/format.js";
import type {Candidate} from "./headLine.js";

export interface CandidateData {
  title: string;
  /** With all heads, likeliest first. */
  heard: readonly Candidate[];
  /** Without some; null while none is silenced. */
  quiet: readonly Candidate[] | null;
  /** What does come next, if it is known. */
  follows: string | null;
}

const ROWS = 6;

/** What may come next with all heads and without some, side by side. */
export function candidateTable(data: CandidateData): Figure<CandidateData> {
  const caption = html`<caption></caption>`;
  const rows = Array.from({length: ROWS}, () => {
    const cells = {
      token: html`<code></code>`,
      note: html`<span class="candidate-note"></span>`,
      heard: bar(),
      quiet: bar()
    };
    const node =
      html`<tr><th scope="row">${cells.token}${cells.note}</th><td>${cells.heard.node}</td><td>${cells.quiet.node}</td></tr>` as HTMLElement;
    return {...cells, node};
  });
  const node = html`<table class="candidates">${caption}<thead><tr><th scope="col">Token</th>
    <th scope="col">All heads</th><th scope="col">Without the silenced</th></tr></thead>
    <tbody>${rows.map(({node}) => node)}</tbody></table>`;

  function update({title, heard, quiet, follows}: CandidateData): void {
    setText(caption, title);
    const shown = together(heard, quiet);
    rows.forEach(({node, token, note, heard: left, quiet: right}, i) => {
      const name = shown[i];
      node.style.visibility = name === undefined ? "hidden" : "";
      if (name === undefined) return;
      setText(token, visibleToken(name));
      setText(note, name === follows ? " follows" : "");
      left.update(probabilityOf(heard, name));
      right.update(quiet ? probabilityOf(quiet, name) : null);
    });
  }
  update(data);
  return asFigure(node, update);
}

/** The likeliest tokens of both lists, the larger of a token's probabilities first. */
export function together(
  heard: readonly Candidate[],
  quiet: readonly Candidate[] | null,
  rows = ROWS
): string[] {
  const most = new Map<string, number>();
  for (const {token, probability} of [...heard, ...(quiet ?? [])])
    most.set(token, Math.max(probability, most.get(token) ?? 0));
  return [...most]
    .sort(([, a], [, b]) => b - a)
    .slice(0, rows)
    .map(([token]) => token);
}

/** The likeliest token before and after, in a sentence. */
export function expectation({heard, quiet, follows}: CandidateData): string {
  const best = heard[0]!;
  const now = quiet?.[0];
  if (!now || !quiet) return "";
  const likely = `At the chosen place the likeliest was ${tokenName(best.token)} with ${formatPercent(best.probability)}`;
  const after =
    now.token === best.token
      ? `and still is, with ${formatPercent(now.probability)}`
      : `and is now ${tokenName(now.token)} with ${formatPercent(now.probability)}`;
  const next =
    follows === null || (follows === best.token && follows === now.token)
      ? ""
      : ` What follows, ${tokenName(follows)}, went from ${formatPercent(probabilityOf(heard, follows))} to ${formatPercent(probabilityOf(quiet, follows))}.`;
  return `${likely} ${after}.${next}`;
}

/** NaN where a shortened list does not have the token. */
const probabilityOf = (list: readonly Candidate[], token: string): number =>
  list.find((candidate) => candidate.token === token)?.probability ?? Number.NaN;

function bar() {
  const fill = html`<span class="candidate-bar"></span>` as HTMLElement;
  const text = html`<span class="candidate-number"></span>`;
  return {
    node: html`<span class="candidate">${fill}${text}</span>`,
    update(probability: number | null): void {
      fill.style.setProperty("--share", String(probability ? Math.min(1, probability) : 0));
      setText(text, probability === null ? "–" : formatPercent(probability));
    }
  };
}
