import type {Locator, Page} from "playwright-core";
import {expect, it} from "vitest";
import {countDraws} from "../../src/components/chapters/sampling/draws.js";
import {measureRepetition} from "../../src/components/chapters/sampling/repeated.js";
import type {SamplingPage} from "../../src/components/chapters/sampling/samplingPage.js";
import {fromOnnx} from "../../src/components/exchange/onnx/onnx.js";
import {distribution, PLAIN} from "../../src/components/generation/distribution.js";
import {formatCount, formatPercent} from "../../src/components/views/format.js";
import {siteData, siteFile} from "./siteFile.js";
import {useBrowser} from "./visit.js";

const visit = useBrowser();

const samplingPage = (): Promise<SamplingPage> => siteData("sampling");
const figure = (page: Page, name: string) => page.locator(`#figure-${name}`);
const press = (from: Locator, name: string) => from.getByRole("button", {name, exact: true}).click();
const slider = (from: Locator, name: string) => from.getByRole("slider", {name, exact: true});

it("draws every cut into the recorded distribution, without a model", async () => {
  const {page, received, expectClean, context} = await visit("sampling.html");
  const {places, vocabulary} = await samplingPage();
  const shown = figure(page, "distribution");
  const reading = shown.locator(".cut-reading");
  const row = (step: string) => shown.locator("tbody tr", {hasText: new RegExp(`^${step}`)}).locator("td");
  await press(shown, "Cut nothing");
  expect(await reading.textContent()).toMatch(/^Nothing is cut/);
  for (let i = 0; i < 20; i++) await slider(shown, "Top-p").press("ArrowLeft");
  const logits = Float32Array.from(places[0]!.logits);
  const expected = distribution(logits, {...PLAIN, topP: 0.8});
  await expect
    .poll(() => row("top-p").allTextContents())
    .toEqual([
      String(expected.kept),
      formatPercent(expected.removedMass),
      (expected.entropy.after / Math.LN2).toFixed(2),
      Math.exp(expected.entropy.after).toFixed(1)
    ]);
  expect(await shown.locator(".cut-line").allTextContents()).toEqual([
    expect.stringContaining(`top-p takes ${formatPercent(expected.removedMass)}`)
  ]);
  await slider(shown, "Temperature").press("Home");
  expect(await reading.textContent()).toMatch(/^Greedy:/);

  // Another place, chosen at the draws, is the first figure's place as well.
  await figure(page, "draws").getByLabel("What comes after").selectOption("1");
  await expect.poll(() => shown.getByLabel("What comes after").inputValue()).toBe("1");
  expect(vocabulary.length).toBe(fromOnnx(await siteFile(/model\.[^/]*onnx$/)).config.vocabSize);
  expect(received.filter(({url}) => /\.onnx|\.wasm|tfjs/.test(url))).toEqual([]);
  expectClean();
  await context.close();
});

it("keeps other tokens in another order, step by step by keyboard", async () => {
  const {page, expectClean, context} = await visit("sampling.html", {viewport: {width: 390, height: 844}});
  const shown = figure(page, "order");
  const reading = shown.locator(".order-reading");
  expect(await reading.textContent()).toMatch(/keeps \d+ characters? more than/);
  const earlier = shown.getByRole("button", {name: "temperature earlier"});
  for (let i = 0; i < 3; i++) await earlier.press("Enter");
  expect(await shown.locator(".order-steps span").allTextContents()).toEqual([
    "temperature",
    "top-k",
    "top-p",
    "min-p"
  ]);
  expect(await reading.textContent()).toContain("both orders keep the same");
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  expectClean();
  await context.close();
});

it("draws a thousand times as the sampler does, and answers the prediction with a hundred seeds", async () => {
  const {page, expectClean, context} = await visit("sampling.html", {reducedMotion: "reduce"});
  const {places} = await samplingPage();
  const plain = distribution(Float32Array.from(places[0]!.logits), PLAIN);
  const best = plain.ids[0]!;
  const question = page.locator(".predict");
  await question.getByRole("radio").nth(1).check();
  await press(question, "Reveal");
  const counts = Array.from({length: 100}, (_, seed) => countDraws(plain, seed + 1, 1000)[best]!);
  await expect
    .poll(() => question.locator(".predict-reason").textContent())
    .toContain(`from ${formatCount(Math.min(...counts))} to ${formatCount(Math.max(...counts))}`);
  const shown = figure(page, "draws");
  const reading = shown.locator(".draws-reading");
  // Nothing is cut now, and the first seed's count is there at once.
  await expect.poll(() => reading.textContent()).toContain(`and ${formatCount(counts[0]!)} came.`);
  await press(shown, "Next");
  await expect.poll(() => reading.textContent()).toContain(`and ${formatCount(counts[1]!)} came.`);
  await shown.getByLabel("Seed").fill("-1");
  expect(await shown.getByLabel("Seed").getAttribute("aria-invalid")).toBe("true");
  expect(await reading.textContent()).toContain(`and ${formatCount(counts[1]!)} came.`);
  expectClean();
  await context.close();
});

it("shows what greedy text repeats, and opens the bench where the reader comes to it", async () => {
  const {page, received, expectClean, context} = await visit("sampling.html");
  const {written} = await samplingPage();
  const shown = figure(page, "repetition");
  const said = async (i: number) =>
    `${formatPercent(measureRepetition(written[i]!.text, written[i]!.strange).said)} of the words`;
  expect(await shown.locator(".repeated-reading").textContent()).toContain(await said(0));
  await slider(shown, "Temperature").press("End");
  await expect
    .poll(() => shown.locator(".repeated-reading").textContent())
    .toContain(await said(written.length - 1));
  expect(await shown.locator(".repeated-text").textContent()).toBe(written.at(-1)!.text);

  // What the first figure has set, the bench has.
  await press(figure(page, "distribution"), "Write with these");
  await page
    .locator(".continuation-state")
    .getByText(/tokens written/)
    .waitFor({timeout: 60_000});
  expect(received.some(({url}) => /\.onnx$/.test(url))).toBe(true);
  expect(await slider(page.locator(".studio"), "Min-p").getAttribute("aria-valuetext")).toBe("0.28");
  const kept = page.locator(".studio .distribution .stats dd").first();
  expect(await kept.textContent()).toMatch(/^([2-9]|1\d) of/);
  await slider(page.locator(".studio"), "Min-p").press("End");
  await expect.poll(() => kept.textContent()).toMatch(/^1 of/);
  expectClean();
  await context.close();
});
