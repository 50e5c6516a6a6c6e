/** Narrower than this a frame is not laid out, and nothing need be drawn. */
const LEAST = 50;
/** What a figure is drawn at until its frame has a width, in CSS pixels. */
const UNMEASURED = 640;

/**
 * Calls back with a frame's width in whole CSS pixels whenever it is another than before, at first than `width`; never
 * with more than `most`. Where there is no layout, as in tests, it never calls.
 */
export function watchWidth(
  frame: Element,
  width: number,
  onWidth: (width: number) => void,
  most = Number.POSITIVE_INFINITY
): void {
  if (typeof ResizeObserver !== "function") return;
  let last = width;
  new ResizeObserver((entries) => {
    const next = Math.min(most, Math.floor(entries.at(-1)!.contentRect.width));
    if (next === last || next < LEAST) return;
    last = next;
    onWidth(next);
  }).observe(frame);
}

/**
 * Draws what fills a frame: now, at 640 CSS pixels, and again whenever the frame's width is another, with `most` at
 * most. Returns a function that draws again at the width of the last time, for when the data are others.
 */
export function drawAtWidth(frame: Element, draw: (width: number) => void, most?: number): () => void {
  let width = UNMEASURED;
  const redraw = () => draw(width);
  watchWidth(
    frame,
    width,
    (next) => {
      width = next;
      redraw();
    },
    most
  );
  redraw();
  return redraw;
}
