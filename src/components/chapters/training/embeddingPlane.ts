import {html, svg} from "htl";
import {asFigure, type Figure, setText} from "../../views/figure.js";
import {formatPercent, visibleToken} from "../../views/format.js";

export interface EmbeddingData {
  /** Where each token lies. */
  places: readonly (readonly [x: number, y: number])[];
  /** What to say about them. */
  reading: string;
}

export interface EmbeddingOptions {
  vocabulary: readonly string[];
  /** The largest coordinate, either way, that is ever shown. */
  reach: number;
  /** The share of the table's variance that the plane shows when training is over. */
  share: number;
}

const SIDE = 340;
const MARGIN = 14;

/** Kinds of token, each with a colour; the token itself is written, so that no colour has to be told from another. */
const KINDS = [
  {name: "vowels", kind: "vowel", of: /^[aeiou]$/},
  {name: "other small letters", kind: "small", of: /^\p{Ll}$/u},
  {name: "capitals", kind: "capital", of: /^\p{Lu}$/u},
  {name: "marks and spaces", kind: "mark", of: /./su}
] as const;

export const kindOf = (token: string) => KINDS.find(({of}) => of.test(token))?.kind ?? "mark";

/** The token table seen in one plane that stays the same, each token at its place; `update` moves them. */
export function embeddingPlane(
  data: EmbeddingData,
  {vocabulary, reach, share}: EmbeddingOptions
): Figure<EmbeddingData> {
  const scale = (SIDE / 2 - MARGIN) / reach;
  // A text that is moved is laid out again, and one in a group that is moved is not.
  const tokens = vocabulary.map(
    (token) =>
      svg`<g class="embedded-token" data-kind=${kindOf(token)}><text text-anchor="middle" dy="0.35em">${visibleToken(token)}</text></g>` as SVGGElement
  );
  const plot = svg`<svg class="embedding-plane" viewBox=${`0 0 ${SIDE} ${SIDE}`} role="img"
    aria-label=${`The ${vocabulary.length} rows of the token table in a plane`}>
    <path class="embedding-axes" d=${`M0 ${SIDE / 2}H${SIDE}M${SIDE / 2} 0V${SIDE}`}></path>${tokens}</svg>`;
  const reading = html`<p class="figure-reading"></p>`;
  const used = KINDS.filter(({kind}) => vocabulary.some((token) => kindOf(token) === kind));
  const node = html`<div class="embedding">
    <p class="figure-title">The embeddings: what each token is to the model</p>${plot}
    <p class="legend">${used.map(({name, kind}) => html`<span class="embedding-key" data-kind=${kind}>${name}</span>`)}</p>
    ${reading}<p class="figure-note">The plane is that of the last checkpoint’s two principal components, and shows
    ${formatPercent(share)} of its variance.</p></div>`;

  function update(next: EmbeddingData): void {
    next.places.forEach(([x, y], token) => {
      const [left, top] = [SIDE / 2 + x * scale, SIDE / 2 - y * scale];
      tokens[token]!.style.transform = `translate(${left.toFixed(1)}px, ${top.toFixed(1)}px)`;
    });
    setText(reading, next.reading);
  }
  update(data);
  return asFigure(node, update);
}
