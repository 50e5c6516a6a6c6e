import type {Browser, Page} from "playwright-core";

/** ms from the click on Start until the first step is done, at most. */
const PATIENCE = 600_000;
/** The bar of steps; the one for reading a large file is hidden while a run goes on. */
const BAR = ".run .progress:not([hidden]) progress";

/** The lab of a site, ready for its settings. */
export async function openTrain(browser: Browser, url: string): Promise<Page> {
  const page = await browser.newPage({viewport: {width: 1280, height: 900}});
  // tsx wraps functions in calls of a helper of its own, also those that are sent to the page.
  await page.addInitScript("globalThis.__name = (f) => f");
  await page.goto(`${url}lab.html`, {waitUntil: "networkidle"});
  await page.locator(".workbench").waitFor();
  return page;
}

/** Fills the form in. Throws Error where it has no such engine or field. */
export async function choose(
  page: Page,
  engine: string,
  settings: {name: string; value: string}[]
): Promise<void> {
  await page.locator("#workbench details").evaluateAll((all) => {
    for (const one of all) (one as HTMLDetailsElement).open = true;
  });
  const engines = page.getByLabel("Engine");
  if ((await engines.locator(`option[value="${engine}"]`).count()) === 0)
    throw new Error(`The lab offers no engine named ${engine}.`);
  await engines.selectOption(engine);
  for (const {name, value} of settings) {
    const input = page.locator(`input[name="${name}"]`);
    if ((await input.count()) === 0) throw new Error(`The lab has no field named ${name}.`);
    await input.fill(value);
  }
}

/** Presses Start; ms by the page's own clock until a step is done. Throws Error where the page reports a problem. */
export async function start(page: Page): Promise<number> {
  return page.evaluate(
    ({bar, patience}) =>
      new Promise<number>((resolve, reject) => {
        const buttons = Array.from(document.querySelectorAll<HTMLButtonElement>("#workbench button"));
        const from = performance.now();
        buttons.find(({textContent}) => textContent === "Start")!.click();
        const look = () => {
          const now = performance.now();
          const problem = document.querySelector(".run .notice-error")?.textContent;
          if ((document.querySelector<HTMLProgressElement>(bar)?.value ?? 0) >= 1) resolve(now - from);
          else if (problem) reject(new Error(problem));
          else if (now - from > patience) reject(new Error(`No step was done in ${patience / 1000} s.`));
          else setTimeout(look, 5);
        };
        look();
      }),
    {bar: BAR, patience: PATIENCE}
  );
}

export const stepsDone = (page: Page): Promise<number> =>
  page.locator(BAR).evaluate((bar) => (bar as HTMLProgressElement).value);

/** Resolves when so many steps are done. */
export async function untilStep(page: Page, step: number): Promise<void> {
  while ((await stepsDone(page)) < step) await page.waitForTimeout(100);
}

/** For people: the page's own words. */
export async function engineOf(page: Page): Promise<string> {
  const text = (await page.locator(".run").textContent()) ?? "";
  return /Engine: ([^.]*)\./.exec(text)?.[1] ?? "an unnamed engine";
}

/** Opens what the model in training attends to, which is drawn only while it is open; false where there is none yet. */
export async function openAttention(page: Page): Promise<boolean> {
  const attention = page.locator(".live-attention:not([hidden])");
  if ((await attention.count()) === 0) return false;
  await attention.evaluate((details) => {
    (details as HTMLDetailsElement).open = true;
  });
  await attention.locator("svg, canvas").first().waitFor();
  return true;
}

/** ms between frames of the page, for so long. */
export function frameIntervals(page: Page, seconds: number): Promise<number[]> {
  return page.evaluate(
    (ms) =>
      new Promise<number[]>((resolve) => {
        const intervals: number[] = [];
        const begin = performance.now();
        let last = begin;
        const frame = () => {
          const now = performance.now();
          intervals.push(now - last);
          last = now;
          if (now - begin < ms) requestAnimationFrame(frame);
          else resolve(intervals.slice(1));
        };
        requestAnimationFrame(frame);
      }),
    1000 * seconds
  );
}
