import {mkdtemp, open, rm} from "node:fs/promises";
import {tmpdir} from "node:os";
import {join} from "node:path";
import type {Page} from "playwright-core";
import {afterAll, beforeAll, expect, it} from "vitest";
import {useBrowser} from "../../browser/visit.js";

const visit = useBrowser();

/** Bytes: more than may be held as one string, and enough to be stopped in the middle. */
const SIZE = 60_000_000;
let folder: string;
let file: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "glassformer-large-"));
  file = join(folder, "large.txt");
  const handle = await open(file, "w");
  const line = "The quick brown fox — naïve as ever — jumps over the lazy dog. 🙂\n";
  const block = Buffer.from(line.repeat(10_000));
  for (let written = 0; written < SIZE; written += block.length) await handle.write(block);
  await handle.close();
});
afterAll(() => rm(folder, {recursive: true}));

const headline = (page: Page) => page.locator(".run-headline");
const reading = (page: Page) => page.locator(".run > .progress");
const press = (page: Page, name: string) => page.getByRole("button", {name, exact: true}).click();

async function chooseFile(page: Page, steps: number): Promise<void> {
  await page.getByLabel("My own").check();
  await page.getByLabel("Open a text file").setInputFiles(file);
  await page.getByText(/Chosen: large\.txt, 60\.\d MB, read piece by piece/).waitFor();
  expect(await page.getByLabel(/Clean it as a book/).isDisabled()).toBe(true);
  await page.getByText("Every setting", {exact: true}).click();
  await page.getByLabel("Engine").selectOption("wasm");
  const settings = {nLayer: 1, nHead: 2, nEmbd: 16, blockSize: 16, batchSize: 4, steps};
  for (const [name, value] of Object.entries(settings))
    await page.locator(`input[name=${name}]`).fill(String(value));
}

/** What the progress bar of a reading said, each thing once, until the run is complete. */
async function watch(page: Page): Promise<void> {
  await page.evaluate(() => {
    const said = new Set<string>();
    Object.assign(globalThis, {said});
    const note = () => {
      const bar = document.querySelector<HTMLElement>(".run > .progress")!;
      if (!bar.hidden) said.add(bar.textContent);
    };
    new MutationObserver(note).observe(document.querySelector(".run")!, {
      subtree: true,
      childList: true,
      characterData: true
    });
  });
}
const heard = (page: Page) => page.evaluate(() => [...(globalThis as unknown as {said: Set<string>}).said]);

it("reads a large file piece by piece, can be stopped, trains on it, and finds its tokens again", {
  timeout: 300_000
}, async () => {
  const {page, expectClean, context} = await visit("lab.html");
  await page.locator(".workbench").waitFor();
  page.on("dialog", (dialog) => dialog.accept());
  await chooseFile(page, 6);

  // Stopped while it is read: nothing has begun, and nothing is said to be wrong.
  await press(page, "Start");
  await reading(page)
    .getByText(/Reading, to learn its length/)
    .waitFor();
  await press(page, "Stop");
  const start = Date.now();
  await headline(page).getByText("No run yet.").waitFor();
  const stopping = Date.now() - start;
  console.log(`Stopping took ${stopping} ms`);
  expect(stopping).toBeLessThan(2000);
  expect(await page.locator(".run [role=alert]").count()).toBe(0);

  await watch(page);
  await page.getByText("A new run").click();
  await press(page, "Start");
  const started = Date.now();
  await headline(page).getByText("Complete at step 6.").waitFor({timeout: 120_000});
  console.log(`60 MB were read, cut, stored and trained on for six steps in ${Date.now() - started} ms`);
  const first = (await heard(page)).join("\n");
  expect(first).toMatch(
    /to learn its length and its vocabulary[\d.]+ MB of 60\.\d MB · [\d.]+ MB\/s · [\d.]+ s left/
  );
  expect(first).toMatch(/to cut it into tokens[\d.]+ MB of 60\.\d MB · [\d.]+ MB\/s · [\d.]+ s left/);
  expect(await page.locator(".run").textContent()).toContain("Text: large.txt, cut into characters.");

  await page.reload();
  await headline(page).getByText("Your run is complete at step 6.").waitFor();
  // The settings are in the address, so that the reload has opened their form.
  await chooseFile(page, 7);
  await watch(page);
  await press(page, "Start");
  const again = Date.now();
  await headline(page).getByText("Complete at step 7.").waitFor({timeout: 120_000});
  console.log(`From the cache it took ${Date.now() - again} ms`);
  const second = (await heard(page)).join("\n");
  expect(second).toContain("to see whether this browser has its tokens already");
  expect(second).not.toMatch(/to learn|to cut/);
  await page
    .getByText("The tokens of “large.txt” were kept in this browser, so it was not cut again.")
    .waitFor();
  expectClean();
  await context.close();
});
