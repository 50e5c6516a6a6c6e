import type {Locator, Page} from "playwright-core";
import {expect, it} from "vitest";
import {enter} from "./rooms.js";
import {small, startRun} from "./trainPage.js";
import {useBrowser} from "./visit.js";

const visit = useBrowser();

/** The instruments of a page, which may have figures of its own. */
const bench = (page: Page) => page.locator(".studio");
const slider = (page: Page, name: string) => bench(page).getByRole("slider", {name, exact: true});
const prompt = (page: Page) => bench(page).getByLabel("Prompt", {exact: true});
const passage = (page: Page) => bench(page).getByLabel("Passage to measure");
const press = (page: Page, name: string) => bench(page).getByRole("button", {name, exact: true}).click();

/** Presses a key on a slider as often as said. */
async function turn(page: Page, name: string, key: string, times = 1): Promise<void> {
  for (let i = 0; i < times; i++) await slider(page, name).press(key);
}

/** What the bench for sampling says at this moment. */
async function views(page: Page) {
  const stat = async (name: string) =>
    (await bench(page).locator(".distribution .stats div", {hasText: name}).locator("dd").textContent()) ??
    "";
  const measured = await bench(page).locator(".measure-numbers td").allTextContents();
  return {
    kept: await stat("Kept"),
    removed: await stat("Mass cut away"),
    entropy: await stat("Entropy"),
    bars: (await bench(page).locator(".bars tbody .number").allTextContents()).join(),
    continuation: await bench(page).locator(".continuation .tokens").textContent(),
    // The first cell is the table's empty corner.
    plain: [measured[1], measured[3], measured[5]].join(),
    tempered: [measured[2], measured[4], measured[6]].join()
  };
}

/** Waits until what was just done has been answered: that takes one frame. */
const painted = (page: Page) =>
  page.evaluate(
    () => new Promise<void>((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve())))
  );

async function written(page: Page): Promise<void> {
  await painted(page);
  await said(bench(page).locator(".continuation-state"), /tokens written/);
}

async function measured(page: Page): Promise<void> {
  await painted(page);
  await said(bench(page).locator(".measure-numbers"), /^(Over|With a character|Every character)/);
}

const said = (from: Page | Locator, text: string | RegExp) => from.getByText(text).first().waitFor();

async function openSample() {
  const reader = await visit(undefined, {viewport: {width: 1280, height: 1000}});
  await enter(reader.page, "sample");
  await written(reader.page);
  await measured(reader.page);
  return reader;
}

it("answers every slider in every view", async () => {
  const {page, expectClean, context} = await openSample();
  const plain = await views(page);
  expect(plain.removed).toBe("0%");
  expect(plain.plain).toBe(plain.tempered);

  await turn(page, "Temperature", "ArrowRight", 80);
  await written(page);
  const hot = await views(page);
  expect(hot.entropy).not.toBe(plain.entropy);
  expect(hot.bars).not.toBe(plain.bars);
  expect(hot.tempered).not.toBe(plain.tempered);
  expect(hot.plain).toBe(plain.plain);
  expect(hot.continuation).not.toBe(plain.continuation);
  expect(hot.removed).toBe("0%");

  await turn(page, "Top-k", "ArrowLeft", 30);
  await written(page);
  const topK = await views(page);
  expect(Number.parseInt(topK.kept, 10)).toBeLessThan(Number.parseInt(hot.kept, 10));
  expect(topK.removed).not.toBe("0%");
  expect(topK.entropy).not.toBe(hot.entropy);
  expect(topK.tempered).not.toBe(hot.tempered);

  await press(page, "Reset the sliders");
  await turn(page, "Top-p", "ArrowLeft", 45);
  await written(page);
  const topP = await views(page);
  expect(topP.kept).not.toBe(plain.kept);
  expect(topP.removed).not.toBe("0%");
  expect(topP.tempered).not.toBe(plain.tempered);

  await turn(page, "Temperature", "Home");
  await written(page);
  const greedy = await views(page);
  expect(greedy.kept).toMatch(/^1 of/);
  expect(greedy.entropy).toMatch(/^0\.00 bits/);
  expect(await bench(page).locator(".measure-numbers").textContent()).toMatch(/the whole is infinite/);

  // Everything back: the same seed writes the same text.
  await press(page, "Reset the sliders");
  await written(page);
  expect(await views(page)).toEqual(plain);
  expectClean();
  await context.close();
});

