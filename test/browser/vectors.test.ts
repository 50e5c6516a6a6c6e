import {readFile} from "node:fs/promises";
import {fileURLToPath} from "node:url";
import type {Locator, Page} from "playwright-core";
import {beforeAll, expect, it} from "vitest";
import {startNodeBackend} from "../../src/cli/nodeBackends.js";
import {errorOf, readNetwork} from "../../src/components/chapters/vectors/bends.js";
import {runLinear} from "../../src/components/chapters/vectors/linearRun.js";
import {linearSteps, randomCase, readCell} from "../../src/components/chapters/vectors/linearSteps.js";
import {preset} from "../../src/components/chapters/vectors/target.js";
import {cosine} from "../../src/components/chapters/vectors/tokenTable.js";
import {OPENING} from "../../src/components/chapters/vectors/trace.js";
import {bowl, descend, lossOf} from "../../src/components/chapters/vectors/valley.js";
import {fromOnnx} from "../../src/components/exchange/onnx/onnx.js";
import {FunctionFit} from "../../src/components/training/functionFit.js";
import {useBrowser} from "./visit.js";

const visit = useBrowser();
beforeAll(() => startNodeBackend("cpu"));

const figure = (page: Page, name: string) => page.locator(`#figure-${name}`);
const button = (place: Page | Locator, name: string) => place.getByRole("button", {name, exact: true});
const reading = async (place: Locator) => (await place.locator(".figure-reading").first().textContent())!;
const number = (text: string | null) => Number(text!.replaceAll(",", "").replace("−", "-"));
const error = async (place: Locator) => number(await place.locator("dd").first().textContent());
const engine = (received: readonly {url: string}[]) =>
  received.filter(({url}) => /tfjs|tensorflow/.test(url));

it("bends a network to the wave as FunctionFit does, in a worker that comes when it is asked for", async () => {
  const {page, received, expectClean, context} = await visit("vectors.html");
  await page.waitForLoadState("networkidle");
  const bend = figure(page, "function");
  await bend.getByText("recorded when the site was built").waitFor();
  expect(await error(bend)).toBeLessThan(0.01);
  const bytes = received.reduce((sum, {bytes}) => sum + bytes, 0);
  console.log(`First view of “vectors.html”: ${received.length} files, ${bytes} bytes`);
  expect(bytes).toBeLessThan(420_000);
  expect(engine(received)).toEqual([]);

  await button(bend, "Train").click();
  await bend.getByText(/training, step \d\d+ of 1,000/).waitFor();
  await button(bend, "Stop").click();
  await bend.getByText("computed here").waitFor();
  expect(engine(received).length).toBeGreaterThan(0);
  const step = number(await bend.locator(".bend-sliders output").nth(1).textContent());
  const fit = new FunctionFit(OPENING);
  const points = preset("wave");
  fit.aim(points);
  await fit.train(step);
  expect(await error(bend)).toBeCloseTo(errorOf(readNetwork(await fit.data()), points), 3);
  fit.dispose();

  await bend.getByRole("slider", {name: "Hidden units"}).press("Home");
  await bend.getByText(/The curve has [01] of at most 1 bend /).waitFor();
  await button(bend, "Reset").click();
  await bend.getByText("recorded when the site was built").waitFor();
  expectClean();
  await context.close();
});

