import type {Locator, Page} from "playwright-core";
import {expect} from "vitest";
import {enter} from "./rooms.js";

/** The button that begins a measurement. */
export const start = (page: Page): Locator => page.getByRole("button", {name: "Measure this device"});
/** What is said of it. */
export const status = (page: Page): Locator => page.locator(".profile [role=status]").first();

/** Goes to where the device is measured, and begins with a batch of one window. */
export async function startMeasuring(page: Page): Promise<void> {
  await enter(page, "profile");
  await expect.poll(() => start(page).isEnabled()).toBe(true);
  await page.getByLabel("Windows in a batch").fill("1");
  await start(page).click();
  await expect
    .poll(() => status(page).textContent(), {timeout: 60_000})
    .toMatch(/^Measuring on WebGPU \(.+\)\.$/);
}
