import {readdir, readFile} from "node:fs/promises";
import {join} from "node:path";
import {expect, inject, it} from "vitest";
import {nameOf} from "../../src/components/chapters/block/bench.js";
import {formatPower} from "../../src/components/chapters/block/formatPower.js";
import {profileAt} from "../../src/components/chapters/block/gradientRun.js";
import {formatKept, readRun} from "../../src/components/chapters/block/gradientTable.js";
import {layerNormVector} from "../../src/components/chapters/block/layerNormVector.js";
import {formatFixed} from "../../src/components/views/format.js";
import type {BlockPage} from "../../src/data/block.json.js";
import {useBrowser} from "./visit.js";

const visit = useBrowser();

it("says in prose what its recorded runs show", async () => {
  const {runs} = await built();
  const of = (name: string, step: number) => {
    const run = runs.find(({combination}) => combination.norm !== "rmsNorm" && nameOf(combination) === name)!;
    return {...readRun(run, step)!, profile: profileAt(run, step)!};
  };
  const end = runs[0]!.bench.steps;
  const kept = ["residuals, Pre-LN", "residuals, Post-LN", "no residuals, Pre-LN"].map(
    (name) => of(name, end).kept
  );
  expect(kept).toEqual([...kept].sort((a, b) => b - a));
  // LayerNorm hides the shrinking before the first step; without it nothing reaches any block.
  expect(Math.min(...of("no residuals, Pre-LN", 0).profile)).toBeGreaterThan(0.05);
  expect(Math.max(...of("no residuals, no norm", 0).profile)).toBe(0);
  // Only with residuals do the long runs leave far behind them what frequencies alone would give.
  const {longLosses, frequencyLoss} = await built();
  for (const [name, loss] of Object.entries(longLosses!))
    if (name.startsWith("residuals")) expect(loss).toBeLessThan(frequencyLoss - 0.3);
    else expect(Math.abs(loss - frequencyLoss)).toBeLessThan(0.3);
});

/** What the build has computed for the chapter. */
async function built(): Promise<BlockPage> {
  const folder = join(inject("siteFolder"), "_file/data");
  const name = (await readdir(folder)).find((file) => /^block\..*\.?json$/.test(file))!;
  return JSON.parse(await readFile(join(folder, name), "utf8"));
}

it("shows what residuals and norms do to the gradient, and trains the same here", async () => {
  const {runs} = await built();
  const {page, expectClean, context} = await visit("block.html");
  const figure = page.locator("#figure-gradients");
  const row = (name: string) => figure.locator(".run-rows tbody tr", {hasText: name});
  const recorded = runs.find(
    ({combination: {residual, normPlacement, norm}}) =>
      !residual && normPlacement === "pre" && norm === "layerNorm"
  )!;
  const {first, last, kept} = readRun(recorded, recorded.bench.steps)!;
  expect(first).toBeLessThan(last / 1e6);

  await figure.getByRole("radio", {name: "off"}).check();
  await expect.poll(() => row("no residuals, Pre-LN").getAttribute("class")).toBe("row-chosen");
  expect(await row("no residuals, Pre-LN").locator("td").allTextContents()).toEqual(
    expect.arrayContaining([formatPower(first), formatPower(last), formatKept(kept)])
  );
  expect(await figure.locator(".figure-reading").first().textContent()).toContain(formatPower(first));

  // The keyboard takes the slider back to the start, where LayerNorm still hides it.
  const slider = figure.getByRole("slider", {name: "Training step"});
  await slider.focus();
  await page.keyboard.press("Home");
  expect(await row("no residuals, Pre-LN").textContent()).toContain(formatPower(readRun(recorded, 0)!.first));

  await figure.getByRole("radio", {name: "none"}).check();
  expect(await figure.locator(".run-rows tbody tr").count()).toBe(2);
  expect(await figure.getByRole("radio", {name: /Post-LN/}).isDisabled()).toBe(true);
  await figure.getByRole("button", {name: "Reset"}).click();

  // The browser's own run of the same settings finds the same gradients.
  await figure.getByRole("radio", {name: "off"}).check();
  await figure.getByRole("button", {name: "Train this one here"}).click();
  await figure.locator("progress").waitFor();
  await row("no residuals, Pre-LN (run here)").waitFor({timeout: 60_000});
  await expect
    .poll(() => figure.getByRole("button", {name: "Stop"}).isDisabled(), {timeout: 120_000})
    .toBe(true);
  expect(await slider.getAttribute("aria-valuetext")).toBe("32 of 32");
  const shown = await row("no residuals, Pre-LN").locator("td").allTextContents();
  expect(shown[2]).toBe(formatPower(last));
  expectClean();
  await context.close();
});

