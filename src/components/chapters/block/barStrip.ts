import {html, svg} from "htl";
import {type Hue, hue} from "../../views/colors.js";
import {asFigure, type Figure} from "../../views/figure.js";
import {formatFixed} from "../../views/format.js";

export interface BarStripData {
  title: string;
  values: readonly number[];
  /** The magnitude at which a bar is as long as it gets. */
  limit: number;
  hue: Hue;
  /** What the bars are in a sentence. */
  reading: string;
}

const [WIDTH, HEIGHT] = [960, 110];

/** A vector as bars around zero, one for each number. */
export function barStrip(data: BarStripData): Figure<BarStripData> {
  const bars = svg`<path></path>`;
  const cut = svg`<path class="bar-cut-off"></path>`;
  const zero = svg`<line x1="0" x2=${WIDTH} y1=${HEIGHT / 2} y2=${HEIGHT / 2}></line>`;
  const drawing = html`<svg viewBox=${`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img"></svg>`;
  drawing.append(zero, bars, cut);
  const title = html`<span class="strip-title"></span>`;
  const reading = html`<span class="strip-reading"></span>`;
  const scale = html`<span class="strip-scale"></span>`;
  const node = html`<div class="bar-strip"><p>${title} ${reading}</p>${drawing}<p>${scale}</p></div>`;
  function update(next: BarStripData): void {
    title.textContent = next.title;
    reading.textContent = next.reading;
    scale.textContent = `from −${formatFixed(next.limit, 1)} to ${formatFixed(next.limit, 1)}`;
    drawing.setAttribute("aria-label", `${next.title} ${next.reading}`);
    (node as HTMLElement).style.setProperty("--hue", hue(next.hue));
    bars.setAttribute("d", barPath(next.values, next.limit));
    cut.setAttribute("d", cutPath(next.values, next.limit));
  }
  update(data);
  return asFigure(node, update);
}

/** All bars as one path. */
export function barPath(values: readonly number[], limit: number): string {
  const step = WIDTH / values.length;
  const middle = HEIGHT / 2;
  return values
    .map((value, i) => {
      const length = (Math.max(-1, Math.min(1, value / limit)) * middle).toFixed(1);
      return `M${(i * step + 0.15 * step).toFixed(1)} ${middle}v${-Number(length)}h${(0.7 * step).toFixed(1)}V${middle}z`;
    })
    .join("");
}

/** A mark at the end of every bar that does not fit. */
function cutPath(values: readonly number[], limit: number): string {
  const step = WIDTH / values.length;
  return values
    .map((value, i) =>
      Math.abs(value) > limit
        ? `M${(i * step).toFixed(1)} ${value > 0 ? 0 : HEIGHT - 4}h${step.toFixed(1)}v4h${(-step).toFixed(1)}z`
        : ""
    )
    .join("");
}
