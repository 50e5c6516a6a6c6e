import {html, svg} from "htl";
import {rotaryAngles} from "../../ops/rotaryAngles.js";
import {setText} from "../../views/figure.js";
import {formatFixed, tokenName} from "../../views/format.js";
import {lineChart} from "../../views/lineChart.js";
import {rangeInput} from "../../views/rangeInput.js";
import type {OrderPage} from "./orderPage.js";
import {contributions, type Hand, hands, rotaryScore} from "./rotation.js";

const LAST = 63;
const START = {query: 14, key: 13};
/** Half the side of a clock, in its own units, and the length of its longest hand. */
const RADIUS = 50;
const LONGEST = 42;

/** The pairs of a real query and a real key as hands of clocks that turn with their positions. */
export function rotaryFigure({query, key, layer, head}: OrderPage["rotary"]): HTMLElement {
  const D = query.vector.length;
  let {query: m, key: n} = START;
  const speeds = rotaryAngles(1, 1, D);
  const longest = Math.max(...[query, key].flatMap(({vector}) => hands(vector, 0).map(({length}) => length)));

  const slider = (label: string, value: number, hint?: string) =>
    rangeInput({label, min: 0, max: LAST, step: 1, value, ...(hint && {hint})});
  const sliders = {
    query: slider("Position of the query", m),
    key: slider("Position of the key", n),
    both: slider("Both together", n, "Moves the key, and the query with it at the same distance.")
  };
  const clocks = Array.from(speeds, (_, i) => clock(i));
  const score = html`<p class="order-verdict" role="status"></p>`;
  const body = html`<tbody></tbody>`;
  const chart = lineChart(chartData(), {height: 180});

  function chartData() {
    const curve = Array.from({length: LAST + 1}, (_, distance) => [distance, scoreAt(distance, 0)] as const);
    const scores = curve.map(([, y]) => y);
    return {
      label: "Score by distance",
      x: {label: "distance: query's position less key's", min: 0, max: LAST},
      y: {label: "score", min: Math.min(0, ...scores), max: Math.max(...scores) * 1.08},
      lines: [{name: "score", stroke: "var(--query)", points: curve}],
      dots: m < n ? [] : [{x: m - n, y: scoreAt(m, n), fill: "var(--query)"}],
      reading:
        m < n
          ? "The key stands after the query: the causal mask would hide it."
          : `At distance ${m - n} the score is ${formatFixed(scoreAt(m, n), 3)}, wherever the two stand.`
    };
  }
  function scoreAt(m: number, n: number): number {
    return rotaryScore({...query, position: m}, {...key, position: n});
  }

  function show(): void {
    const [q, k] = [hands(query.vector, m), hands(key.vector, n)];
    const parts = contributions(q, k);
    clocks.forEach(({update}, i) => {
      update(q[i]!, k[i]!, longest, parts[i]!);
    });
    setText(
      score,
      `Score ${formatFixed(scoreAt(m, n), 3)} for the query of ${tokenName(query.token)} at position ${m} and the key of ${tokenName(key.token)} at position ${n}: distance ${signed(m - n)}.`
    );
    body.replaceChildren(
      ...parts.map(
        (
          part,
          i
        ) => html`<tr><th scope="row">${i} and ${i + D / 2}</th><td class="number">${formatFixed(speeds[i]!, 3)}</td>
          <td class="number">${degrees(q[i]!.angle)}</td><td class="number">${degrees(k[i]!.angle)}</td>
          <td class="number">${formatFixed(part, 3)}</td></tr>`
      )
    );
    chart.update(chartData());
  }
  function move(next: {query?: number; key?: number}): void {
    m = next.query ?? m;
    n = next.key ?? n;
    sliders.query.value = m;
    sliders.key.value = n;
    sliders.both.value = n;
    show();
  }
  sliders.query.addEventListener("input", () => move({query: sliders.query.value}));
  sliders.key.addEventListener("input", () => move({key: sliders.key.value}));
  sliders.both.addEventListener("input", () => {
    const distance = m - n;
    const next = Math.max(Math.max(0, -distance), Math.min(LAST - Math.max(0, distance), sliders.both.value));
    move({key: next, query: next + distance});
  });
  const reset = html`<button type="button" class="button">Reset</button>`;
  reset.addEventListener("click", () => move(START));
  show();

  return html`<figure class="figure order-rotary" aria-label="Pairs of a query and a key turn with their positions">
    <p class="figure-title">Layer ${layer + 1}, head ${head + 1} of the recorded model with RoPE: ${D / 2} pairs of ${D} numbers</p>
    <p class="legend"><span class="order-hand-key order-hand-query"></span>query, ${tokenName(query.token)}
      <span class="order-hand-key order-hand-key-dashed"></span>key, ${tokenName(key.token)} (dashed)</p>
    <div class="order-clocks">${clocks.map(({node}) => node)}</div>
    ${score}
    <div class="order-sliders">${sliders.both}${sliders.query}${sliders.key}</div>
    <p class="button-row">${reset}</p>
    ${chart}
    <details class="figure-table"><summary>The hands as a table</summary><div class="scroll"><table>
      <thead><tr><th scope="col">Numbers</th><th scope="col">Radians a position</th><th scope="col">Query’s angle</th>
        <th scope="col">Key’s angle</th><th scope="col">Adds to the score</th></tr></thead>${body}</table></div></details>
  </figure>` as HTMLElement;

  function clock(i: number) {
    const hand = (kind: string) =>
      svg`<line class=${`order-hand order-hand-${kind}`} x1="0" y1="0" x2="0" y2="0"></line>` as SVGLineElement;
    const [queryHand, keyHand] = [hand("query"), hand("of-key")];
    const added = html`<span></span>`;
    const turn = (2 * Math.PI) / speeds[i]!;
    const node = html`<div class="order-clock"><svg viewBox="-52 -52 104 104" aria-hidden="true">
      <circle r=${RADIUS} class="order-dial"></circle>${keyHand}${queryHand}</svg>
      <p>Pair ${i + 1}: a turn in ${formatFixed(turn, turn < 100 ? 1 : 0)} positions</p><p>adds ${added}</p></div>`;
    const point = (line: SVGLineElement, {length, angle}: Hand, longest: number) => {
      // Counter-clockwise from the right, as angles are drawn in mathematics; SVG's y points down.
      line.setAttribute("x2", ((LONGEST * length * Math.cos(angle)) / longest).toFixed(2));
      line.setAttribute("y2", ((-LONGEST * length * Math.sin(angle)) / longest).toFixed(2));
    };
    return {
      node,
      update(query: Hand, key: Hand, longest: number, part: number) {
        point(queryHand, query, longest);
        point(keyHand, key, longest);
        setText(added, formatFixed(part, 2));
      }
    };
  }
}

const signed = (x: number): string => String(x).replace("-", "−");
/** An angle in whole degrees, 0 … 359. */
const degrees = (angle: number): string => `${((Math.round((angle * 180) / Math.PI) % 360) + 360) % 360}°`;
