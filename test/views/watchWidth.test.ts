// @vitest-environment jsdom
import {afterEach, beforeEach, describe, expect, it, vi} from "vitest";
import {drawAtWidth, watchWidth} from "../../src/components/views/watchWidth.js";

let resize: (width: number) => void = () => {};
beforeEach(() =>
  vi.stubGlobal(
    "ResizeObserver",
    class {
      constructor(callback: (entries: {contentRect: {width: number}}[]) => void) {
        resize = (width) => callback([{contentRect: {width}}]);
      }
      observe(): void {}
    }
  )
);
afterEach(() => vi.unstubAllGlobals());

describe("watchWidth", () => {
  it("tells whole pixels that are new, no more than the most, and none of a frame that is not laid out", () => {
    const onWidth = vi.fn();
    watchWidth(document.body, 640, onWidth, 720);
    for (const width of [640.9, 0, 333.3, 333.9, 1000, 720.5]) resize(width);
    expect(onWidth.mock.calls).toEqual([[333], [720]]);
  });
});

describe("drawAtWidth", () => {
  it("draws at once, at each new width, and when asked at the last one", () => {
    const draw = vi.fn();
    const redraw = drawAtWidth(document.body, draw, 720);
    redraw();
    resize(400);
    redraw();
    resize(900);
    expect(draw.mock.calls).toEqual([[640], [640], [400], [400], [720]]);
  });

  it("draws where there is no layout", () => {
    vi.stubGlobal("ResizeObserver", undefined);
    const draw = vi.fn();
    drawAtWidth(document.body, draw)();
    expect(draw.mock.calls).toEqual([[640], [640]]);
  });
});
