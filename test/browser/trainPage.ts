import type {Page} from "playwright-core";

/** A model that even a software GPU trains quickly. */
export const small = {nLayer: 1, nHead: 2, nEmbd: 16, blockSize: 16, batchSize: 4, steps: 5000};

/** Opens every group of settings. */
export async function openSettings(page: Page): Promise<void> {
  const every = page
    .locator("details.setup details", {has: page.getByText("Every setting", {exact: true})})
    .first();
  if (!(await every.evaluate((details) => (details as HTMLDetailsElement).open)))
    await page.getByText("Every setting", {exact: true}).click();
  await every.locator("details").evaluateAll((groups) => {
    for (const group of groups) (group as HTMLDetailsElement).open = true;
  });
}

export async function startRun(
  page: Page,
  settings: Partial<Record<string, number>>,
  engine: string
): Promise<void> {
  await openSettings(page);
  await page.getByLabel("Engine").selectOption(engine);
  for (const [name, value] of Object.entries(settings))
    await page.locator(`input[name=${name}]`).fill(String(value));
  await page.getByRole("button", {name: "Start"}).click();
}

export const headline = (page: Page) => page.locator(".run-headline");
export const press = (page: Page, name: string) =>
  page.locator("#workbench").getByRole("button", {name, exact: true}).click();

/** A number of the run, by its name on the page; NaN while there is none. */
export async function stat(page: Page, name: string): Promise<number> {
  const text = await page.locator(".stats div", {hasText: name}).locator("dd").first().textContent();
  return Number.parseFloat((text ?? "").replaceAll(",", "")) || Number.NaN;
}

/** The bar of steps; the one for reading a large file is hidden while a run goes on. */
const BAR = ".run .progress:not([hidden]) progress";

export const stepsDone = (page: Page) =>
  page.locator(BAR).evaluate((bar) => (bar as HTMLProgressElement).value);

export async function waitForStep(page: Page, step: number): Promise<void> {
  await page.waitForFunction(
    ({bar, wanted}) => (document.querySelector<HTMLProgressElement>(bar)?.value ?? 0) >= wanted,
    {bar: BAR, wanted: step},
    {timeout: 200_000}
  );
}

export async function pause(page: Page): Promise<number> {
  await press(page, "Pause");
  await headline(page)
    .getByText(/^Paused at step/)
    .waitFor();
  return stepsDone(page);
}

/** The checkpoints that the page lists, each as its step and why it was kept. */
export const checkpointRows = async (page: Page) =>
  (await page.locator(".checkpoints tbody tr").all()).length === 0
    ? []
    : page
        .locator(".checkpoints tbody tr")
        .evaluateAll((rows) =>
          rows.map((row) => `${row.querySelector("th")!.textContent} ${row.children[3]!.textContent}`)
        );
