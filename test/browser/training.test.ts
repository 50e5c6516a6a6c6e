import {expect, it} from "vitest";
import {startNodeBackend} from "../../src/cli/nodeBackends.js";
import {ratePrediction} from "../../src/components/chapters/training/chapter.js";
import type {TrialRecording} from "../../src/components/chapters/training/recordedTrials.js";
import {StepTracer} from "../../src/components/chapters/training/stepTracer.js";
import {unpackTimeline} from "../../src/components/chapters/training/timeline.js";
import {formatFixed} from "../../src/components/views/format.js";
import {readRow} from "../../src/components/views/heatMap.js";
import type {TrainingPage} from "../../src/data/training.json.js";
import {siteData} from "./siteFile.js";
import {useBrowser} from "./visit.js";

const visit = useBrowser();

const page9 = () => siteData<TrainingPage>("training");
const runs = () => siteData<TrialRecording>("training-runs");

it("moves the sample, the heads, the embeddings, the surprise and the loss by one slider", async () => {
  const {page, expectClean, context} = await visit("training.html");
  const timeline = unpackTimeline((await page9()).timeline);
  const {moments, line, attended, model, head} = timeline;
  const figure = page.locator("#figure-scrubber");
  const slider = figure.getByRole("slider", {name: "Checkpoint"});
  const expectMoment = async (index: number) => {
    const moment = moments[index]!;
    await expect.poll(() => figure.locator(".scrubber-sample").textContent()).toBe(moment.sample);
    const first = (head.layer * model.nHead + head.head) * attended ** 2;
    const weights = moment.attention.subarray(first, first + attended ** 2);
    expect(await figure.locator(".scrubber-map .figure-reading").textContent()).toBe(
      readRow(weights, line.tokens.slice(0, attended), attended - 1)
    );
    expect(await figure.locator(".embedding .figure-reading").textContent()).toBe(moment.vowels);
    const bits = moment.nats.reduce((sum, nats) => sum + nats, 0) / moment.nats.length / Math.LN2;
    expect(await figure.locator(".surprise-text .figure-reading").textContent()).toContain(
      `${formatFixed(bits, 2)} bits each`
    );
    expect(await figure.locator(".scrubber-reading").textContent()).toContain(
      `a loss of ${formatFixed(moment.loss)} nats`
    );
  };
  await expectMoment(moments.length - 1);
  const place = () =>
    figure
      .locator(".embedded-token")
      .first()
      .evaluate((token) => (token as SVGElement).style.transform);
  const [end, dot] = [await place(), figure.locator(".scrubber-loss circle")];
  const across = await dot.getAttribute("cx");
  await slider.focus();
  await page.keyboard.press("Home");
  await expectMoment(0);
  expect(await place()).not.toBe(end);
  expect(Number(await dot.getAttribute("cx"))).toBeLessThan(Number(across));

  // Playing goes on from where the slider stands, and the slider ends it.
  await figure.getByRole("button", {name: "Play"}).click();
  await expect.poll(() => slider.getAttribute("aria-valuetext"), {timeout: 5000}).toContain("after 5 steps");
  await figure.getByRole("button", {name: "Pause"}).click();
  await slider.focus();
  await page.keyboard.press("End");
  await expectMoment(moments.length - 1);
  expectClean();
  await context.close();
});

it("steps through a training step, and takes the next ones in the tab", async () => {
  const {page, received, expectClean, context} = await visit("training.html");
  const {step} = await page9();
  await startNodeBackend("cpu");
  const tracer = await StepTracer.start();
  await tracer.step();
  const second = await tracer.step();
  tracer.dispose();
  const figure = page.locator("#figure-loop");
  const title = figure.locator(".figure-title");
  const sentence = figure.locator(".step-sentence");
  await figure.scrollIntoViewIfNeeded();
  const next = figure.getByRole("button", {name: "Next", exact: true});
  await next.focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter");
  await expect.poll(() => title.textContent()).toBe("Step 1, part 3 of 6: Loss");
  expect(await sentence.textContent()).toContain(formatFixed(step.loss, 3));
  expect(await figure.locator("pre").textContent()).toContain("function placeLosses");
  expect(received.some(({url}) => /tfjs/.test(url))).toBe(false);
  for (let i = 0; i < 4; i++) await page.keyboard.press("Enter");
  await expect.poll(() => title.textContent(), {timeout: 30_000}).toBe("Step 2, part 1 of 6: Batch");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter");
  await expect.poll(() => sentence.textContent()).toContain(formatFixed(second.loss, 3));
  await figure.getByRole("button", {name: "Take 20 steps"}).click();
  await expect.poll(() => title.textContent(), {timeout: 30_000}).toBe("Step 22, part 3 of 6: Loss");
  const losses = (await figure.locator("[role=status]").last().textContent())!
    .match(/\d\.\d{3}/g)!
    .map(Number);
  expect(losses[0]).toBeLessThan(losses[1]!);
  await figure.getByRole("button", {name: "Reset"}).click();
  expect(await title.textContent()).toBe("Step 1, part 1 of 6: Batch");
  expectClean();
  await context.close();
});

it("overfits one batch in the tab, and stops where the reader says", async () => {
  const {page, expectClean, context} = await visit("training.html");
  const figure = page.locator("#figure-overfit");
  await figure.scrollIntoViewIfNeeded();
  await figure.getByRole("button", {name: "Train it here"}).click();
  await expect
    .poll(() => figure.locator(".figure-reading").textContent(), {timeout: 60_000})
    .toMatch(/In this tab: \d/);
  await figure.getByRole("button", {name: "Stop"}).click();
  await expect
    .poll(() => figure.locator("[role=status]").textContent())
    .toMatch(/^(Stopped after|Trained in this tab)/);
  await figure.getByRole("button", {name: "Reset"}).click();
  expect(await figure.locator(".figure-reading").textContent()).not.toContain("In this tab");
  expectClean();
  await context.close();
});

it("answers its question from the recorded runs, and fits a phone", async () => {
  const {page, expectClean, context} = await visit("training.html", {viewport: {width: 390, height: 844}});
  const {choices, right} = ratePrediction(await runs());
  await page.locator("#predict-rate input").nth(right).check();
  await page.locator("#predict-rate").getByRole("button", {name: "Reveal"}).click();
  expect(await page.locator("#predict-rate .predict-verdict").textContent()).toBe("So it is.");
  expect((await page.locator(".predict-right").textContent())!.trim()).toBe(choices[right]);
  const fitting = page.locator("#figure-fitting");
  await fitting.getByRole("radio", {name: "a long text"}).check();
  expect(await fitting.locator(".figure-reading").textContent()).toMatch(/^A long text/);
  const batches = page.locator("#figure-batches");
  await batches.getByRole("radio", {name: "steps"}).check();
  expect(await batches.locator("svg[role=img]").first().getAttribute("aria-label")).toContain(
    "against steps"
  );
  const valley = page.locator("#figure-landscape");
  await valley.getByRole("slider", {name: "Learning rate"}).focus();
  await page.keyboard.press("End");
  await expect
    .poll(() => valley.locator(".landscape > .figure-reading").textContent())
    .toContain("SGD has climbed out");
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  expectClean();
  await context.close();
});
