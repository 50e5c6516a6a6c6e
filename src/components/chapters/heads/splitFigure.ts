import {html, svg} from "htl";
import {button} from "../../views/buttons.js";
import {setText, uniqueId} from "../../views/figure.js";
import {formatFixed, visibleToken} from "../../views/format.js";
import type {SplitTrace} from "./split.js";
import {block, projectedRow, sizesOf, splitSteps} from "./splitSteps.js";

/** Numbers of a block that its row of the table shows. */
const SHOWN = 4;
const BAR = 3;
const HEIGHT = 32;

/** Blocks of real numbers on their way through the heads of one layer, step by step. */
export function splitFigure(trace: SplitTrace): HTMLElement {
  const {T, H, D, C} = sizesOf(trace);
  let step = 0;
  const largest = {values: biggest(trace.values), mixed: biggest(trace.mixed)};

  const group = uniqueId("split");
  const radios = splitSteps.map(
    (_, i) => html`<input type="radio" name=${group} value=${i}>` as HTMLInputElement
  );
  radios.forEach((radio, i) => void radio.addEventListener("change", () => goTo(i)));
  const chips = html`<fieldset class="steps"><legend class="visually-hidden">Step</legend>
    ${splitSteps.map(({name}, i) => html`<label>${radios[i]}<span>${i + 1}. ${name}</span></label>`)}</fieldset>`;
  const back = button("Back", () => goTo(step - 1));
  const next = button("Next", () => goTo(step + 1), true);
  const reset = button("Reset", () => goTo(0));
  const shape = html`<code class="split-shape"></code>`;
  const sentence = html`<p class="step-sentence" role="status"></p>`;

  const blocks = Array.from({length: T * H}, (_, i) => {
    const [t, h] = [Math.floor(i / H), i % H];
    const path = svg`<path></path>` as SVGPathElement;
    const place = html`<span class="split-offset"></span>`;
    const note = html`<span class="split-note"></span>`;
    const node =
      html`<div class="split-block">${place}<svg viewBox=${`0 0 ${D * BAR} ${HEIGHT}`} preserveAspectRatio="none">
      <path class="split-axis" d=${`M0 ${HEIGHT / 2}H${D * BAR}`}></path></svg>${note}</div>` as HTMLElement;
    node.querySelector("svg")!.append(path);
    return {t, h, node, path, place, note};
  });
  const names = trace.tokens.map(
    (token, t) =>
      html`<span class="split-token" style=${{"--row": String(t)}}><code>${visibleToken(token)}</code></span>` as HTMLElement
  );
  const headNames = Array.from(
    {length: H},
    (_, h) => html`<span class="split-head" style=${{"--row": String(h)}}>head ${h + 1}</span>` as HTMLElement
  );
  const stage =
    html`<div class="split-stage" aria-hidden="true">${names}${headNames}${blocks.map(({node}) => node)}</div>` as HTMLElement;
  stage.style.setProperty("--tokens", String(T));
  stage.style.setProperty("--heads", String(H));
  const sum = projection(trace);
  const body = html`<tbody></tbody>`;
  const head = html`<tr></tr>`;
  const details = html`<details class="figure-table"><summary>This step as a table</summary>
    <div class="scroll"><table><thead>${head}</thead>${body}</table></div></details>` as HTMLDetailsElement;
  details.addEventListener("toggle", () => details.open && fillTable());
  const node = html`<figure class="figure split">
    <div class="step-controls">${chips}<span class="button-group">${back}${next}${reset}</span></div>
    <p class="split-caption">Shape ${shape}, with B = 1</p>${sentence}
    <div class="split-frame">${stage}${sum}</div>${details}
  </figure>` as HTMLElement;

  function goTo(to: number): void {
    step = Math.max(0, Math.min(splitSteps.length - 1, to));
    const now = splitSteps[step]!;
    radios.forEach((radio, i) => {
      radio.checked = i === step;
    });
    back.disabled = step === 0;
    next.disabled = step === splitSteps.length - 1;
    setText(shape, now.shape(sizesOf(trace)));
    setText(sentence, now.sentence(trace));
    stage.hidden = now.key === "projected";
    sum.hidden = now.key !== "projected";
    stage.classList.toggle("by-head", now.order === "head");
    stage.classList.toggle("has-gaps", now.hasGaps);
    stage.classList.toggle("is-mixed", now.numbers === "mixed");
    for (const {t, h, node, path, place, note} of blocks) {
      const {row, column, offset, numbers} = block(trace, now, t, h);
      node.style.setProperty("--row", String(row));
      node.style.setProperty("--column", String(column));
      node.style.setProperty("--group", String(h));
      path.setAttribute("d", bars(numbers, largest[now.numbers]));
      setText(place, now.order === "head" || column === 0 || now.hasGaps ? String(offset) : "");
      setText(note, noteOf(now.key, t, h));
    }
    if (details.open) fillTable();
  }

  function noteOf(key: string, t: number, h: number): string {
    const token = visibleToken(trace.tokens[t]!);
    if (key === "moved") return token;
    if (key !== "attended") return "";
    const row = trace.weights.slice((h * T + t) * T, (h * T + t) * T + T);
    return `${token}: ${row.map((weight) => formatFixed(weight, 2)).join(" ")}`;
  }

  function fillTable(): void {
    const now = splitSteps[step]!;
    if (now.key === "projected") {
      head.replaceChildren(...["Part", ...firstNames(C)].map((name) => html`<th scope="col">${name}</th>`));
      body.replaceChildren(...parts(trace).map(({name, numbers}) => tableRow([name], numbers)));
      return;
    }
    head.replaceChildren(
      ...["Token", "Head", "Begins in memory at", ...firstNames(D)].map(
        (name) => html`<th scope="col">${name}</th>`
      )
    );
    const ordered = blocks
      .map(({t, h}) => ({t, h, ...block(trace, now, t, h)}))
      .sort((a, b) => a.offset - b.offset);
    body.replaceChildren(
      ...ordered.map(({t, h, offset, numbers}) =>
        tableRow([visibleToken(trace.tokens[t]!), String(h + 1), String(offset)], numbers)
      )
    );
  }

  goTo(0);
  return node;
}

