/** Narrower than this a frame is not laid out, and nothing need be drawn. */
const LEAST = 50;

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
