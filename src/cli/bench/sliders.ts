import type {Locator, Page, Request} from "playwright-core";

export interface SliderTimes {
  /** The slider's label. */
  name: string;
  /** From each input event to the end of the frame that answers it, in milliseconds. */
  times: number[];
  /** What a move takes of the page's main thread, on average: milliseconds of its own time, whoever else computes. */
  work: number;
}

/** How long a page that was opened anew may take until all its sliders are there again, and nothing moves; ms. */
const PATIENCE = 120_000;
/** A page on which nothing happens for so long is done with what it does by itself; ms. */
const REST = 1000;

/**
 * Moves every slider of a page to and fro over its whole range, and times each move from the input event until the
 * next frame has been painted: animation callbacks have run, style, layout and paint are done. `open` opens the page
 * anew: before each slider, since one may have changed what another answers to (a new network has no steps to look
 * back on). Throws Error when a slider's moves change nothing that it says, when sliders that were there do not come
 * back, and when the page does not come to rest.
 */
export async function moveSliders(
  page: Page,
  moves: number,
  open: () => Promise<void>
): Promise<SliderTimes[]> {
  const found: SliderTimes[] = [];
  const names = new Set<string>();
  const rest = restOf(page);
  const sliders = page.locator("input[type=range]:visible");
  let count = 0;
  const begin = async () => {
    await open();
    await comeToEverything(page);
    await rest();
    count = await waitForAll(sliders, count);
  };
  await begin();
  let isMoved = false;
  for (let i = 0; i < count; i++) {
    if (isMoved) await begin();
    isMoved = false;
    const slider = sliders.nth(i);
    const label = await slider.evaluate(
      (node: HTMLInputElement) =>
        node.labels?.[0]?.textContent?.trim() || node.getAttribute("aria-label") || "slider"
    );
    if (!(await slider.isEnabled())) continue;
    await slider.scrollIntoViewIfNeeded();
    await rest();
    const name = names.has(label) ? `${label} (${i + 1})` : label;
    names.add(name);
    const {times, said, work} = await timed(page, slider, moves);
    isMoved = true;
    if (said < 2) throw new Error(`The slider “${name}” says nothing new when it moves.`);
    found.push({name, times, work});
  }
  return found;
}

/** At least as many sliders as there were before: rooms whose code takes long may come after the page is at rest. */
async function waitForAll(sliders: Locator, before: number): Promise<number> {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const count = await sliders.count();
    if (count >= before) return count;
    if (Date.now() > end)
      throw new Error(`Of ${before} sliders ${count} were there when the page was opened again.`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

/** Scrolls from the top to the end, window by window, so that figures made when a reader comes near are there. */
async function comeToEverything(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    for (let y = 0; y < document.documentElement.scrollHeight; y += innerHeight) {
      scrollTo(0, y);
      for (let i = 0; i < 3; i++) await frame();
    }
    scrollTo(0, 0);
  });
}

/**
 * Watches a page's requests from now on. What it returns resolves when none has been under way for a second, nothing
 * has changed on the page for as long and no progress bar is shown: models have been loaded, also where starting the
 * runtime takes long, and texts written. It throws Error when that does not come to pass within two minutes.
 */
function restOf(page: Page): () => Promise<void> {
  const underWay = new Set<Request>();
  let last = Date.now();
  const ended = (request: Request) => {
    underWay.delete(request);
    last = Date.now();
  };
  page.on("request", (request) => underWay.add(request));
  page.on("requestfinished", ended);
  page.on("requestfailed", ended);
  // A page that is left ends none of its requests.
  page.on("framenavigated", (frame) => {
    if (frame === page.mainFrame()) underWay.clear();
  });
  return async () => {
    const end = Date.now() + PATIENCE;
    for (;;) {
      const isStill = await page.evaluate(isQuiet, REST);
      if (isStill && underWay.size === 0 && Date.now() - last >= REST) return;
      if (Date.now() > end)
        throw new Error(
          `The page does not come to rest: ${underWay.size > 0 ? `it waits for ${[...underWay][0]!.url()}` : "something on it changes all the time"}.`
        );
    }
  };
}

/** In the page: whether nothing changes for `rest` milliseconds, and no progress bar is shown after them. */
function isQuiet(rest: number): Promise<boolean> {
  return new Promise((resolve) => {
    const observer = new MutationObserver(() => finish(false));
    const timer = setTimeout(
      () => finish(!Array.from(document.querySelectorAll("progress")).some((bar) => bar.checkVisibility())),
      rest
    );
    const finish = (isStill: boolean) => {
      clearTimeout(timer);
      observer.disconnect();
      resolve(isStill);
    };
    observer.observe(document.body, {
      subtree: true,
      childList: true,
      characterData: true,
      attributes: true
    });
  });
}

/** On an empty page: what a move takes when there is nothing to do. */
export async function emptyFrame(page: Page, moves: number): Promise<Omit<SliderTimes, "name">> {
  await page.goto(`data:text/html,<label>Nothing <input type="range" min="0" max="100"></label>`);
  return timed(page, page.locator("input"), moves);
}

async function timed(page: Page, slider: Locator, moves: number) {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", {timeDomain: "threadTicks"});
  const thread = async () => {
    const {metrics} = await session.send("Performance.getMetrics");
    return 1000 * metrics.find(({name}) => name === "TaskDuration")!.value;
  };
  const before = await thread();
  const {times, said} = await slider.evaluate(moveSlider, moves);
  const work = ((await thread()) - before) / moves;
  await session.detach();
  return {times, said, work};
}

/** In the page. `said` is how many different values the slider named, by its output or its own value. */
async function moveSlider(
  slider: SVGElement | HTMLElement,
  moves: number
): Promise<{times: number[]; said: number}> {
  const input = slider as HTMLInputElement;
  const [min, max] = [Number(input.min || 0), Number(input.max || 100)];
  const start = input.value;
  const said = new Set<string>();
  const times: number[] = [];
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  const frame = () =>
    new Promise<number>((resolve) =>
      requestAnimationFrame(() => {
        const {port1, port2} = new MessageChannel();
        port1.onmessage = () => resolve(performance.now());
        port2.postMessage(null);
      })
    );
  const move = (value: number | string) => {
    input.value = String(value);
    input.dispatchEvent(new InputEvent("input", {bubbles: true}));
  };
  for (let i = 0; i < moves; i++) {
    // Steps of an irrational part of a frame, so that moves fall on all phases of it.
    await pause(40 + ((i * 0.618034) % 1) * 16.7);
    const turn = (2 * i) / moves;
    const from = performance.now();
    move(min + (max - min) * (turn < 1 ? turn : 2 - turn));
    times.push((await frame()) - from);
    said.add(input.getAttribute("aria-valuetext") ?? input.value);
  }
  move(start);
  await frame();
  return {times, said: said.size};
}
