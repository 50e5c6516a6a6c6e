import {readFile} from "node:fs/promises";
import {expect, it} from "vitest";
import {short} from "../../src/components/chapters/scale/scalingAxes.js";
import {dearestOf, readScalingRuns} from "../../src/components/chapters/scale/scalingRuns.js";
import {useBrowser} from "./visit.js";

const visit = useBrowser();
const record = readScalingRuns(
  JSON.parse(await readFile(new URL("../../src/data/scale-runs.json", import.meta.url), "utf8"))
);
const dearest = dearestOf(record.runs);
const others = record.runs.filter((run) => run !== dearest);

it("draws the recorded runs, tells each by keyboard and pointer, and shows the dearest once it is predicted", async () => {
  const {page, received, expectClean, context} = await visit("scale.html", {
    viewport: {width: 1280, height: 1000}
  });
  const figure = page.locator("#figure-scaling");
  const dots = figure.locator(".log-dot");
  await dots.first().waitFor();
  await page.waitForLoadState("networkidle");
  // The opening needs no engine.
  expect(received.filter(({url}) => /tfjs|\.wasm|\.onnx|\.bin/.test(url))).toEqual([]);
  expect(await dots.count()).toBe(others.length);

  // By keyboard: the next run of the list.
  const said = figure.locator("[aria-live]");
  await figure.getByLabel("A run in words").focus();
  await page.keyboard.press("Home");
  await expect.poll(() => said.textContent()).toContain(`held-out loss ${others[0]!.loss.toFixed(3)} nats`);
  await page.keyboard.press("ArrowDown");
  await expect.poll(() => said.textContent()).toContain(`held-out loss ${others[1]!.loss.toFixed(3)} nats`);
  // By pointer: the run under it.
  const box = (await dots.nth(3).boundingBox())!;
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await expect.poll(() => said.textContent()).toContain(`held-out loss ${others[3]!.loss.toFixed(3)} nats`);
  await figure.getByLabel("Parameters", {exact: true}).check();
  expect(await figure.locator(".log-name").allTextContents()).toContain(short(others[0]!.tokens));

  // Another size and length, by the law.
  const law = page.locator("#figure-law [aria-live]");
  const before = await law.textContent();
  await page.getByRole("slider", {name: "Parameters, N"}).focus();
  await page.keyboard.press("ArrowRight");
  await expect.poll(() => law.textContent()).not.toBe(before);

  const prediction = page.locator("#predict-dearest");
  await prediction.getByRole("radio").first().check();
  await prediction.getByRole("button", {name: "Reveal"}).click();
  await prediction.getByText(/It stands at \d\.\d{2}/).waitFor();
  expect(await dots.count()).toBe(record.runs.length);
  expectClean();
  await context.close();
});

it("frees activations as the backward pass comes down, and counts how long a run takes, 390 px wide", async () => {
  const {page, expectClean, context} = await visit("scale.html", {viewport: {width: 390, height: 844}});
  const figure = page.locator("#figure-checkpointing");
  await figure.scrollIntoViewIfNeeded();
  const rows = figure.locator("li");
  await rows.first().waitFor();
  expect(await rows.filter({hasText: "computed again"}).count()).toBe(1);
  await figure.getByRole("slider", {name: "The backward pass is at block"}).focus();
  await page.keyboard.press("Home");
  expect(await rows.filter({hasText: "done, and freed"}).count()).toBeGreaterThan(3);
  await figure.getByLabel("Keep every activation").check();
  expect(await rows.filter({hasText: "computed again"}).count()).toBe(0);

  const duration = page.locator("#figure-duration");
  await duration.scrollIntoViewIfNeeded();
  const answer = duration.locator(".duration-answer");
  const before = await answer.textContent();
  await duration.getByLabel("Processor").selectOption({label: "NVIDIA H100 SXM"});
  expect(await answer.textContent()).not.toBe(before);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  expectClean();
  await context.close();
});
