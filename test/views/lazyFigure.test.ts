// @vitest-environment jsdom
import {afterEach, expect, it, vi} from "vitest";
import {lazyFigure} from "../../src/components/views/lazyFigure.js";

const settled = () => new Promise((resolve) => setTimeout(resolve));

/** An observer whose news a test gives by hand. */
class FakeObserver {
  static last: FakeObserver;
  isOver = false;
  constructor(readonly tell: (entries: {isIntersecting: boolean}[]) => void) {
    FakeObserver.last = this;
  }
  observe(): void {}
  disconnect(): void {
    this.isOver = true;
  }
}
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const figure = (dispose = () => {}) =>
  Object.assign(document.createElement("figure"), {textContent: "here", dispose});

it("keeps room, and is fetched once, when it comes near", async () => {
  vi.stubGlobal("IntersectionObserver", FakeObserver);
  const load = vi.fn(async () => figure());
  const node = lazyFigure(load, {height: 300});
  FakeObserver.last.tell([{isIntersecting: false}]);
  expect(load).not.toHaveBeenCalled();
  expect(node.style.minHeight).toBe("300px");
  FakeObserver.last.tell([{isIntersecting: true}]);
  await settled();
  expect(node.textContent).toBe("here");
  expect(node.style.minHeight).toBe("");
  expect(FakeObserver.last.isOver).toBe(true);
  expect(load).toHaveBeenCalledTimes(1);
});

it("is there at once where nobody can tell what is near", async () => {
  const node = lazyFigure(async () => figure(), {height: 300});
  await settled();
  expect(node.textContent).toBe("here");
});

it("says that it could not be loaded, and tries again", async () => {
  let isConnected = false;
  const node = lazyFigure(
    async () => {
      if (!isConnected) throw new TypeError("Failed to fetch");
      return figure();
    },
    {height: 300}
  );
  await settled();
  const said = node.querySelector("[role=alert]")!.textContent;
  expect(said).toContain("could not be loaded. If you are offline, connect and try again");
  expect(said).toContain("Failed to fetch");
  expect(node.style.minHeight).toBe("300px");
  isConnected = true;
  node.querySelector("button")!.click();
  expect(node.querySelector("[role=alert]")).toBeNull();
  await settled();
  expect(node.textContent).toBe("here");
});

it("says that it is on its way, in the room that is kept, once that takes long", async () => {
  vi.useFakeTimers();
  let come = (_: HTMLElement) => {};
  const node = lazyFigure(() => new Promise<HTMLElement>((resolve) => (come = resolve)), {height: 300});
  const status = node.querySelector("[role=status]")!;
  await vi.advanceTimersByTimeAsync(299);
  expect(status.textContent).toBe("");
  await vi.advanceTimersByTimeAsync(1);
  expect(status.textContent).toBe("This figure is being loaded …");
  expect([node.style.minHeight, node.style.display]).toEqual(["300px", "flow-root"]);
  come(figure());
  await vi.advanceTimersByTimeAsync(0);
  expect(node.textContent).toBe("here");
  expect(vi.getTimerCount()).toBe(0);
});

it("says nothing of a figure that is soon there", async () => {
  vi.useFakeTimers();
  const node = lazyFigure(async () => figure(), {height: 300});
  const status = node.querySelector("[role=status]")!;
  await vi.advanceTimersByTimeAsync(1000);
  expect([status.textContent, node.textContent]).toEqual(["", "here"]);
});

it("ends the figure, also one that is still on its way", async () => {
  const dispose = vi.fn();
  const early = lazyFigure(async () => figure(dispose), {height: 300});
  early.dispose();
  await settled();
  expect(early.textContent).toBe("");
  expect(dispose).toHaveBeenCalledTimes(1);
  const late = lazyFigure(async () => figure(dispose), {height: 300});
  await settled();
  late.dispose();
  expect(dispose).toHaveBeenCalledTimes(2);
});
