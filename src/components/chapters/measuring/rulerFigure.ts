import {html, svg} from "htl";
import {setText} from "../../views/figure.js";
import {formatBytes, formatFixed, formatPercent} from "../../views/format.js";
import {rangeInput} from "../../views/rangeInput.js";
import {statGrid} from "../../views/statGrid.js";
import {drawAtWidth} from "../../views/watchWidth.js";
import {type Mark, scales, scaleTicks, stacked} from "./ruler.js";

export interface RulerData {
  unit: string;
  /** Tokens of the vocabulary: the ruler ends at the blind guess among them, if no mark is worse. */
  vocabSize: number;
  charactersPerToken: number;
  marks: readonly Mark[];
  /** Of `marks`, the one that the slider begins at. */
  start: number;
}

const [LEFT, RIGHT, TOP, ROW, LETTER] = [8, 72, 10, 34, 15];
/** Characters of the text whose compressed size is told. */
const MILLION = 1_000_000;

/** One loss in every unit: a slider along scales that stand above one another, and the losses of known models on them. */
export function rulerFigure({unit, vocabSize, charactersPerToken, marks, start}: RulerData): HTMLElement {
  const most = Math.max(Math.log(vocabSize), ...marks.map(({nats}) => nats));
  const all = scales(unit, charactersPerToken);
  let room = 0;
  let nats = marks[start]!.nats;

  const frame = html`<div class="ruler"></div>` as HTMLElement;
  const here = svg`<line class="ruler-here"></line>` as SVGElement;
  const px = (at: number) => LEFT + (at / most) * room;
  function draw(width: number): void {
    room = width - LEFT - RIGHT;
    const rows = stacked(
      marks.map((mark) => px(mark.nats)),
      13
    );
    const top = TOP + (Math.max(...rows) + 1) * LETTER;
    const height = top + all.length * ROW + 6;
    frame.replaceChildren(svg`<svg width=${width} height=${height} viewBox=${`0 0 ${width} ${height}`} role="img"
      aria-label=${`Scales of ${all.map(({name}) => name).join(", ")} above one another, with the losses of ${marks.map(({name}) => name).join(", ")}`}>
      ${marks.map(
        (
          mark,
          i
        ) => svg`<g class="ruler-mark"><line x1=${px(mark.nats)} x2=${px(mark.nats)} y1=${top - rows[i]! * LETTER - 2} y2=${top + all.length * ROW - 12}></line>
          <text x=${px(mark.nats)} y=${top - rows[i]! * LETTER - 5} text-anchor="middle">${mark.letter}</text></g>`
      )}
      ${all.map((scale, row) => {
        const y = top + row * ROW + 12;
        return svg`<g class="ruler-scale"><line x1=${px(0)} x2=${px(most)} y1=${y} y2=${y}></line>
          <text class="ruler-name" x=${px(most) + 8} y=${y + 4}>${scale.short}</text>
          ${scaleTicks(scale, most, (42 / room) * most).map(
            ({value, nats: at}) => svg`<line x1=${px(at)} x2=${px(at)} y1=${y} y2=${y + 4}></line>
              <text x=${px(at)} y=${y + 16} text-anchor="middle">${String(value)}</text>`
          )}</g>`;
      })}${here}</svg>`);
    here.setAttribute("y1", String(top));
    here.setAttribute("y2", String(height));
    point();
  }
  function point(): void {
    for (const end of ["x1", "x2"]) here.setAttribute(end, px(nats).toFixed(1));
  }

  const stats = statGrid(statsOf(nats), {label: "The same loss in every unit"});
  const reading = html`<p class="figure-reading" role="status"></p>`;
  function statsOf(at: number) {
    return all.map(({name, of, decimals}) => ({label: name, value: formatFixed(of(at), decimals)}));
  }
  function take(next: number): void {
    nats = next;
    point();
    stats.update(statsOf(nats));
    const mark = marks.find((mark) => Math.abs(mark.nats - nats) < 0.0006);
    const bytes = (nats / Math.LN2 / charactersPerToken / 8) * MILLION;
    setText(
      reading,
      `${mark ? `${mark.letter}, ${mark.name}: ` : ""}as if each ${unit} had a probability of ${formatPercent(Math.exp(-nats))}, or as hard as an even choice among ${formatFixed(Math.exp(nats), 2)}. A million characters could be written in ${formatBytes(bytes)}.`
    );
  }
  const slider = rangeInput({
    label: "Loss",
    min: 0,
    max: Math.ceil(most * 1000) / 1000,
    step: 0.001,
    value: nats,
    format: (at) => `${formatFixed(at, 3)} nats`
  });
  slider.addEventListener("input", () => take(slider.value));
  const buttons = marks.map((mark) => {
    const button = html`<button type="button" class="button button-small"><b>${mark.letter}</b> ${mark.name}</button>`;
    button.addEventListener("click", () => {
      slider.value = mark.nats;
      take(mark.nats);
    });
    return button;
  });
  drawAtWidth(frame, draw);
  take(nats);
  return html`<figure class="figure ruler-figure"><p class="figure-title">One loss, told in ${all.length} units</p>
    ${slider}${frame}<p class="button-row">${buttons}</p>${stats}${reading}</figure>` as HTMLElement;
}
