// @vitest-environment jsdom
import {afterEach, expect, it, vi} from "vitest";
import {holdPlace} from "../../src/components/book/holdPlace.js";

let grow = () => {};
class FakeObserver {
  constructor(onResize: () => void) {
    grow = onResize;
  }
  observe(): void {}
  disconnect(): void {
    grow = () => {};
  }
}

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
  document.body.replaceChildren();
});

function opened(hash: string) {
  vi.useFakeTimers();
  vi.stubGlobal("ResizeObserver", FakeObserver);
  document.body.innerHTML = `<h2 id="half-the-bits">Half the bits</h2>`;
  const scrolled = vi.fn();
  document.getElementById("half-the-bits")!.scrollIntoView = scrolled;
  grow = () => {};
  holdPlace(hash);
  return scrolled;
}

it("keeps the place in view while the page grows, until the reader does anything", () => {
  const scrolled = opened("#half-the-bits");
  grow();
  grow();
  expect(scrolled).toHaveBeenCalledTimes(2);
  dispatchEvent(new Event("wheel"));
  grow();
  expect(scrolled).toHaveBeenCalledTimes(2);
});

it("lets go after five seconds", () => {
  const scrolled = opened("#half-the-bits");
  vi.advanceTimersByTime(5000);
  grow();
  expect(scrolled).not.toHaveBeenCalled();
});

it("does nothing where the address names no place, or what cannot be decoded", () => {
  for (const hash of ["", "#run=1&preset=toy", "#%"]) {
    const scrolled = opened(hash);
    grow();
    expect(scrolled).not.toHaveBeenCalled();
  }
});