it("fits what the reader draws, with the pointer or the keyboard", async () => {
  const {page, expectClean, context} = await visit("vectors.html");
  const bend = figure(page, "function");
  const before = await error(bend);
  const box = (await bend.locator("svg.plane").boundingBox())!;
  const at = (x: number, y: number) => [box.x + x * box.width, box.y + y * box.height] as const;
  await page.mouse.move(...at(0.1, 0.5));
  await page.mouse.down();
  await page.mouse.move(...at(0.5, 0.3), {steps: 5});
  await page.mouse.move(...at(0.95, 0.5), {steps: 5});
  await page.mouse.up();
  const drawn = await error(bend);
  expect(drawn).toBeGreaterThan(before + 0.05);
  expect(await bend.locator("input:checked").count()).toBe(0);
  await button(bend, "Train").click();
  await expect.poll(() => error(bend), {timeout: 60_000}).toBeLessThan(0.01);
  await button(bend, "Stop").click();
  await bend.getByText("computed here").waitFor();

  const pen = bend.getByRole("slider", {name: /^Pen/});
  const still = await error(bend);
  for (const key of ["ArrowRight", "Shift+ArrowRight", "Shift+ArrowUp"]) await pen.press(key);
  expect(await error(bend)).toBeGreaterThan(still);
  await bend.getByText("Function and network as a table").click();
  expect(await bend.locator("tbody tr").count()).toBe(11);
  await bend.getByRole("option").first().press("End");
  expect(await reading(bend)).toContain("Unit 16 ");
  expectClean();
  await context.close();
});

it("shows the shipped model’s own rows", async () => {
  const {page, expectClean, context} = await visit("vectors.html");
  const path = fileURLToPath(new URL("../../src/data/shipped-model/onnx/model.onnx", import.meta.url));
  const {data, shape} = fromOnnx(await readFile(path)).parameters["transformer.wte.weight"]!;
  const near = figure(page, "neighbours");
  await near.getByRole("option", {name: "a", exact: true}).click();
  const label = await near.locator("tbody tr").first().locator("button").textContent();
  const tokenizer = await page.evaluate(() =>
    [...document.querySelectorAll("#figure-neighbours .token")].map((token) => token.textContent)
  );
  const row = (token: string) => {
    const id = tokenizer.indexOf(token);
    return data.subarray(id * shape[1]!, (id + 1) * shape[1]!);
  };
  expect(await reading(near)).toContain(
    `The cosine of ‘a’ and ‘${label}’ is ${cosine(row("a"), row(label!)).toFixed(2)}.`
  );
  const lookup = figure(page, "lookup");
  expect(await reading(lookup)).toContain(`The 1 picks the row of ‘a’: ${signed(row("a")[0]!)}, `);
  await lookup.locator(".matrix").nth(1).locator("td").first().focus();
  await page.keyboard.press("ArrowDown");
  expect(await reading(lookup)).not.toContain("row of ‘a’");
  expectClean();
  await context.close();
});

it("carries out a linear layer with the op", async () => {
  const {page, received, expectClean, context} = await visit("vectors.html");
  const linear = figure(page, "linear");
  expect(engine(received)).toEqual([]);
  await button(linear, "Other numbers").click();
  const layer = randomCase(101);
  const steps = linearSteps(layer, await runLinear(layer));
  await linear.getByText(readCell(steps[0]!, 0, 0)).waitFor();
  await button(linear, "5. dW").click();
  await linear.locator(".matrix").last().locator("td").first().focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowRight");
  expect(await reading(linear)).toBe(readCell(steps[4]!, 1, 1));
  expectClean();
  await context.close();
});

it("moves arrows, logits, a loss and a ball by keyboard and pointer", async () => {
  const {page, expectClean, context} = await visit("vectors.html");
  const dot = figure(page, "dot");
  await dot.getByRole("slider", {name: /arrow b/}).press("Shift+ArrowRight");
  expect(await dot.locator(".dot-sum").textContent()).toBe("a·b = 2.0·1.0 + 1.0·2.0 = 4.00");
  await drag(page, dot.getByRole("slider", {name: /arrow a/}), -60, 0);
  expect(await dot.locator(".dot-sum").textContent()).toBe("a·b = 1.0·1.0 + 1.0·2.0 = 3.00");

  const loss = figure(page, "loss");
  await figure(page, "softmax").getByLabel("Logit of ‘b’").press("End");
  const powers = [2, 6, -1].map(Math.exp);
  const p = powers[0]! / powers.reduce((a, b) => a + b);
  expect(await reading(loss)).toContain(`= ${(-Math.log(p)).toFixed(3)} nats`);
  await drag(page, loss.getByRole("slider"), 200, 60);
  expect(await reading(loss)).not.toContain(`= ${(-Math.log(p)).toFixed(3)} nats`);
  expect(await figure(page, "softmax").getByLabel("Logit of ‘a’").getAttribute("aria-valuetext")).not.toBe(
    "2.00"
  );

  const valley = figure(page, "valley");
  await button(valley, "Step").click();
  const once = descend({w: 0.9, b: 0.2}, 0.1);
  expect(await reading(valley)).toContain(
    `loss ${lossOf(once).toFixed(3)} (the lowest is ${bowl().loss.toFixed(3)})`
  );
  await drag(page, valley.getByRole("slider", {name: /^The ball/}), -40, -30);
  expect(await reading(valley)).toMatch(/^After 0 steps: /);
  await valley.getByRole("slider", {name: /^The ball/}).press("ArrowUp");
  await button(valley, "20 steps").click();
  expect(await valley.locator("tbody tr").count()).toBe(6);
  expectClean();
  await context.close();
});

