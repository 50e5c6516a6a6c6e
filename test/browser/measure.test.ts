import type {Page} from "playwright-core";
import {expect, it} from "vitest";
import {formatFixed} from "../../src/components/views/format.js";
import {measuringPage} from "./measuringPage.js";
import {useBrowser} from "./visit.js";

const visit = useBrowser();

const heldOut = (page: Page) => page.getByRole("region", {name: "The held-out text"});
const sample = (page: Page) => page.getByRole("region", {name: "A sample"});
const start = (page: Page) => heldOut(page).getByRole("button", {name: "Measure the held-out text"});

/** What the page says in the row of that name. */
const row = async (page: Page, name: string | RegExp) =>
  heldOut(page)
    .locator("tr", {has: page.getByRole("rowheader", {name})})
    .first()
    .locator("td.number")
    .allTextContents();

/** Opens the chapter where its bench stands, which starts when it comes near the window. */
async function openBench(size: {width: number; height: number}) {
  const reader = await visit("measuring.html#measure-a-text-of-yours", {viewport: size});
  await reader.page.locator("#figure-held-out").scrollIntoViewIfNeeded();
  await expect.poll(() => start(reader.page).isEnabled(), {timeout: 60_000}).toBe(true);
  return reader;
}

it("measures of the held-out text what the chapter has recorded of it", async () => {
  const {page, expectClean, context} = await openBench({width: 1280, height: 1000});
  await start(page).click();
  await expect.poll(() => row(page, "5-gram"), {timeout: 240_000}).toHaveLength(3);

  const {report, baselines} = await measuringPage();
  const shown = ({nats, perplexity, bitsPerCharacter}: typeof report.loss) => [
    formatFixed(bitsPerCharacter, 3),
    formatFixed(perplexity, 2),
    formatFixed(nats, 4)
  ];
  expect(await row(page, "The model, stride 128")).toEqual(shown(report.loss));
  expect(await row(page, "The model, disjoint windows")).toEqual(shown(report.disjoint!.disjoint));
  expect(await row(page, "5-gram")).toEqual(shown(baselines[4]!));
  const {divergence} = report;
  expect(await heldOut(page).locator(".divergence .figure-note").first().textContent()).toContain(
    `${formatFixed(divergence!.divergence, 4)} nats`
  );
  expect(await heldOut(page).locator(".divergence-text .token[role=option]").count()).toBe(600);
  expectClean();
  await context.close();
});

it("stops, and keeps what was measured; writes a sample and shows its longest copy", async () => {
  const {page, expectClean, context} = await openBench({width: 390, height: 844});
  await heldOut(page).getByLabel("The window moves on by").selectOption("1");
  await start(page).click();
  const progress = heldOut(page).locator(".progress-text");
  await expect
    .poll(() => progress.textContent(), {timeout: 120_000})
    .toMatch(/of 8,192 characters · .* left/);
  await heldOut(page).getByRole("button", {name: "Stop"}).click();
  const reading = heldOut(page).locator(".examination-reading");
  await expect.poll(() => reading.textContent()).toMatch(/^Stopped after [\d,]+ of 8,192 characters/);
  expect(await row(page, "The model, stride 1")).toHaveLength(3);

  await sample(page).getByLabel("Let the model write").selectOption("500");
  await sample(page).getByRole("button", {name: "Write and examine"}).click();
  await expect.poll(() => sample(page).locator(".progress-text").textContent()).toMatch(/of 500 characters/);
  await expect.poll(() => sample(page).locator(".copy-text mark").count(), {timeout: 240_000}).toBe(1);
  const copy = await sample(page).locator(".copy-text mark").textContent();
  const written = await sample(page).locator(".sample-text").textContent();
  expect(written).toHaveLength(500);
  expect(written).toContain(copy);
  const [own] = await sample(page)
    .locator("tr", {has: page.getByRole("rowheader", {name: "Longest copy"})})
    .locator("td")
    .allTextContents();
  expect(own).toBe(`${copy!.length} characters`);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(wide).toBeLessThanOrEqual(390);
  expectClean();
  await context.close();
});
