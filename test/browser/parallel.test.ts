import {readFile} from "node:fs/promises";
import {createRequire} from "node:module";
import type {Locator, Page} from "playwright-core";
import {expect, it} from "vitest";
import {useBrowser} from "./visit.js";

const visit = useBrowser();

/** The first number after some words. */
const numberAfter = (text: string, words: string): number => {
  const at = text.indexOf(words);
  expect(at, `“${words}” in “${text}”`).toBeGreaterThanOrEqual(0);
  return Number.parseFloat(text.slice(at + words.length).replaceAll(",", ""));
};

const rowsOf = async (figure: Locator): Promise<string[][]> =>
  figure
    .locator(".step-rows tbody tr")
    .evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent ?? "")));

async function run(figure: Locator, steps: number): Promise<string[][]> {
  await figure.getByRole("button", {name: "Run"}).click();
  await figure.locator("progress").waitFor();
  await expect
    .poll(async () => (await rowsOf(figure)).length, {timeout: 240_000, interval: 500})
    .toBeGreaterThanOrEqual(steps);
  return rowsOf(figure);
}

/** What axe finds wrong with both figures as they stand. */
async function violationsOf(page: Page): Promise<string[]> {
  await page.evaluate(await readFile(createRequire(import.meta.url).resolve("axe-core"), "utf8"));
  return page.evaluate(async () => {
    const {axe} = globalThis as unknown as {axe: typeof import("axe-core")};
    const {violations} = await axe.run({
      include: ["#figure-data-parallel", "#figure-model-parallel"]
    } as never);
    return violations.map(({id, nodes}) => `${id}: ${nodes.map((node) => node.html).join(" ")}`);
  });
}

const workersOf = (page: Page) => page.workers().filter((worker) => worker.url().includes("parallel")).length;

it("trains with four workers and with one, which is the same, and counts what goes round", async () => {
  const {page, received, expectClean, context} = await visit("scale.html");
  const figure = page.locator("#figure-data-parallel");
  await page.waitForLoadState("networkidle");
  const files = (pattern: RegExp) => received.filter(({url}) => pattern.test(url));
  expect(files(/_import\/components\/parallel\/(?!manyWorkers)/)).toEqual([]); // far below the first view
  await figure.scrollIntoViewIfNeeded();
  await figure.getByRole("button", {name: "Run"}).waitFor();
  // Nothing that computes is fetched before it is wanted.
  expect(files(/tfjs|\.wasm|parallel\/(worker|comparedRun)/)).toEqual([]);

  // The keyboard steps the drawing.
  await figure.getByRole("button", {name: "Next round"}).focus();
  for (let i = 0; i < 6; i++) await page.keyboard.press("Enter");
  expect(await figure.locator(".ring-figure [role=status]").textContent()).toContain(
    "Every worker now has the sum of every chunk."
  );
  expect(await figure.getByRole("button", {name: "Next round"}).isDisabled()).toBe(true);

  const rows = await run(figure, 20);
  await expect
    .poll(() => figure.getByRole("button", {name: "Run"}).isEnabled(), {timeout: 60_000})
    .toBe(true);
  for (const [, together, alone, messages, , , , alike] of rows) {
    expect(Math.abs(Number(together) - Number(alone))).toBeLessThan(1e-3);
    expect([messages, alike]).toEqual(["24", "yes"]);
  }
  expect(Number(rows.at(-1)![1])).toBeLessThan(Number(rows[0]![1]) - 0.5); // it learns
  const counted = (await figure.locator(".team-count").textContent())!;
  const bytes = numberAfter(counted, "24 messages and ");
  const parameters = numberAfter(counted, "3 / 4 · ");
  expect(parameters).toBeGreaterThan(200_000);
  expect(bytes).toBe(2 * 3 * parameters * 4);
  expect(counted).toContain(`= ${((2 * 3 * parameters * 4) / 4).toLocaleString("en-GB")} bytes`);
  const said = (await figure.locator(".team-panel > .figure-reading").textContent())!;
  const [, digits, exponent] = /at most (?:([\d.]+) × )?10⁻(.) of its largest element/.exec(said)!;
  expect(Number(digits ?? 1) * 10 ** -"⁰¹²³⁴⁵⁶⁷⁸⁹".indexOf(exponent!)).toBeLessThanOrEqual(1e-5);
  expect(said).toContain("the same in all after every step, bit for bit");
  expect(workersOf(page)).toBe(0); // all ended
  const other = page.locator("#figure-model-parallel");
  await other.scrollIntoViewIfNeeded();
  await other.getByRole("button", {name: "Run"}).waitFor();
  expect(await violationsOf(page)).toEqual([]);
  expectClean();
  await context.close();
});

