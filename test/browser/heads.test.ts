import {expect, it} from "vitest";
import {startNodeBackend} from "../../src/cli/nodeBackends.js";
import {byCost, headSentence, readHeadsPage, toHead} from "../../src/components/chapters/heads/headFacts.js";
import {unpackLine} from "../../src/components/chapters/heads/headLine.js";
import type {MeasuredHeads} from "../../src/components/chapters/heads/headsPage.js";
import {meanLoss, tokenLosses} from "../../src/components/chapters/heads/tokenLosses.js";
import {fromOnnx} from "../../src/components/exchange/onnx/onnx.js";
import {TensorModel} from "../../src/components/model/tensorModel.js";
import {readTokenizer} from "../../src/components/text/tokenizerFile.js";
import {formatFixed} from "../../src/components/views/format.js";
import {readRow} from "../../src/components/views/heatMap.js";
import {siteData, siteFile} from "./siteFile.js";
import {useBrowser} from "./visit.js";

const visit = useBrowser();

const measuredHeads = async (): Promise<MeasuredHeads> => readHeadsPage(await siteData("heads"))!;

it("names the heads by what was measured, and shows where a chosen one looks", async () => {
  const {page, received, expectClean, context} = await visit("heads.html");
  const measured = await measuredHeads();
  const line = unpackLine(measured.line);
  const figure = page.locator("#figure-heads");
  const heads = figure.getByRole("radio");
  await expect.poll(() => heads.count()).toBe(measured.model.nLayer * measured.model.nHead);

  await heads.first().click();
  await page.keyboard.press("ArrowRight");
  await expect.poll(() => heads.nth(1).getAttribute("aria-checked")).toBe("true");
  expect(await figure.locator(".heads-sentence").textContent()).toBe(headSentence(measured, 1));

  const T = line.tokens.length;
  await figure
    .getByRole("option")
    .nth(T - 1)
    .click();
  const row = readRow(line.attention.subarray(T * T, 2 * T * T), line.tokens, T - 1, measured.model.causal);
  await expect.poll(() => figure.locator(".figure-reading").first().textContent()).toBe(row);
  // All this came with the page: no model, no engine.
  expect(received.filter(({url}) => /\.onnx|\.wasm|tfjs/.test(url))).toEqual([]);
  expectClean();
  await context.close();
});

it("silences the costliest head, and says the loss that the model then has", async () => {
  const {page, expectClean, context} = await visit("heads.html");
  const measured = await measuredHeads();
  const figure = page.locator("#figure-silencing");
  await figure.getByRole("button", {name: "Silence the costliest"}).click();
  const costliest = byCost(measured)[0]!;
  await expect
    .poll(() => figure.locator(".head-switch").nth(costliest).getAttribute("aria-pressed"))
    .toBe("true");
  await expect
    .poll(() => figure.locator(".silencing-sentence").textContent(), {timeout: 60_000})
    .toMatch(/^Without/);

  await startNodeBackend("cpu");
  const {config, parameters} = fromOnnx(await siteFile(/model\.[^/]*onnx$/));
  const tokenizer = readTokenizer(
    JSON.parse((await siteFile(/data\/model\/tokenizer\.[^/]*json$/)).toString())
  );
  const model = new TensorModel(config, parameters);
  const {ids} = tokenizer.encode(measured.line.tokens.join(""));
  const silenced = [toHead(costliest, config.nHead)];
  const {logits} = await model.inspect(ids, {names: ["logits"], silenced});
  model.dispose();
  // The page computes on another backend: the last digit may differ.
  const shown = (await figure.locator(".stats dd").nth(1).textContent())!;
  expect(Number.parseFloat(shown)).toBeCloseTo(meanLoss(tokenLosses(logits!.data, ids)), 2);

  await figure.getByRole("button", {name: "Hear all again"}).click();
  await expect
    .poll(() => figure.locator(".silencing-sentence").textContent())
    .toMatch(/^All heads are heard/);
  expectClean();
  await context.close();
});

it("reads a line of the reader's own with every head, and goes back", async () => {
  const {page, expectClean, context} = await visit("heads.html");
  const figure = page.locator("#figure-heads");
  const box = figure.getByLabel("A line of your own");
  const before = await box.inputValue();
  await box.fill("The dog saw the dog.");
  await expect.poll(() => figure.getByRole("option").count(), {timeout: 60_000}).toBe(20);
  await box.fill("x");
  await expect.poll(() => figure.getByRole("alert").textContent()).toContain("Write at least two");
  expect(await figure.getByRole("option").count()).toBe(20);
  await box.blur();
  await figure.getByRole("button", {name: "Reset"}).click();
  await expect.poll(() => box.inputValue()).toBe(before);
  expectClean();
  await context.close();
});

it("moves a vector's parts by keyboard", async () => {
  const {page, expectClean, context} = await visit("heads.html", {viewport: {width: 390, height: 844}});
  const {split} = await measuredHeads();
  const figure = page.locator("#figure-split");
  await figure.getByRole("radio").first().focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  const [T, H, D] = [split.tokens.length, split.nHead, split.headWidth];
  await expect.poll(() => figure.locator(".split-shape").textContent()).toBe(`[1, ${H}, ${T}, ${D}]`);
  await figure.getByText("This step as a table").click();
  // The second block in memory is now the second token's part of the first head.
  const second = figure.locator("tbody tr").nth(1);
  expect(await second.textContent()).toContain(`1${D}${formatFixed(split.values[H * D]!, 3)}`);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  expectClean();
  await context.close();
});
