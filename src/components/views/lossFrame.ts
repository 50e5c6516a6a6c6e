import {html} from "htl";
import {messageOf} from "../errorMessage.js";
import {asFigure, type Figure, setText} from "./figure.js";
import {type LossData, lossSummary} from "./lossData.js";
import {drawAtWidth} from "./watchWidth.js";

/** What draws the curves: `plotLoss`. */
export type DrawLoss = (data: LossData, width: number, summary: string) => Element;

const HEIGHT = 300;
/** Height with other runs' curves, which need room to be told apart. */
const TALL = 400;

/** CSS pixels. */
export const plotHeight = ({others = []}: LossData): number => (others.length > 0 ? TALL : HEIGHT);

/**
 * A loss chart around its drawing, which may still be on its way: legend and reading are there at once and the
 * drawing's room is kept, so that nothing moves when it comes. A drawing that cannot be fetched is told in its place.
 */
export function lossFrame(data: LossData, drawing: DrawLoss | Promise<DrawLoss>): Figure<LossData> {
  let current = data;
  let plot = typeof drawing === "function" ? drawing : null;
  const frame = html`<div class="loss-frame"></div>` as HTMLElement;
  const caption = html`<figcaption class="figure-reading"></figcaption>`;
  const node = html`<figure class="figure loss-chart">
    <p class="legend"><span class="line-key line-train"></span>training
      <span class="line-key line-validation"></span>validation</p>
    ${frame}${caption}</figure>`;

  function draw(width: number): void {
    const summary = lossSummary(current);
    setText(caption, summary);
    frame.style.minHeight = `${plotHeight(current)}px`;
    if (plot) frame.replaceChildren(plot(current, width, summary));
  }
  const redraw = drawAtWidth(frame, draw);
  if (drawing instanceof Promise)
    drawing.then(
      (loaded) => {
        plot = loaded;
        redraw();
      },
      (error: unknown) =>
        frame.replaceChildren(
          `The curves could not be drawn (${messageOf(error)}). Reload the page to try again.`
        )
    );
  return asFigure(node, (next: LossData) => {
    current = next;
    redraw();
  });
}
