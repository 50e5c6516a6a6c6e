import {readFile} from "node:fs/promises";
import {join} from "node:path";
import type {Page} from "playwright-core";
import {expect, inject, it} from "vitest";
import {readCorpus} from "../../src/components/corpus/readCorpus.js";
import {firstTokens, measureHeldOut} from "../../src/components/evaluation/heldOut.js";
import {PreparedTexts} from "../../src/components/evaluation/preparedTexts.js";
import {readOnnxHeader} from "../../src/components/exchange/onnx/onnx.js";
import {openOnnxModel} from "../../src/components/inference/onnxModel.js";
import {readTokenizer} from "../../src/components/text/tokenizerFile.js";
import {formatFixed} from "../../src/components/views/format.js";
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
    .locator("td")
    .allTextContents();

/** The site's own files, measured here by the same components. */
async function direct(stride: number, tokens: number) {
  const folder = inject("siteFolder");
  const pages = await readFile(join(folder, "measure.html"), "utf8");
  const file = async (name: string) => {
    const [before, ending] = name.split(".");
    const path = new RegExp(`_file/data/${before}\\.[0-9a-f]+\\.${ending}`).exec(pages)?.[0];
    if (!path) throw new Error(`measure.html names no ${name}`);
    return readFile(join(folder, path));
  };
  const [meta, train, val, onnx] = await Promise.all(
    ["corpus/meta.json", "corpus/train.bin", "corpus/val.bin", "model/model.onnx"].map(file)
  );
  const corpus = readCorpus({meta: JSON.parse(meta!.toString()), train: train!, val: val!});
  const tokenizer = readTokenizer(readOnnxHeader(onnx!).metadata.tokenizer);
  const {tokenizer: file_, floor} = corpus.meta;
  const texts = new PreparedTexts(
    {tokenizer: file_, train: corpus.train, val: corpus.val, stories: floor !== null},
    tokenizer
  );
  const model = await openOnnxModel(onnx!, {label: "", tokenizer});
  const report = await measureHeldOut(model, firstTokens(texts.heldOut, tokens), {stride});
  model.dispose();
  return {report, baselines: texts.baselines(tokens)};
}

it("measures the held-out text as the components do outside a browser", async () => {
  const {page, expectClean, context} = await visit("measure.html", {viewport: {width: 1280, height: 1000}});
  await heldOut(page).scrollIntoViewIfNeeded();
  await expect.poll(() => start(page).isEnabled(), {timeout: 60_000}).toBe(true);
  await heldOut(page).getByLabel("Of the held-out text").selectOption({index: 0});
  await start(page).click();
  await expect.poll(() => row(page, "5-gram"), {timeout: 240_000}).toHaveLength(3);

  const {report, baselines} = await direct(128, 2048);
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
  const {page, expectClean, context} = await visit("measure.html", {viewport: {width: 390, height: 844}});
  await expect.poll(() => start(page).isEnabled(), {timeout: 60_000}).toBe(true);
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
