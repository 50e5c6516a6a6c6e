// @vitest-environment jsdom
import {afterEach, beforeEach, expect, it, vi} from "vitest";
import {paintWhenSized, sizeCanvas} from "../../src/components/views/canvas.js";

let resize: (width: number) => void = () => {};
let changeTheme: () => void = () => {};

beforeEach(() => {
  vi.stubGlobal(
    "ResizeObserver",
    class {
      constructor(callback: (entries: {contentRect: {width: number}}[]) => void) {
        resize = (width) => callback([{contentRect: {width}}]);
      }
      observe(): void {}
    }
  );
  vi.stubGlobal("matchMedia", () => ({
    addEventListener: (_: string, listener: () => void) => {
      changeTheme = listener;
    }
  }));
  vi.stubGlobal("devicePixelRatio", 2);
});
afterEach(() => vi.unstubAllGlobals());

it("paints once after its width, its data or the theme has changed, and not before it has a width", async () => {
  const canvas = document.createElement("canvas");
  document.body.append(canvas);
  const context = {} as CanvasRenderingContext2D;
  vi.spyOn(canvas, "getContext").mockReturnValue(context as never);
  const paint = vi.fn();
  const repaint = paintWhenSized(document.body, canvas, paint);
  const painted = async () => {
    await Promise.resolve();
    return paint.mock.calls.length;
  };
  repaint();
  expect(await painted()).toBe(0);
  resize(300.7);
  resize(300.2);
  expect(await painted()).toBe(1);
  expect(paint).toHaveBeenCalledWith({context, width: 300, ratio: 2});
  repaint();
  repaint();
  changeTheme();
  expect(await painted()).toBe(2);
  changeTheme();
  expect(await painted()).toBe(3);
  canvas.remove();
  changeTheme();
  expect(await painted()).toBe(3);
});

it("leaves a canvas far from the window until it comes near or is printed", async () => {
  let come: (near: boolean) => void = () => {};
  vi.stubGlobal(
    "IntersectionObserver",
    class {
      constructor(callback: (entries: {isIntersecting: boolean}[]) => void) {
        come = (near) => callback([{isIntersecting: near}]);
      }
      observe(): void {}
    }
  );
  const canvas = document.createElement("canvas");
  document.body.append(canvas);
  vi.spyOn(canvas, "getContext").mockReturnValue({} as never);
  const paint = vi.fn();
  const repaint = paintWhenSized(document.body, canvas, paint);
  const painted = async () => {
    await Promise.resolve();
    return paint.mock.calls.length;
  };
  resize(300);
  expect(await painted()).toBe(1); // which gives it its size
  come(false);
  repaint();
  repaint();
  expect(await painted()).toBe(1);
  come(true);
  expect(await painted()).toBe(2);
  come(false);
  come(true);
  expect(await painted()).toBe(2); // nothing was new
  come(false);
  repaint();
  dispatchEvent(new Event("beforeprint"));
  expect(await painted()).toBe(3);
  canvas.remove();
});

it("sizes in device pixels and shows in CSS pixels", () => {
  const canvas = document.createElement("canvas");
  sizeCanvas(canvas, 100.25, 50, 2);
  expect([canvas.width, canvas.height, canvas.style.width, canvas.style.height]).toEqual([
    201,
    100,
    "100.5px",
    "50px"
  ]);
});
