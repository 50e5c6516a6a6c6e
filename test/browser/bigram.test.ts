import type {Page} from "playwright-core";
import {expect, it} from "vitest";
import {recordedRun} from "../../src/components/chapters/bigram/learningRun.js";
import {
  countedTable,
  rowTotal,
  tableLoss,
  unpackCounts
} from "../../src/components/chapters/bigram/pairCounts.js";
import type {BigramTrace} from "../../src/components/chapters/bigram/trace.js";
import {formatCount, formatFixed, formatPercent} from "../../src/components/views/format.js";
import {useBrowser, type Visit} from "./visit.js";

const visit = useBrowser();

/** The page, and the trace that it opened with. */
async function open(options?: Parameters<typeof visit>[1]): Promise<Visit & {trace: BigramTrace}> {
  const reader = await visit("bigram.html", options);
  await reader.page.locator(".ladder").waitFor();
  const url = reader.received.find(({url}) => /bigram[^/]*\.json$/.test(url))!.url;
  const trace = (await (await reader.page.request.get(url)).json()) as BigramTrace;
  return {...reader, trace};
}
const counts = (trace: BigramTrace) => {
  const V = trace.vocabulary.length;
  return {
    V,
    pairs: unpackCounts(trace.lengths.at(-1)!.counts, V),
    short: unpackCounts(trace.lengths[0]!.counts, V),
    heldOut: unpackCounts(trace.heldOut, V)
  };
};
const stat = (page: Page, figure: string, label: string) =>
  page.locator(`${figure} .stats div`, {hasText: label}).locator("dd").textContent();
const press = (page: Page, figure: string, name: string) =>
  page.locator(figure).getByRole("button", {name, exact: true}).click();

it("writes from the exact row of the character that was typed", async () => {
  const {page, trace, expectClean, context} = await open();
  const {V, pairs} = counts(trace);
  const row = trace.vocabulary.indexOf("h");
  await page.getByLabel("Begin with").fill("h");
  const total = rowTotal(pairs, row);
  await page
    .locator(".writer .figure-reading", {hasText: `followed by a character ${formatCount(total)} times`})
    .waitFor();
  const most = Math.max(...pairs.counts.subarray(row * V, (row + 1) * V));
  const first = page.locator(".followers tbody tr").first();
  expect(await first.locator(".number").allTextContents()).toEqual([
    formatCount(most),
    formatPercent(most / total)
  ]);

  await press(page, ".writer", "Draw one");
  const tokens = page.locator(".writer-text .token");
  expect(await tokens.count()).toBe(2);
  await press(page, ".writer", "Draw 60");
  expect(await tokens.count()).toBe(62);
  const written = await page.locator(".writer-text").textContent();
  await press(page, ".writer", "Start again");
  await press(page, ".writer", "Draw 60");
  expect(await page.locator(".writer-text").textContent()).not.toBe(written);
  await tokens.first().click();
  expect(await page.locator(".writer .figure-reading").textContent()).toMatch(
    /Here .* came: [\d.]+%, a surprise of/
  );
  await page.locator(".follower").first().click();
  expect(await tokens.count()).toBe(62);
  await page.getByLabel("Begin with").fill("\u4e00");
  expect(await page.locator(".writer-remark").textContent()).toContain("The training text has no ‘一’");
  expectClean();
  await context.close();
});

it("walks the table of counts by keyboard, and measures α on held-out text", async () => {
  const {page, trace, expectClean, context} = await open();
  const {V, pairs, short, heldOut} = counts(trace);
  const map = page.locator("#figure-counting canvas");
  await map.focus();
  await map.press("Home");
  await map.press("ArrowRight");
  await map.press("ArrowUp");
  const at = Number(await map.getAttribute("aria-valuenow")) - 1;
  expect(at % V).toBe(1);
  const text = await page.locator("#figure-counting .figure-reading").first().textContent();
  expect(text).toContain(
    `${formatCount(pairs.counts[at]!)} times of ${formatCount(rowTotal(pairs, Math.floor(at / V)))}`
  );
  expect(await map.getAttribute("aria-valuetext")).toBe(text);

  const alpha = page.getByRole("slider", {name: /Smoothing/});
  const loss = () => stat(page, "#figure-counting", "Loss, held-out text");
  expect(await loss()).toBe(`${formatFixed(tableLoss(countedTable(pairs, 0.01), heldOut), 3)} nats`);
  await alpha.fill("400");
  expect(await loss()).toBe(`${formatFixed(tableLoss(countedTable(pairs, 1000), heldOut), 3)} nats`);
  await page.getByLabel(/the first 1,000/).check();
  expect(await loss()).toBe(`${formatFixed(tableLoss(countedTable(short, 1000), heldOut), 3)} nats`);
  await page.locator("#figure-counting summary").click();
  await expect.poll(() => page.locator("#figure-counting tbody tr").count()).toBe(V);
  await press(page, "#figure-counting", "Reset");
  expect(await loss()).toBe(`${formatFixed(tableLoss(countedTable(pairs, 0.01), heldOut), 3)} nats`);
  expectClean();
  await context.close();
});

