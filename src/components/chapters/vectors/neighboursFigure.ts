import {html} from "htl";
import {setText} from "../../views/figure.js";
import {formatFixed, tokenName, visibleToken} from "../../views/format.js";
import {matrixTable} from "../../views/matrixTable.js";
import {tokenStrip} from "../../views/tokenStrip.js";
import {neighbours, norm} from "./tokenTable.js";

/** Tokens in the list: the nearest, and the farthest. */
const [NEAR, FAR] = [6, 3];

/**
 * The rows of a token table: choose a token and see its numbers, and which other rows point the same way. `onChoose` hears
 * of the token.
 */
export function neighboursFigure(
  rows: readonly Float64Array[],
  vocabulary: readonly string[],
  start: number,
  onChoose: (token: number) => void = () => {}
): HTMLElement {
  let token = start;
  /** The row to compare with; the nearest until the reader chooses. */
  let other = 0;
  const strip = tokenStrip(
    {tokens: vocabulary, selected: token},
    {label: "The vocabulary. Choose a token.", onSelect: choose}
  );
  const width = rows[0]!.length;
  const numbers = matrixTable(numbersOf());
  numbers.classList.add("vectors-plain", "vectors-rows");
  const heading = html`<p class="figure-title"></p>`;
  const body = html`<tbody></tbody>`;
  const reading = html`<p class="figure-reading" aria-live="polite"></p>`;

  function numbersOf() {
    return {
      title: `The rows of two tokens, ${width} numbers each`,
      values: [...rows[token]!, ...rows[other]!],
      rows: [visibleToken(vocabulary[token]!), visibleToken(vocabulary[other]!)],
      columns: Array.from({length: width}, (_, i) => String(i + 1)),
      hue: "value" as const,
      decimals: 3,
      compact: true
    };
  }
  function choose(next: number): void {
    token = next;
    const order = neighbours(rows, token);
    other = order[0]!.token;
    const far = order.slice(Math.max(NEAR, order.length - FAR));
    const named = [...order.slice(0, NEAR), ...far];
    body.replaceChildren(
      ...named.map((neighbour, i) => {
        const button = html`<button type="button" class="neighbour-name" aria-label=${`Compare with ${tokenName(vocabulary[neighbour.token]!)}`}><code>${visibleToken(vocabulary[neighbour.token]!)}</code></button>`;
        button.addEventListener("click", () => {
          other = neighbour.token;
          show();
        });
        return html`<tr class=${i === NEAR ? "neighbour-far" : ""} data-token=${neighbour.token}>
          <th scope="row">${button}</th>
          <td class="cosine-cell"><span class="cosine-track" aria-hidden="true">${cosineBar(neighbour.cosine)}</span></td>
          <td class="number">${formatFixed(neighbour.cosine, 2)}</td></tr>`;
      })
    );
    strip.update({tokens: vocabulary, selected: token});
    setText(heading, `Nearest to ${tokenName(vocabulary[token]!)}, and farthest from it`);
    show();
    onChoose(token);
  }
  function show(): void {
    numbers.update(numbersOf());
    for (const row of body.querySelectorAll("tr"))
      row.classList.toggle("neighbour-chosen", row.dataset.token === String(other));
    const cosine = neighbours(rows, token).find((neighbour) => neighbour.token === other)!.cosine;
    const [a, b] = [tokenName(vocabulary[token]!), tokenName(vocabulary[other]!)];
    setText(
      reading,
      `The cosine of ${a} and ${b} is ${formatFixed(cosine, 2)}. The arrow of ${a} has length ${formatFixed(norm(rows[token]!), 2)}, that of ${b} ${formatFixed(norm(rows[other]!), 2)}.`
    );
  }
  choose(token);
  return html`<figure class="figure neighbours-figure">${strip}
    <div class="neighbours-panes">
      <div>${heading}<table class="neighbours"><thead><tr><th scope="col">token</th><th scope="col"><span class="visually-hidden">bar</span></th><th scope="col">cosine</th></tr></thead>${body}</table></div>
      <div>${numbers}</div>
    </div>${reading}</figure>` as HTMLElement;
}

/** A bar from the middle: to the right for the same direction, to the left and hatched for the opposite. */
function cosineBar(cosine: number): HTMLElement {
  const bar = html`<span class=${cosine < 0 ? "cosine-bar negative" : "cosine-bar"}></span>` as HTMLElement;
  bar.style.width = `${(50 * Math.abs(cosine)).toFixed(1)}%`;
  bar.style.marginLeft = `${(cosine < 0 ? 50 + 50 * cosine : 50).toFixed(1)}%`;
  return bar;
}
