import type {Page} from "playwright-core";
import {expect, it} from "vitest";
import {formatFixed, formatPercent, visibleToken} from "../../src/components/views/format.js";
import {measuringPage} from "./measuringPage.js";
import {useBrowser} from "./visit.js";

const visit = useBrowser();
const bits = (nats: number) => `${formatFixed(nats / Math.LN2, 2)} bits`;

/** What the first figure says of the place it stands at. */
async function place(page: Page) {
  const figure = page.locator("#figure-truth");
  const rows = figure.locator(".paired-bars tbody tr");
  return {
    tokens: await rows.locator("code").allTextContents(),
    numbers: await rows.locator(".number").allTextContents(),
    came: await figure.locator(".paired-bars-noted code").allTextContents(),
    stats: await figure.locator(".stats dd").allTextContents()
  };
}

it("shows the model’s distribution beside the true one wherever the reader points", async () => {
  const {page, received, expectClean, context} = await visit("measuring.html");
  const {passages} = await measuringPage();
  const figure = page.locator("#figure-truth");
  for (const [i, {name, places}] of passages.entries()) {
    await figure.getByLabel(name, {exact: true}).check();
    const tokens = figure.getByRole("option");
    await expect.poll(() => tokens.count()).toBe(places.length);
    const at = 7 + i;
    await tokens.nth(at).click();
    await page.keyboard.press("ArrowRight");
    const {token, nats, truth, candidates} = places[at + 1]!;
    const expected = {
      tokens: candidates.map(({token}) => visibleToken(token)),
      came: [visibleToken(token)],
      stats: [bits(nats), bits(truth!.nats), bits(truth!.divergence)]
    };
    await expect.poll(() => place(page)).toMatchObject(expected);
    const {numbers} = await place(page);
    expect(numbers.slice(0, 2 * candidates.length)).toEqual(
      candidates.flatMap(({model, truth}) => [formatPercent(model), formatPercent(truth!)])
    );
  }
  // The bars of the strip lead to the same place.
  const {places} = passages.at(-1)!;
  const strip = (await figure.locator(".strips svg").boundingBox())!;
  await page.mouse.move(strip.x + strip.width - 2, strip.y + 20);
  await expect.poll(() => place(page).then(({came}) => came)).toEqual([visibleToken(places.at(-1)!.token)]);
  expect(received.filter(({url}) => /\.onnx|\.wasm|tfjs/.test(url))).toEqual([]);
  expectClean();
  await context.close();
});

it("tells a loss in every unit, and what is learnt by heart", async () => {
  const {page, expectClean, context} = await visit("measuring.html", {viewport: {width: 390, height: 844}});
  const {report, memory} = await measuringPage();
  const ruler = page.locator("#figure-ruler");
  const told = (nats: number) => [
    formatFixed(nats, 3),
    formatFixed(nats / Math.LN2, 3),
    formatFixed(Math.exp(nats), 2)
  ];
  await ruler.getByRole("button", {name: "floor"}).click();
  const stats = ruler.locator(".stats dd");
  await expect.poll(() => stats.allTextContents()).toEqual(told(report.divergence!.floor));
  await ruler.getByRole("slider").fill("1");
  await expect.poll(() => stats.allTextContents()).toEqual(told(1));

  const recital = page.locator("#figure-recital");
  await recital.getByRole("slider").fill("2");
  const {heldOut, sample} = memory.rungs[1]!;
  const text = sample.pieces.map(({text}) => text).join("");
  await expect.poll(() => recital.locator(".recital-text").textContent()).toBe(text);
  expect(await recital.locator("[role=status]").textContent()).toContain(
    `${formatFixed(heldOut / Math.LN2, 2)} on held-out text`
  );
  await page.locator(".predict label").nth(1).click();
  await page.getByRole("button", {name: "Reveal"}).click();
  expect(await page.locator(".predict").textContent()).toContain(`${memory.sample.longest} characters`);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  expectClean();
  await context.close();
});

it("has what the Measure page had, and its old address leads there", async () => {
  const {page, expectClean, context} = await visit("measure.html", {viewport: {width: 1280, height: 900}});
  await page.waitForURL(/measuring\.html#measure-a-text-of-yours$/);
  const box = page.getByLabel("Passage to measure");
  await box.waitFor();
  await expect
    .poll(() => page.locator("#measure-a-text-of-yours").boundingBox())
    .toMatchObject({
      y: expect.toSatisfy((y: number) => y > -50 && y < 900)
    });
  await box.fill("Once there was a boy.");
  await page.locator(".measure-numbers").getByText("Over 20 characters").waitFor();
  await page.goto(page.url().replace(/measuring.*/, "measure.html?figure=ruler#what-it-writes"));
  await page.waitForURL(/measuring\.html\?figure=ruler#what-it-writes$/);
  await page.locator(".ruler-figure").waitFor();
  expect(await page.locator("#figure-truth").isVisible()).toBe(false);
  expectClean();
  await context.close();
});
