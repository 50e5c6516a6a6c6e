import {expect, it} from "vitest";
import {decodingCost} from "../../src/components/chapters/inference/decodingCost.js";
import type {InferencePage} from "../../src/components/chapters/inference/inferencePage.js";
import {formatCount, formatFixed} from "../../src/components/views/format.js";
import {siteData} from "./siteFile.js";
import {useBrowser} from "./visit.js";

const visit = useBrowser();

/** What was measured of the shipped model when this site was built. */
const measured = (): Promise<InferencePage> => siteData("inference");

it("fills the cache by keyboard, and counts what each token costs in both ways", async () => {
  const {page, received, expectClean, context} = await visit("inference.html", {reducedMotion: "reduce"});
  const {config, cache} = await measured();
  const figure = page.locator("#figure-cache");
  const slider = figure.getByLabel(/^Position/);
  await slider.focus();
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowRight");
  const {withCache, without} = decodingCost(config, 2);
  await expect.poll(() => figure.locator(".stats").textContent()).toContain(formatCount(withCache));
  expect(await figure.locator(".stats").textContent()).toContain(formatCount(without));
  expect(await figure.getByRole("option").count()).toBe(2);
  await figure.getByLabel("without: all anew").check();
  expect(await figure.locator(".figure-reading[aria-live]").textContent()).toContain(
    "all 2 are computed again"
  );
  await page.keyboard.press("Tab");
  await slider.focus();
  await page.keyboard.press("End");
  await expect.poll(() => figure.getByRole("option").count()).toBe(cache!.tokens.length);
  expect(received.filter(({url}) => /\.onnx|\.wasm|tfjs/.test(url))).toEqual([]);
  expectClean();
  await context.close();
});

it("lets the model write another text, column by column", async () => {
  const {page, expectClean, context} = await visit("inference.html");
  const {cache} = await measured();
  const figure = page.locator("#figure-cache");
  await figure.getByRole("button", {name: "Write another, live"}).click();
  const done = () => figure.getByRole("button", {name: "Write another, live"}).isEnabled();
  await expect.poll(done, {timeout: 60_000}).toBe(true);
  expect(await figure.getByRole("alert").count()).toBe(0);
  expect(await figure.getByRole("option").count()).toBe(cache!.tokens.length);
  const written = await figure.locator(".tokens").textContent();
  await figure.getByRole("button", {name: "Back to the recorded text"}).click();
  expect(await figure.locator(".tokens").textContent()).not.toBe(written);
  expectClean();
  await context.close();
});

it("times the cache, windows and engines here, and stops when asked", async () => {
  const {page, expectClean, context} = await visit("inference.html");
  const race = page.locator("#figure-race");
  await race.getByRole("button", {name: "Time it here"}).click();
  await expect.poll(() => race.locator(".race-text").textContent(), {timeout: 60_000}).not.toBe("");
  await race.getByRole("button", {name: "Stop"}).click();
  expect(await race.locator(".figure-note[role=status]").textContent()).toMatch(/^Timed here/);
  const difference = await race.locator(".stats dd").last().textContent();
  expect(Number(difference)).toBeLessThan(1e-3);

  const engines = page.locator("#figure-engines");
  await engines.getByRole("button", {name: "Time it here"}).click();
  const loops = engines.locator("[data-engine=loops]");
  await expect.poll(() => loops.textContent(), {timeout: 60_000}).toMatch(/\d ms\s+\d\.\d{5}/);
  // The next one has begun.
  await expect.poll(() => engines.locator("[data-engine=cpu]").textContent(), {timeout: 60_000}).toMatch(/–/);
  await engines.getByRole("button", {name: "Stop"}).click();
  await expect.poll(() => engines.getByRole("button", {name: "Time it here"}).isEnabled()).toBe(true);
  expect(await engines.getByRole("alert").count()).toBe(0);
  expectClean();
  await context.close();
});

it("rounds weights and follows the calculator on a phone", async () => {
  const {page, expectClean, context} = await visit("inference.html", {viewport: {width: 390, height: 844}});
  const {precision} = await measured();
  const rounding = page.locator("#figure-rounding");
  await rounding.getByLabel("Bits for each weight").focus();
  await page.keyboard.press("Home");
  const two = precision!.rows.find(({bits}) => bits === 2)!;
  await expect.poll(() => rounding.locator(".stats").textContent()).toContain(formatFixed(two.loss, 4));
  const serving = page.locator("#figure-serving");
  await serving.getByLabel("Model").selectOption({label: "Llama 3.1 405B"});
  await expect.poll(() => serving.locator(".stats").textContent()).toContain("406 billion");
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  expectClean();
  await context.close();
});
