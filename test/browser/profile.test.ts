import type {Page} from "playwright-core";
import {expect, it} from "vitest";
import {enter} from "./rooms.js";
import {useBrowser} from "./visit.js";

const visit = useBrowser();

const start = (page: Page) => page.getByRole("button", {name: "Measure this device"});
const status = (page: Page) => page.locator(".profile [role=status]").first();

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

it.each([1280, 390])("measures a small step on the device that is here, %i px wide", async (width) => {
  const {page, expectClean, context} = await visit(undefined, {viewport: {width, height: 900}});
  await enter(page, "profile");
  await expect.poll(() => start(page).isEnabled()).toBe(true);
  await page.getByLabel("Windows in a batch").fill("1");
  await start(page).click();
  await expect
    .poll(() => status(page).textContent(), {timeout: 60_000})
    .toMatch(/^Measuring on WebGPU \(.+\)\.$/);
  if (width === 390) {
    await expect
      .poll(() => page.locator(".profile .progress").textContent(), {timeout: 120_000})
      .toMatch(/of 4: .*\d+ of \d+/);
    await page.locator(".profile").getByRole("button", {name: "Stop"}).click();
    expect(await status(page).textContent()).toMatch(/^Stopped\./);
    expect(await start(page).isEnabled()).toBe(true);
  } else {
    await page.getByRole("heading", {name: "Measured on this device"}).waitFor({timeout: 240_000});
    expect(await page.getByRole("img", {name: /^GFLOP\/s of each kernel/}).count()).toBe(1);
    const rows = page.locator(".profile").getByRole("table").locator("tbody tr");
    expect(await rows.count()).toBeGreaterThan(15);
    const product = rows.filter({hasText: "MatMul NN"}).first();
    expect(await product.textContent()).toMatch(/\d+×\d+×\d+.*(µs|ms).*%.*MB|kB.*MFLOP/);
    const shares = await rows.locator("td:nth-child(5)").allTextContents();
    const total = shares.reduce((sum, share) => sum + Number(share.replace(/[<%]/g, "")), 0);
    expect(total).toBeGreaterThan(95);
    expect(total).toBeLessThan(105);
  }
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
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