it("cuts the model in two and the batch into micro-batches, with the losses of one worker, and says who waited", async () => {
  const {page, expectClean, context} = await visit("scale.html");
  const figure = page.locator("#figure-model-parallel");
  await figure.scrollIntoViewIfNeeded();
  await figure.getByRole("slider", {name: "Blocks on worker 1"}).focus();
  await page.keyboard.press("ArrowLeft");
  expect(await figure.locator(".pipeline ol").first().locator("li").allTextContents()).toEqual([
    "Embedding",
    "Block 1"
  ]);
  expect(await figure.getByRole("slider", {name: "Micro-batches, m"}).inputValue()).toBe("4");
  const rows = await run(figure, 20);
  for (const [, together, alone, messages, , , , alike] of rows) {
    expect(Math.abs(Number(together) - Number(alone))).toBeLessThan(1e-3);
    expect([messages, alike]).toEqual(["12", "yes"]);
  }
  const counted = (await figure.locator(".team-count").textContent())!;
  expect(counted).toContain(`their gradients ${(2 * 12 * 64 * 64 * 4).toLocaleString("en-GB")} bytes`);
  const times = figure.locator(".pipeline-times");
  const said = (await times.locator(".figure-reading").textContent())!;
  expect(said).toMatch(
    /worker 1 worked for \d+ ms of a step and waited for \d+ ms, [\d.]+% of it; worker 2 worked for \d+ ms of a step and waited for \d+ ms, [\d.]+% of it\. Computed for equal workers: .* = 1 \/ 5, or 20\.0%\.$/
  );
  const boxes = await times
    .locator("g")
    .evaluateAll((nodes) => nodes.map((g) => g.getBoundingClientRect().toJSON()));
  expect(boxes.length).toBe(16); // those of worker 1 come first: forward 1, forward 2, …; then forward 1, backward 1 of worker 2
  expect(boxes[1]!.left).toBeLessThan(boxes[9]!.right); // both worked at once
  expectClean();
  await context.close();
});

it("refuses what cannot be shared, and stops when asked", async () => {
  const {page, expectClean, context} = await visit("scale.html");
  const figure = page.locator("#figure-data-parallel");
  await figure.scrollIntoViewIfNeeded();
  const alert = () => figure.locator("[role=alert]").textContent();
  const slider = figure.getByRole("slider", {name: "Workers, k"});
  const press = (name: string) => figure.getByRole("button", {name, exact: true}).click();
  await slider.focus();
  await page.keyboard.press("ArrowRight");
  await press("Run");
  await expect.poll(alert).toContain("workers is 5, which does not divide batchSize, 12");
  await figure.getByLabel(/^Batch/).fill("3");
  await press("Run");
  await expect.poll(alert).toContain("workers is 5; it must be at most batchSize, 3");
  await figure.getByLabel(/^Batch/).fill("");
  await press("Run");
  await expect.poll(alert).toContain("batchSize is 0; it must be a whole number from 1 to 1024.");
  expect(workersOf(page)).toBe(0);

  await figure.getByLabel(/^Batch/).fill("10");
  await run(figure, 1);
  expect(workersOf(page)).toBe(6);
  await press("Stop");
  await expect.poll(() => workersOf(page)).toBe(0);
  const said = () => figure.locator(".team-panel > .figure-reading").textContent();
  await expect.poll(said).toMatch(/^After \d+ steps? the loss is/);
  expect(await figure.locator("[role=alert]").count()).toBe(0);
  expectClean();
  await context.close();
});