const firstNames = (count: number): string[] =>
  Array.from({length: Math.min(SHOWN, count)}, (_, i) => `Number ${i + 1}`);

const tableRow = (names: readonly string[], numbers: readonly number[]): Element =>
  html`<tr>${names.map((name) => html`<td>${name}</td>`)}${numbers.slice(0, SHOWN).map((x) => html`<td>${formatFixed(x, 3)}</td>`)}</tr>`;

/** What is added up for the last token. */
function parts(trace: SplitTrace): {name: string; numbers: readonly number[]}[] {
  const {H, C} = sizesOf(trace);
  return [
    ...Array.from({length: H}, (_, h) => ({
      name: `head ${h + 1}`,
      numbers: trace.contributions.slice(h * C, (h + 1) * C)
    })),
    {name: "bias", numbers: trace.bias},
    {name: "sum", numbers: projectedRow(trace)}
  ];
}

function projection(trace: SplitTrace): HTMLElement {
  const {C} = sizesOf(trace);
  const rows = parts(trace);
  const scale = Math.max(...rows.map(({numbers}) => biggest(numbers)));
  return html`<div class="split-sum" aria-hidden="true">${rows.map(
    ({
      name,
      numbers
    }) => html`<div><span>${name}</span><svg viewBox=${`0 0 ${C * BAR} ${HEIGHT}`} preserveAspectRatio="none">
      <path class="split-axis" d=${`M0 ${HEIGHT / 2}H${C * BAR}`}></path><path d=${bars(numbers, scale)}></path></svg></div>`
  )}</div>` as HTMLElement;
}

function bars(numbers: readonly number[], scale: number): string {
  const middle = HEIGHT / 2;
  return numbers
    .map(
      (x, i) => `M${i * BAR + BAR / 2} ${middle}v${(scale > 0 ? (-x / scale) * (middle - 1) : 0).toFixed(1)}`
    )
    .join("");
}

const biggest = (numbers: readonly number[]): number =>
  numbers.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