it("reveals the recorded run, then trains a bigram here that comes near the counted one", async () => {
  const {page, trace, received, expectClean, context} = await open();
  const {pairs, heldOut} = counts(trace);
  const last = recordedRun(trace, pairs, heldOut).tables.at(-1)!;
  const learned = () => stat(page, "#figure-learnt-table", "Learned, held-out text");
  const counted = tableLoss(countedTable(pairs, 0.01), heldOut);
  expect(await learned()).not.toBe(`${formatFixed(last.heldOut, 3)} nats`);
  await page.getByLabel("No: it can at best come close").check();
  await page.getByRole("button", {name: "Reveal"}).click();
  expect(await learned()).toBe(`${formatFixed(last.heldOut, 3)} nats`);
  await page.locator("#figure-learnt-table .loss-chart svg").waitFor();
  expect(received.some(({url}) => /tfjs|tensorflow/.test(url))).toBe(false);

  await press(page, "#figure-learnt-table", "Train one here");
  await page.getByText("Training here, in this tab").waitFor();
  await press(page, "#figure-learnt-table", "Stop");
  await page.getByText(/Stopped; what is shown was learned here by step/).waitFor();
  await press(page, "#figure-learnt-table", "Train one here");
  await page.getByText(/Trained here, in this tab, in/).waitFor({timeout: 200_000});
  const own = Number.parseFloat((await learned())!);
  expect(own).toBeGreaterThan(counted);
  expect(own).toBeLessThan(counted + 0.05);
  await press(page, "#figure-learnt-table", "Reset");
  await page.getByText("Learned, after 0 steps").waitFor();
  expectClean();
  await context.close();
});

it("feeds a window with the text or with guesses, and draws batches whose targets are one place on", async () => {
  const {page, trace, expectClean, context} = await open();
  const [model] = trace.window.models;
  const rows = page.locator(".forcing tbody tr");
  expect(await rows.count()).toBe(trace.window.text.length - 1);
  const mean =
    -model!.forced.reduce((sum, {probability}) => sum + Math.log(probability), 0) / model!.forced.length;
  expect(await page.locator(".forcing .figure-reading").textContent()).toContain(
    `is ${formatFixed(mean)} nats`
  );
  expect(await page.locator(".forcing .strayed").count()).toBe(0);
  await page.getByLabel("the model’s own guesses").check();
  const first = model!.free.findIndex(
    ({guess}, i) => trace.vocabulary[guess] !== [...trace.window.text][i + 1]
  );
  expect(await page.locator(".forcing .strayed").count()).toBe(model!.free.length - first - 1);

  const grid = async (name: string) => {
    const lines = page.getByRole("grid", {name}).locator("tr");
    return (await lines.all()).map(async (line) => (await line.locator("td").allTextContents()).join(""));
  };
  const [inputs, targets] = [
    await Promise.all(await grid("Inputs [B, T]")),
    await Promise.all(await grid("Targets [B, T]"))
  ];
  expect(inputs.length).toBe(4);
  inputs.forEach((line, i) => {
    expect(targets[i]!.startsWith(line.slice(1))).toBe(true);
    expect(trace.passage.replaceAll(" ", "␣").replaceAll("\n", "⏎")).toContain(line);
  });
  await press(page, "#figure-batch", "Draw another batch");
  expect(await Promise.all(await grid("Inputs [B, T]"))).not.toEqual(inputs);
  await page.getByRole("grid", {name: "Inputs [B, T]"}).locator("td").first().focus();
  await page.keyboard.press("ArrowDown");
  expect(await page.locator("#figure-batch .figure-reading").textContent()).toMatch(
    /^Window 2, place 1: it reads up to/
  );
  expect(await page.locator("#figure-batch td.lit").count()).toBe(2);
  expectClean();
  await context.close();
});

it("fits a phone, opens light, and shows one figure alone", async () => {
  const {page, received, goto, expectClean, context} = await open({viewport: {width: 390, height: 844}});
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  expect(received.some(({url}) => /tfjs|tensorflow|onnxruntime|plot|\.wasm|\.bin/.test(url))).toBe(false);
  await goto("bigram.html?figure=batch");
  await page.locator(".embed-credit").waitFor();
  expect(await page.locator("#figure-batch").isVisible()).toBe(true);
  expect(await page.locator("#figure-writer").isVisible()).toBe(false);
  expectClean();
  await context.close();
});