it("writes with another seed, pauses, writes one token, clears, and shows what a token was drawn from", async () => {
  const {page, expectClean, context} = await openSample();
  const first = (await views(page)).continuation;
  const place = bench(page).locator(".distribution-place");
  const before = await place.textContent();
  const tokens = bench(page).locator(".continuation .token");
  await tokens.nth((await tokens.count()) - 30).click();
  await painted(page);
  expect(await place.textContent()).not.toBe(before);
  expect(await bench(page).locator(".bar-drawn", {hasText: "drawn"}).count()).toBeLessThanOrEqual(1);

  await bench(page).getByLabel("Seed").fill("7");
  await written(page);
  expect((await views(page)).continuation).not.toBe(first);
  await press(page, "Clear");
  await said(bench(page), "Paused after 0 of 120 tokens.");
  const start = await tokens.count();
  await press(page, "One token");
  await said(bench(page), "Paused after 1 of 120 tokens.");
  expect(await tokens.count()).toBe(start + 1);
  // Both at once: what is left is written in less time than a test takes to find the button again.
  await bench(page)
    .getByRole("button", {name: "Continue", exact: true})
    .evaluate((button: HTMLButtonElement) => {
      button.click();
      button.click();
    });
  await said(bench(page), /Paused after \d+ of 120/);
  await press(page, "Continue");
  await written(page);
  await bench(page).getByLabel("Seed").fill("1");
  await written(page);
  expect((await views(page)).continuation).toBe(first);
  expectClean();
  await context.close();
});

it("keeps the settings on every page and in every tab", async () => {
  const {page, expectClean, context} = await openSample();
  const other = await context.newPage();
  await enter(other, "measure");
  await measured(other);
  const before = await bench(other).locator(".measure-numbers td").allTextContents();
  await page.bringToFront();
  await turn(page, "Temperature", "ArrowLeft", 40);
  await other.bringToFront();
  await bench(other).locator(".range", {hasText: "Temperature"}).getByText("0.60").waitFor();
  expect(await bench(other).locator(".measure-numbers td").allTextContents()).not.toEqual(before);
  await passage(other).fill("Once there was a boy.");
  await said(other, "Over 20 characters");
  await other.close();
  await enter(page, "attend");
  expect(await slider(page, "Temperature").getAttribute("aria-valuetext")).toBe("0.60");
  await enter(page, "measure");
  await said(bench(page), "Over 20 characters");
  expect(await passage(page).inputValue()).toBe("Once there was a boy.");
  expectClean();
  await context.close();
});

it("shows attention to the pointer and to the keyboard, and follows the continuation", async () => {
  const {page, expectClean, context} = await visit(undefined, {viewport: {width: 1280, height: 1000}});
  await enter(page, "attend");
  await written(page);
  await said(bench(page), "Up to date");
  const reading = bench(page).locator(".heat-map .figure-reading");
  const tokens = bench(page).locator(".attention-figure .tokens .token");
  await tokens.nth(3).hover();
  await said(reading, /^Token 4, /);
  await page.mouse.move(0, 0);
  const map = bench(page).locator(".heat-canvas");
  await map.focus();
  await map.press("Home");
  await said(reading, /^Token 1, .*attends to itself 100%/);
  await map.press("ArrowDown");
  await said(reading, /^Token 2, /);
  await bench(page).locator('.head-buttons [aria-checked="true"]').press("Home");
  await said(bench(page).locator(".heat-map"), "Layer 1, head 1");
  await bench(page).locator('.head-buttons [aria-checked="true"]').press("ArrowRight");
  await said(bench(page).locator(".heat-map"), "Layer 1, head 2");
  await tokens.nth(5).click();
  await tokens.nth(5).press("ArrowRight");
  await said(reading, /^Token 7, /);

  const text = await bench(page).locator(".attention-figure .tokens").textContent();
  await bench(page).getByLabel("Seed").fill("99");
  await written(page);
  await said(bench(page), "Up to date");
  expect(await bench(page).locator(".attention-figure .tokens").textContent()).not.toBe(text);
  expectClean();
  await context.close();
});

