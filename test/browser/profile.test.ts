import {expect, it} from "vitest";
import {start, startMeasuring, status} from "./profilePage.js";
import {enter} from "./rooms.js";
import {useBrowser} from "./visit.js";

const visit = useBrowser();

it("shows a recorded profile first, and runs nothing before it is asked to", async () => {
  const {page, received, expectClean, context} = await visit();
  await enter(page, "profile");
  await page.getByRole("img", {name: "GFLOP/s of each kernel against its FLOP a byte"}).waitFor();
  expect(await page.getByRole("heading", {name: "A recorded profile, not of your device"}).count()).toBe(1);
  await expect.poll(() => start(page).isEnabled()).toBe(true);
  expect(received.filter(({url}) => /tfjs|tensorflow|\/worker\./.test(url))).toEqual([]);

  // One kernel after another by the keyboard, in words.
  const choice = page.getByLabel("A kernel in words");
  const spoken = page.locator(".roofline [aria-live]");
  const first = await spoken.textContent();
  await choice.focus();
  await page.keyboard.press("ArrowDown");
  await expect.poll(() => spoken.textContent()).not.toBe(first);
  expect(await spoken.textContent()).toMatch(/: \d+ runs? a step of .* of all kernels’ time\./);
  expectClean();
  await context.close();
});

it("stops measuring when asked, 390 px wide", async () => {
  const {page, expectClean, context} = await visit(undefined, {viewport: {width: 390, height: 900}});
  await startMeasuring(page);
  await expect
    .poll(() => page.locator(".profile .progress").textContent(), {timeout: 120_000})
    .toMatch(/of 4: .*\d+ of \d+/);
  await page.locator(".profile").getByRole("button", {name: "Stop"}).click();
  expect(await status(page).textContent()).toMatch(/^Stopped\./);
  expect(await start(page).isEnabled()).toBe(true);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  expectClean();
  await context.close();
});

it("refuses an impossible batch in a sentence, and says so where there is no WebGPU", async () => {
  const {page, context} = await visit();
  await enter(page, "profile");
  await expect.poll(() => start(page).isEnabled()).toBe(true);
  await page.locator(".profile form").evaluate((form: HTMLFormElement) => {
    form.noValidate = true;
  });
  await page.getByLabel("Windows in a batch").fill("0");
  await start(page).click();
  expect(await page.locator(".profile").getByRole("alert").textContent()).toContain(
    "The batch is “0”; it must be a whole number from 1 to 256."
  );
  await context.close();

  const {page: without, context: other} = await visit();
  await without.addInitScript(() => {
    Object.defineProperty(Navigator.prototype, "gpu", {value: undefined});
  });
  await enter(without, "profile");
  await expect.poll(() => status(without).textContent()).toMatch(/^This browser offers no WebGPU adapter/);
  expect(await start(without).isEnabled()).toBe(false);
  expect(await without.locator(".profile").getByRole("table").locator("tbody tr").count()).toBeGreaterThan(
    15
  );
  await other.close();
});
