/** A canvas that is painted in device pixels, and painted again when its room, the screen or the theme changes. */

import {forgetColors} from "./colors.js";

export interface Surface {
  context: CanvasRenderingContext2D;
  /** CSS pixels of width that the figure may use. */
  width: number;
  /** Device pixels in a CSS pixel. */
  ratio: number;
}

/** Told to canvases after the theme changed and before printing, so that no listener keeps a removed figure alive. */
const REPAINT = "glassformer-repaint";
const PRINT = "glassformer-print";
let listening = false;

function listenForPage(): void {
  if (listening || typeof matchMedia !== "function") return;
  listening = true;
  const tell = (event: string) => {
    for (const canvas of document.querySelectorAll("canvas")) canvas.dispatchEvent(new Event(event));
  };
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    forgetColors();
    tell(REPAINT);
  });
  addEventListener("beforeprint", () => tell(PRINT));
}

/** How far outside the window a canvas is kept painted, in CSS pixels. */
const NEAR = 300;

/**
 * Calls `paint` with the room that `frame` gives `canvas`, now and whenever that changes, and returns a function that
 * paints before the next frame, once however often it is called. Painting waits until whoever called is done: choosing
 * a font makes the browser bring all styles up to date, which must not happen between the changes of one answer. A
 * canvas far from the window waits until it comes near, or until the page is printed. Where there is no 2-D context
 * nothing is painted.
 */
export function paintWhenSized(
  frame: Element,
  canvas: HTMLCanvasElement,
  paint: (surface: Surface) => void
): () => void {
  let width = 0;
  let context: CanvasRenderingContext2D | null | undefined;
  let due = false;
  /** The canvas shows something old, and nobody sees it. */
  let late = false;
  let near = true;
  const repaint = () => {
    if (width < 1) return;
    if (near) paintSoon();
    else late = true;
  };
  const paintSoon = () => {
    if (due) return;
    due = true;
    late = false;
    queueMicrotask(() => {
      due = false;
      context ??= canvas.getContext("2d");
      if (context) paint({context, width, ratio: globalThis.devicePixelRatio || 1});
    });
  };
  const catchUp = () => {
    if (late) paintSoon();
  };
  canvas.addEventListener(REPAINT, repaint);
  canvas.addEventListener(PRINT, catchUp);
  listenForPage();
  if (typeof IntersectionObserver === "function")
    new IntersectionObserver(
      (entries) => {
        near = entries.at(-1)!.isIntersecting;
        if (near) catchUp();
      },
      {rootMargin: `${NEAR}px`}
    ).observe(frame);
  if (typeof ResizeObserver === "function")
    new ResizeObserver((entries) => {
      const next = Math.floor(entries.at(-1)!.contentRect.width);
      if (next === width) return;
      width = next;
      repaint();
    }).observe(frame);
  return repaint;
}

/** Gives the canvas a size in CSS pixels; true if that changed it. Setting a size clears a canvas. */
export function sizeCanvas(canvas: HTMLCanvasElement, width: number, height: number, ratio: number): void {
  const [w, h] = [Math.max(1, Math.round(width * ratio)), Math.max(1, Math.round(height * ratio))];
  if (canvas.width !== w) canvas.width = w;
  if (canvas.height !== h) canvas.height = h;
  canvas.style.width = `${w / ratio}px`;
  canvas.style.height = `${h / ratio}px`;
}
