import type {Page} from "playwright-core";

export interface SliderTimes {
  /** The slider's label. */
  name: string;
  /** From each input event to the end of the frame that answers it, in milliseconds. */
  times: number[];
}

/**
 * Moves every slider of a page to and fro over its whole range, and times each move from the input event until the
 * next frame has been painted: animation callbacks have run, style, layout and paint are done. `open` opens the page
 * anew: before each slider, since one may have changed what another answers to (a new network has no steps to look
 * back on). Throws Error when a slider's moves change nothing that it says.
 */
export async function moveSliders(
  page: Page,
  moves: number,
  open: () => Promise<void>
): Promise<SliderTimes[]> {
  const found: SliderTimes[] = [];
  const names = new Set<string>();
  await open();
  await comeToEverything(page);
  const sliders = page.locator("input[type=range]:visible");
  const count = await sliders.count();
  let isMoved = false;
  for (let i = 0; i < count; i++) {
    if (isMoved) {
      await open();
      await comeToEverything(page);
      isMoved = false;
    }
    const slider = sliders.nth(i);
    const label = await slider.evaluate(
      (node: HTMLInputElement) =>
        node.labels?.[0]?.textContent?.trim() || node.getAttribute("aria-label") || "slider"
    );
    if (!(await slider.isEnabled())) continue;
    await slider.scrollIntoViewIfNeeded();
    const name = names.has(label) ? `${label} (${i + 1})` : label;
    names.add(name);
    const {times, said} = await slider.evaluate(moveSlider, moves);
    isMoved = true;
    if (said < 2) throw new Error(`The slider “${name}” says nothing new when it moves.`);
    found.push({name, times});
  }
  return found;
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
  await page.waitForLoadState("networkidle");
  await quiet(page);
}

/**
 * Resolves when nothing on the page has changed for a second, and no progress bar is shown (half a minute of one at
 * most): models have been loaded, also where starting the runtime takes long, and texts written.
 */
async function quiet(page: Page): Promise<void> {
  await page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        const observer = new MutationObserver(() => {
          clearTimeout(timer);
          timer = setTimeout(end, 1000);
        });
        let bars = 30;
        const end = () => {
          const isWorking = Array.from(document.querySelectorAll("progress")).some((bar) =>
            bar.checkVisibility()
          );
          if (isWorking && --bars > 0) {
            timer = setTimeout(end, 1000);
            return;
          }
          observer.disconnect();
          resolve();
        };
        let timer = setTimeout(end, 1000);
        observer.observe(document.body, {
          subtree: true,
          childList: true,
          characterData: true,
          attributes: true
        });
      })
  );
}

/** On an empty page: what a frame takes when there is nothing to do. */
export async function emptyFrame(page: Page, moves: number): Promise<number[]> {
  await page.goto(`data:text/html,<label>Nothing <input type="range" min="0" max="100"></label>`);
  return (await page.locator("input").evaluate(moveSlider, moves)).times;
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