/** Pastes a text of this many characters without going through the clipboard. */
const paste = (box: Locator, characters: number) =>
  box.evaluate((area, length) => {
    const data = new DataTransfer();
    data.setData("text/plain", "a".repeat(length));
    area.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
  }, characters);

it("answers prompts that it cannot use as they are", async () => {
  const {page, expectClean, context} = await openSample();
  const before = await views(page);
  await prompt(page).fill("");
  await said(bench(page), /^The prompt is empty/);
  expect(await views(page)).toEqual(before);
  await prompt(page).fill("日本");
  await said(bench(page), /does not know ‘日’ and ‘本’; they are left out\. Nothing remains/);
  await prompt(page).fill("A β girl β");
  await said(bench(page), /does not know ‘β’ \(2 times\); they are left out\.$/);
  await written(page);
  expect(await bench(page).locator(".continuation .tokens").textContent()).toMatch(/^A {2}girl /);
  await prompt(page).fill("the ".repeat(100));
  await said(bench(page), /^The prompt has 400 characters and the model sees at most \d+ at once/);
  await paste(prompt(page), 5_000_000);
  await said(bench(page), "That text has 5,000,000 characters; at most 2,000 fit here.");
  await prompt(page).fill("<script>window.ran = 1</script><img src=x onerror='window.ran=1'>");
  await said(bench(page), /This model does not know .*‘<’/);
  await written(page);
  expect(await bench(page).locator(".studio script, .studio img").count()).toBe(0);
  expect(await page.evaluate(() => "ran" in window)).toBe(false);
  expectClean();
  await context.close();
});

it("measures what can be measured and says what cannot", async () => {
  const {page, expectClean, context} = await visit();
  await enter(page, "measure");
  await measured(page);
  const whole = bench(page).locator(".surprise-text .tokens");
  await passage(page).fill("");
  await said(bench(page), /^There is nothing to measure yet/);
  await passage(page).fill("A");
  await said(bench(page), /^One character is too little/);
  await paste(passage(page), 5_000_000);
  await said(bench(page), "That text has 5,000,000 characters; at most 20,000 fit here.");
  await passage(page).fill("He <script>said</script> it.");
  await said(bench(page), /does not know ‘<’ \(2 times\)/);
  await said(bench(page), /^Over \d+ characters/);
  // The words of the measurement before stand until this one is done.
  await expect.poll(() => whole.textContent()).toMatch(/^He scriptsaid/);
  await turn(page, "Top-k", "Home");
  await turn(page, "Top-k", "ArrowLeft", 60);
  await said(bench(page), /cut to zero the perplexity of the whole is infinite/);
  expect(await whole.locator(".token-marked").count()).toBeGreaterThan(0);
  await whole.locator(".token").first().hover();
  await said(bench(page), /nothing came before it/);
  expectClean();
  await context.close();
});

it("lets the reader's own model answer, or the site's", async () => {
  const {page, expectClean, context} = await visit("lab.html");
  // The room is open before there is a run; where the run rests, its model answers there.
  await enter(page, "attend");
  await said(bench(page).locator(".model-badge"), "the model that ships with this site");
  await startRun(page, {...small, steps: 6}, "wasm");
  await page.getByText("Complete at step 6").first().waitFor({timeout: 120_000});
  await said(bench(page).locator(".model-badge"), "your model, step 6");
  await enter(page, "sample");
  await said(bench(page).locator(".model-badge"), "your model, step 6");
  await written(page);
  await press(page, "Use the site’s model");
  await said(bench(page).locator(".model-badge"), "the model that ships with this site");
  await press(page, "Use your model, step 6");
  await said(bench(page).locator(".model-badge"), "your model, step 6");
  await written(page);
  expectClean();
  await context.close();
});

it("opens with damaged settings", async () => {
  const {page, expectClean, context} = await visit("measuring.html");
  await page.evaluate(() =>
    localStorage.setItem("glassformer.studio", '{"temperature":"x","topK":-3,"prompt":7,"seed":')
  );
  await enter(page, "sample");
  await written(page);
  expect(await slider(page, "Temperature").getAttribute("aria-valuetext")).toBe("1.00");
  expectClean();
  await context.close();
});
