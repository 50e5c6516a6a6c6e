import type {Page} from "playwright-core";
import {expect, it} from "vitest";
import {useBrowser} from "./visit.js";

const visit = useBrowser();

/** A model that any machine trains in seconds. */
const small = {nLayer: 1, nHead: 2, nEmbd: 16, blockSize: 16, batchSize: 4, steps: 300};

/** What is tried before a run is fetched when the reader comes to it. */
async function comeToTrials(page: Page): Promise<void> {
  await page.getByRole("button", {name: "Start", exact: true}).waitFor();
  await page.locator(".setup > :last-child").scrollIntoViewIfNeeded();
  await page.locator(".trials").waitFor();
}

async function openForm(page: Page): Promise<void> {
  await comeToTrials(page);
  await page.getByText("Every setting", {exact: true}).click();
  await page.getByLabel("Engine").selectOption("wasm");
  for (const [name, value] of Object.entries(small))
    await page.locator(`input[name=${name}]`).fill(String(value));
}

const panel = (page: Page, title: string) => page.locator(".trial-panel", {hasText: title});
const press = (page: Page, name: string | RegExp) =>
  page.locator(".trials").getByRole("button", {name}).click();
const cells = (page: Page, column: number) =>
  page.locator(`.sweep-results tbody tr > :nth-child(${column})`).allTextContents();

it("draws the schedule before there is a run, and explains one batch over and over", async () => {
  const {page, expectClean, context} = await visit("lab.html", {viewport: {width: 390, height: 800}});
  await openForm(page);
  const schedule = page.locator(".schedule");
  await schedule.getByText(/over 30 steps of warm-up, then falls along half a cosine to 0\.0003/).waitFor();
  const before = await schedule.locator("path").getAttribute("d");
  await page.locator("select[name=schedule]").selectOption("oneCycle");
  expect(await schedule.locator("path").getAttribute("d")).not.toBe(before);
  await page.locator("select[name=optimiser]").selectOption("sgd");
  expect(await page.locator("input[name=learningRate]").inputValue()).toBe("0.3");
  await page.getByText(/300 steps = 0\.0\d+ passes \(epochs\) over a training text/).waitFor();
  await page.getByLabel(/Overfit one batch/).check();
  await page.getByText("300 passes over one batch of 64 characters").waitFor();
  await page.getByText("One batch, over and over").waitFor();
  // Nothing is wider than a telephone.
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  expectClean();
  await context.close();
});

it("finds a learning rate by a range test and fills it in", async () => {
  const {page, expectClean, context} = await visit("lab.html");
  await openForm(page);
  await page.getByText("Find a learning rate", {exact: true}).first().click();
  await press(page, "Test rates");
  const found = page.getByText(/^Learning rate found: /);
  await found.waitFor({timeout: 120_000});
  const rate = Number((await found.textContent())!.match(/[\d.]+\d/)![0]);
  // AdamW on so small a model: around 0.01.
  expect(rate).toBeGreaterThan(0.002);
  expect(rate).toBeLessThan(0.2);
  await page.locator(".range-test").getByText("half of what was gained is lost again").waitFor();
  expect(await page.locator(".range-test svg").getAttribute("aria-label")).toContain("logarithmic axis");
  await press(page, `Use ${rate}`);
  expect(Number(await page.locator("input[name=learningRate]").inputValue())).toBe(rate);
  expect(Number(await page.locator("input[name=minLearningRate]").inputValue())).toBeCloseTo(rate / 10, 6);
  // The sweep offers its neighbours.
  expect(await page.locator("input[name=values0]").inputValue()).toContain(String(rate));
  expectClean();
  await context.close();
});

it("sweeps, keeps the table over a reload, downloads it, and refuses what is absurd", async () => {
  const {page, expectClean, context} = await visit("lab.html");
  await openForm(page);
  await page.getByText("Sweep over settings", {exact: true}).first().click();
  const sweep = panel(page, "Sweep over settings");
  await page.locator("input[name=sweepSteps]").fill("40");
  await page
    .locator("input[name=values0]")
    .fill(Array.from({length: 65}, (_, i) => `0.0${i + 10}`).join(","));
  await press(page, "Start the sweep");
  await sweep
    .getByRole("alert")
    .getByText(/This sweep has 65 runs .*at most 64/)
    .waitFor();

  await page.locator("input[name=values0]").fill("0.0001, 0.01");
  await sweep.getByText("2 runs of 40 steps each").waitFor();
  await press(page, "Start the sweep");
  await expect.poll(() => page.locator(".sweep-results .trial-complete").count(), {timeout: 120_000}).toBe(2);
  // The best first: 40 steps at 0.0001 get nowhere from ln 60 = 4.09.
  expect(await cells(page, 2)).toEqual(["0.01", "0.0001"]);
  expect(await cells(page, 4)).toEqual(["40", "40"]);
  const [best, worst] = (await cells(page, 7)).map(Number);
  expect(best).toBeLessThan(3.5);
  expect(worst).toBeGreaterThan(3.9);
  expect(worst).toBeLessThan(4.15);

  const download = page.waitForEvent("download");
  await press(page, "Download as CSV");
  const stream = await (await download).createReadStream();
  const csv = (await stream.toArray()).join("");
  expect(csv).toMatch(/^learningRate,status,steps,.*\r\n0\.0001,complete,40,/);

  await page.reload();
  await comeToTrials(page);
  await page.getByText("Sweep over settings", {exact: true}).first().click();
  await expect.poll(() => cells(page, 2)).toEqual(["0.01", "0.0001"]);
  await page.locator(".sweep-results").getByRole("button", {name: "Use the settings of run 2"}).click();
  expect(await page.locator("input[name=learningRate]").inputValue()).toBe("0.01");
  expectClean();
  await context.close();
});

it("checks a gradient", async () => {
  const {page, expectClean, context} = await visit("lab.html");
  await openForm(page);
  await page.getByText("Check a gradient", {exact: true}).first().click();
  await page.getByLabel("Parameter", {exact: true}).selectOption("transformer.h.0.mlp.c_fc.weight");
  await page.locator("input[name=checkedElements]").fill("3");
  await press(page, "Check the gradient");
  await page
    .getByText(/They agree, for the parameter as a whole and 3 of the 1,024 elements/)
    .waitFor({timeout: 120_000});
  expect(await panel(page, "Check a gradient").locator("tbody tr").count()).toBe(4);
  expectClean();
  await context.close();
});