it("stops a long run, and keeps what it has measured", async () => {
  const {page, expectClean, context} = await visit("block.html");
  const figure = page.locator("#figure-gradients");
  await figure.getByText("Deeper, faster, longer").click();
  await figure.getByRole("radio", {name: "160"}).check();
  expect(await figure.locator(".figure-reading").first().textContent()).toContain("press a button");
  // The longest has been recorded, and is fetched when it is asked for.
  await figure.getByRole("radio", {name: "480"}).check();
  await expect
    .poll(() => figure.locator(".figure-reading").first().textContent())
    .toContain("After 480 steps, with residuals, Pre-LN");
  await figure.getByRole("button", {name: "Train all of them"}).click();
  await expect
    .poll(() => figure.locator(".run-rows tbody").textContent(), {timeout: 60_000})
    .toContain("run here");
  await figure.getByRole("button", {name: "Stop"}).click();
  await expect.poll(() => figure.getByRole("button", {name: "Train all of them"}).isEnabled()).toBe(true);
  expect(await figure.locator(".run-rows tbody tr").first().textContent()).toContain("run here");
  await figure.getByRole("button", {name: "Reset"}).click();
  expect(await figure.locator(".run-rows tbody").textContent()).not.toContain("run here");
  expectClean();
  await context.close();
});

it("keeps LayerNorm's output while its input is scaled, and links the figures of a line", async () => {
  const {line} = await built();
  const {page, expectClean, context} = await visit("block.html");
  const norm = page.locator("#figure-norm");
  await norm.locator(".token").nth(2).click();
  const x = line!.trace.normInput[2]!;
  const plain = layerNormVector(x, line!.norm!.gain, line!.norm!.bias);
  const reading = norm.locator(".norm-figure > .figure-reading");
  await expect.poll(() => reading.textContent()).toContain("Token 3");
  expect(await norm.locator(".bar-strip").first().textContent()).toContain(
    `Mean ${formatFixed(plain.mean, 2)}, deviation ${formatFixed(plain.deviation, 2)}.`
  );
  const output = () => norm.locator(".bar-strip").nth(2).locator("path").first().getAttribute("d");
  const input = () => norm.locator(".bar-strip").first().locator("path").first().getAttribute("d");
  const [before, inputBefore] = [await output(), await input()];
  await norm.getByRole("slider", {name: "Add to every number"}).focus();
  for (let i = 0; i < 5; i++) await page.keyboard.press("ArrowRight");
  expect(await input()).not.toBe(inputBefore);
  expect(await output()).toBe(before);

  expect(await page.locator("#figure-stream .stream-figure .figure-reading").textContent()).toContain(
    "Token 3"
  );
  const hidden = page.locator("#figure-hidden");
  await hidden.locator("td").nth(4).focus();
  await page.keyboard.press("ArrowDown");
  const unit = line!.trace.hidden[1]!;
  expect(await hidden.locator(".figure-reading").textContent()).toContain(
    `unit ${unit.units[1]! + 1}: at token 5`
  );
  expect(await hidden.locator(".figure-reading").textContent()).toContain(
    formatFixed(unit.activations[1]![4]!, 2)
  );
  await expect.poll(() => reading.textContent()).toContain("Token 5");
  expectClean();
  await context.close();
});

it("reads a line of the reader's own with the site's model, which is loaded only then", async () => {
  const {line} = await built();
  const {page, received, expectClean, context} = await visit("block.html");
  await page.waitForLoadState("networkidle");
  const heavy = () =>
    received.filter(({url}) => /tfjs|tensorflow|\.onnx|\.wasm|observablehq\/plot/.test(url));
  expect(heavy()).toEqual([]);
  const bytes = received.reduce((sum, file) => sum + file.bytes, 0);
  console.log(`First view of “block.html”: ${received.length} files, ${bytes} bytes`);
  const field = page.getByLabel("Your own line");
  const own = line!.trace.tokens.slice(5).join("");
  await field.fill(own);
  await page.keyboard.press("Enter");
  await expect
    .poll(() => page.locator("#figure-stream").textContent(), {timeout: 60_000})
    .toContain("in this browser, just now");
  expect(heavy().length).toBeGreaterThan(0);
  expect(await page.locator("#figure-hidden thead th").count()).toBe(1 + line!.trace.tokens.length - 5);
  await field.fill("");
  await page.getByRole("button", {name: "Read it"}).click();
  expect(await page.locator("#figure-own-line [role=alert]").textContent()).toContain("The line is empty.");
  await page.locator("#figure-own-line").getByRole("button", {name: "Reset"}).click();
  expect(await page.locator("#figure-stream").textContent()).toContain("when the site was built");
  expectClean();
  await context.close();
});

it("lets the reader predict, and then shows that moment", async () => {
  const {runs} = await built();
  const {page, context} = await visit("block.html");
  await page.locator(".predict input").first().check();
  await page.getByRole("button", {name: "Reveal"}).click();
  const right = await page.locator(".predict-right").textContent();
  const firsts = runs
    .filter(({combination}) => combination.norm === "layerNorm")
    .map((run) => ({run, first: readRun(run, 0)!.first}));
  const least = firsts.reduce((a, b) => (b.first < a.first ? b : a));
  expect(right?.trim()).toBe(readRun(least.run, 0)!.name);
  expect(await page.getByRole("slider", {name: "Training step"}).getAttribute("aria-valuetext")).toBe(
    "0 of 32"
  );
  await context.close();
});