it("lets a finger draw across and scroll down", async () => {
  const {page, expectClean, context} = await visit("vectors.html", {
    viewport: {width: 390, height: 844},
    hasTouch: true,
    isMobile: true
  });
  await page.waitForLoadState("networkidle");
  const touch = await context.newCDPSession(page);
  const bend = figure(page, "function");
  const box = (await bend.locator("svg.plane").boundingBox())!;
  const swipe = async (x: number, y: number, dx: number, dy: number) => {
    const at = (share: number) => [{x: box.x + x + share * dx, y: box.y + y + share * dy}];
    await touch.send("Input.dispatchTouchEvent", {type: "touchStart", touchPoints: at(0)});
    for (let i = 1; i <= 10; i++)
      await touch.send("Input.dispatchTouchEvent", {type: "touchMove", touchPoints: at(i / 10)});
    await touch.send("Input.dispatchTouchEvent", {type: "touchEnd", touchPoints: []});
  };
  const before = await error(bend);
  await swipe(60, 150, 230, -40);
  const drawn = await error(bend);
  expect(drawn).toBeGreaterThan(before + 0.05);
  expect(await page.evaluate(() => scrollY)).toBe(0);
  await swipe(150, 220, 0, -160);
  await expect.poll(() => page.evaluate(() => scrollY)).toBeGreaterThan(50);
  expect(await error(bend)).toBe(drawn);
  expectClean();
  await context.close();
});

it("fits a phone, moves nothing while it loads, and lends out a figure", async () => {
  const {page, goto, expectClean, context} = await visit(undefined, {viewport: {width: 390, height: 844}});
  await page.addInitScript(() => {
    const shifts = {sum: 0};
    Object.assign(window, {shifts});
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) shifts.sum += (entry as unknown as {value: number}).value;
    }).observe({type: "layout-shift", buffered: true});
  });
  await goto("vectors.html");
  await page.waitForLoadState("networkidle");
  expect(await page.evaluate(() => (window as unknown as {shifts: {sum: number}}).shifts.sum)).toBeLessThan(
    0.02
  );
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  await page.getByLabel("It follows part of the wave and misses the rest").check();
  await button(page.locator(".predict").first(), "Reveal").click();
  expect(await page.locator(".predict").first().textContent()).toMatch(/So it is\..*0\.\d{4} with 2 units/s);
  await goto("vectors.html?figure=valley");
  await figure(page, "valley").getByText("The last steps").waitFor();
  expect(await figure(page, "dot").isVisible()).toBe(false);
  expectClean();
  await context.close();
});

async function drag(page: Page, handle: Locator, dx: number, dy: number): Promise<void> {
  await handle.scrollIntoViewIfNeeded();
  const box = (await handle.boundingBox())!;
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + dx, y + dy, {steps: 4});
  await page.mouse.up();
}

const signed = (value: number): string =>
  Math.abs(value) < 0.005 ? "0.00" : value.toFixed(2).replace("-", "−");
