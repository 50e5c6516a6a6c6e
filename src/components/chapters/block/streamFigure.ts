import {html} from "htl";
import {asFigure, type Figure, setText} from "../../views/figure.js";
import {formatFixed, tokenName} from "../../views/format.js";
import type {LineTrace, Stage} from "./lineTrace.js";

export interface StreamData {
  tokens: readonly string[];
  stages: LineTrace["stages"];
  position: number;
}

/** The norm of the residual stream after every layer, and of what each layer adds to it, at one token. */
export function streamFigure(data: StreamData): Figure<StreamData> {
  const rows = html`<tbody></tbody>`;
  const reading = html`<p class="figure-reading" aria-live="polite"></p>`;
  const node = html`<figure class="figure stream-figure">
    <table class="stream-table"><caption class="figure-title">Length of the stream, and of what each layer adds</caption>
      <thead><tr><th scope="col">Layer</th><th scope="col"><span class="visually-hidden">Bars</span></th>
      <th scope="col">Adds</th><th scope="col">Stream</th></tr></thead>${rows}</table>${reading}</figure>`;
  function update({tokens, stages, position}: StreamData): void {
    const most = Math.max(...stages.flatMap(({norms}) => norms));
    rows.replaceChildren(
      ...stages.map(({name, norms, added}) => {
        const share = (value: number) => ({width: `${((100 * value) / most).toFixed(1)}%`});
        return html`<tr><th scope="row">${name}</th>
          <td class="stream-bars"><div class="stream-bar" style=${share(norms[position]!)}></div>
            <div class="added-bar" style=${share(added?.[position] ?? 0)}></div></td>
          <td>${added ? formatFixed(added[position]!, 1) : "–"}</td><td>${formatFixed(norms[position]!, 1)}</td></tr>`;
      })
    );
    setText(reading, streamSentence(tokens, stages, position));
  }
  update(data);
  return asFigure(node, update);
}

/** Where the stream begins and ends at a token, and which layer adds most. */
export function streamSentence(
  tokens: readonly string[],
  stages: readonly Stage[],
  position: number
): string {
  const most = stages.reduce((a, b) => ((b.added?.[position] ?? 0) > (a.added?.[position] ?? 0) ? b : a));
  return `Token ${position + 1}, ${tokenName(tokens[position]!)}: the stream enters with length ${formatFixed(stages[0]!.norms[position]!, 1)} and leaves with ${formatFixed(stages.at(-1)!.norms[position]!, 1)}. Most is added by ${most.name}: ${formatFixed(most.added?.[position] ?? 0, 1)}.`;
}

/** Means over all tokens, for prose: the stream's length at either end, and the layer that adds most. */
export function streamMeans(stages: readonly Stage[]): {
  first: number;
  last: number;
  most: string;
  added: number;
} {
  const mean = (values: readonly number[] = []) =>
    values.reduce((sum, value) => sum + value, 0) / (values.length || 1);
  const most = stages.reduce((a, b) => (mean(b.added) > mean(a.added) ? b : a));
  return {
    first: mean(stages[0]!.norms),
    last: mean(stages.at(-1)!.norms),
    most: most.name,
    added: mean(most.added)
  };
}
