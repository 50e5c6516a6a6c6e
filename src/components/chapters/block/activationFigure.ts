import {html} from "htl";
import {setText} from "../../views/figure.js";
import {formatFixed} from "../../views/format.js";
import {rangeInput} from "../../views/rangeInput.js";
import {roundTicks} from "../../views/ticks.js";
import type {ActivationCurves} from "./activationCurves.js";
import {curveChart} from "./curveChart.js";

const HEIGHT = 260;
/** Told apart by dashes: colours mean queries, keys and values. The two forms of GELU lie on each other. */
const STYLES = [
  {stroke: "var(--ink)", dash: ""},
  {stroke: "var(--ink-soft)", dash: "9 5"},
  {stroke: "var(--ink)", dash: "2 5"},
  {stroke: "var(--ink-soft)", dash: "12 3 2 3"}
];

/** The bends that a feed-forward layer can have, with their slopes, as the model's own operations compute them. */
export function activationFigure({x, curves}: ActivationCurves): HTMLElement {
  const slider = rangeInput({
    label: "Input",
    min: x[0]!,
    max: x.at(-1)!,
    step: x[1]! - x[0]!,
    value: -1,
    format: (value) => formatFixed(value, 1)
  });
  const frames = [html`<div class="gradient-frame"></div>`, html`<div class="gradient-frame"></div>`];
  const rows = html`<tbody></tbody>`;
  const reading = html`<p class="figure-reading" aria-live="polite"></p>`;
  const index = () => Math.round((slider.value - x[0]!) / (x[1]! - x[0]!));
  const reset = html`<button type="button" class="button">Reset</button>`;
  const node = html`<figure class="figure activation-figure">
    <div class="chart-panes"><div><p class="figure-title">Value</p>${frames[0]}</div>
      <div><p class="figure-title">Slope: what the backward pass multiplies by</p>${frames[1]}</div></div>
    <div class="switches">${slider}${reset}</div>
    <table class="run-rows"><thead><tr><td></td><th scope="col">Function</th><th scope="col">Value</th><th scope="col">Slope</th></tr></thead>${rows}</table>
    ${reading}</figure>` as HTMLElement;

  function draw(): void {
    const i = index();
    const at = formatFixed(x[i]!, 1);
    for (const [f, key] of (["value", "slope"] as const).entries()) {
      const description = `${key} of ${curves.map(({name}) => name).join(", ")} from −4 to 4; the table has the numbers at ${at}.`;
      frames[f]!.replaceChildren(plot(key, i, description, Math.max(260, frames[f]!.clientWidth || 420)));
    }
    rows.replaceChildren(
      ...curves.map(
        (
          {name, value, slope},
          c
        ) => html`<tr><td><svg width="34" height="8" aria-hidden="true"><line x1="0" x2="34" y1="4" y2="4"
          stroke=${STYLES[c]!.stroke} stroke-width="2.5" stroke-dasharray=${STYLES[c]!.dash}></line></svg></td>
          <th scope="row">${name}</th><td>${formatFixed(value[i]!, 3)}</td><td>${formatFixed(slope[i]!, 3)}</td></tr>`
      )
    );
    setText(
      reading,
      `At ${at}: ${curves.map(({name, value, slope}) => `${name} ${formatFixed(value[i]!, 3)}, slope ${formatFixed(slope[i]!, 3)}`).join("; ")}.`
    );
  }

  function plot(key: "value" | "slope", i: number, description: string, width: number): Element {
    const all = curves.flatMap((curve) => curve[key]);
    const domain = [Math.min(...all) - 0.05, Math.max(...all) + 0.05] as const;
    return curveChart({
      width,
      height: HEIGHT,
      left: 34,
      label: description,
      x: {
        domain: [x[0]!, x.at(-1)!],
        ticks: roundTicks(x[0]!, x.at(-1)!, 4),
        label: "input",
        format: (input) => formatFixed(input, 0)
      },
      y: {
        domain,
        ticks: roundTicks(...domain, 5),
        label: key,
        format: (y) => formatFixed(y, key === "value" ? 0 : 1)
      },
      curves: curves.map((curve, c) => ({
        ...STYLES[c]!,
        width: 2,
        points: x.map((input, j) => ({x: input, y: curve[key][j]!})),
        dots: i
      })),
      rules: [{x: x[i]!, stroke: "var(--rule)"}]
    });
  }
  slider.addEventListener("input", draw);
  reset.addEventListener("click", () => {
    slider.value = -1;
    draw();
  });
  draw();
  if (typeof ResizeObserver === "function") new ResizeObserver(draw).observe(frames[0]!);
  return node;
}
