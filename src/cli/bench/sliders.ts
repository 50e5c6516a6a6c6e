import type {Page} from "playwright-core";

export interface SliderTimes {
  /** The slider's label. */
  name: string;
  /** From each input event to the end of the frame that answers it, in milliseconds. */
  times: number[];
}

/**
 * Moves every slider that the page shows, one after another, to and fro over its whole range, and times each move from
 * the input event until the next frame has been painted: animation callbacks have run, style, layout and paint are
 * done. The moves come at all phases of a frame, so that half a frame of every time is waiting for the screen. Throws
 * Error when a slider's move changes nothing that the page says.
 */
export async function moveSliders(page: Page, moves: number): Promise<SliderTimes[]> {
  const sliders = page.locator("input[type=range]:visible");
  const found: SliderTimes[] = [];
  const names = new Set<string>();
  for (let i = 0; i < (await sliders.count()); i++) {
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
    if (said < 2) throw new Error(`The slider “${name}” says nothing new when it moves.`);
    found.push({name, times});
  }
  return found;
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
