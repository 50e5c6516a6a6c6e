import type {Page} from "playwright-core";
import {expect, it} from "vitest";
import {useBrowser} from "./visit.js";

const visit = useBrowser();

const number = (text: string): number => Number(text.replace("−", "-").replace("%", ""));
const pane = (page: Page) => page.locator(".step-pane:visible");
const step = (page: Page, name: RegExp) => page.getByRole("radio", {name});
const reading = (page: Page) => page.locator(".attention-steps > .figure-reading");

/** The numbers of a matrix that is shown, row by row, by the beginning of its title. */
async function shown(page: Page, title: string): Promise<number[][]> {
  const grid = pane(page).locator(`table[aria-label^="${title}"]`);
  const rows = await grid
    .locator("tbody tr")
    .evaluateAll((rows) =>
      rows.map((row) => [...row.querySelectorAll("td")].map((cell) => cell.title || cell.textContent || ""))
    );
  return rows.map((row) => row.map(number));
}

/** softmax(q·kᵀ/√D)·v from the numbers on the page, against the weights and output on the page. */
async function expectRecombination(page: Page): Promise<void> {
  await step(page, /q, k, v/).check({force: true});
  const [q, k, v] = [await shown(page, "Queries"), await shown(page, "Keys"), await shown(page, "Values")];
  const D = q[0]!.length;
  const weights = q.map((query, i) => {
    const exponentials = k
      .slice(0, i + 1)
      .map((key) => Math.exp(key.reduce((sum, x, d) => sum + x * query[d]!, 0) / Math.sqrt(D)));
    const total = exponentials.reduce((a, b) => a + b);
    return exponentials.map((e) => e / total);
  });
  await step(page, /Softmax/).check({force: true});
  const drawn = await shown(page, "Weights");
  expect(drawn.length).toBe(q.length);
  weights.forEach((row, i) => void row.forEach((w, j) => void expect(drawn[i]![j]).toBeCloseTo(w, 1)));
  await step(page, /Mix values/).check({force: true});
  const output = await shown(page, "Output");
  weights.forEach((row, i) => {
    for (let d = 0; d < D; d++) {
      const expected = row.reduce((sum, w, j) => sum + w * v[j]![d]!, 0);
      expect(Math.abs(output[i]![d]! - expected)).toBeLessThan(0.03);
    }
  });
}

it("is stepped through by keyboard; what it shows recombines; the prediction is what the weights say", async () => {
  const {page, received, expectClean, context} = await visit("attention.html", {
    viewport: {width: 1280, height: 1000}
  });
  await page.locator(".attention-steps").waitFor();
  await page.waitForLoadState("networkidle");
  const bytes = received.reduce((sum, file) => sum + file.bytes, 0);
  console.log(`First view of attention.html: ${received.length} files, ${bytes} bytes`);
  expect(received.filter(({url}) => /tfjs|tensorflow|onnx|\.wasm/.test(url))).toEqual([]);

  await step(page, /Input/).focus();
  for (const title of [
    "Queries",
    "One query",
    "Scores",
    "Scaled scores",
    "Masked scores",
    "The row",
    "Number 1"
  ]) {
    await page.keyboard.press("ArrowRight");
    await pane(page).locator(`table[aria-label^="${title}"]`).waitFor();
  }
  await page.keyboard.press("ArrowLeft");
  await expectRecombination(page);

  const {choice, asked} = await page.locator(".predict").evaluate((node) => ({
    choice: [...node.querySelectorAll("label")].map((label) => label.textContent?.trim() ?? ""),
    asked: Number(/attention of token (\d+)/.exec(node.textContent ?? "")?.[1])
  }));
  await page.locator(".predict input").first().check();
  await page.getByRole("button", {name: "Reveal"}).click();
  const row = (await shown(page, "Weights"))[asked - 1]!.filter((w) => !Number.isNaN(w));
  const top = row.indexOf(Math.max(...row)) + 1;
  const right = await page.locator(".predict-right").textContent();
  expect(choice.length).toBe(4);
  expect(right!.trim()).toMatch(new RegExp(`^token ${top} `));

  await step(page, /All scores/).check({force: true});
  await pane(page).locator("td").first().focus();
  await page.keyboard.press("ArrowDown");
  expect(await reading(page).textContent()).toMatch(/^Query: token 2 .*Key: token 1 /);
  expectClean();
  await context.close();
});

it("reads the reader's own line with the model, and goes back", async () => {
  const {page, expectClean, context} = await visit("attention.html");
  const box = page.getByLabel("A line of your own");
  const first = await box.inputValue();
  await box.fill("the cat, the £");
  await page.locator(".by-key .token").nth(12).waitFor({timeout: 60_000});
  expect(await page.locator(".by-key .token").allTextContents()).toHaveLength("the cat, the ".length);
  await page.getByText(/does not know ‘£’/).waitFor();
  await expectRecombination(page);
  const before = await reading(page).textContent();
  await page.locator(".step-controls select").first().selectOption("1");
  expect(await reading(page).textContent()).not.toBe(before);
  await page.getByRole("button", {name: "The first line again"}).click();
  expect(await box.inputValue()).toBe(first);
  expect(await page.locator(".by-key .token").count()).toBe(first.length);
  expectClean();
  await context.close();
});

it("shows saturation with the width, and stands alone in a frame", async () => {
  const {page, expectClean, goto, context} = await visit("attention.html");
  const slider = page.getByRole("slider", {name: /Width D/});
  const cell = async (row: number, column: number) =>
    number(
      (await page.locator(".saturation-table tbody tr").nth(row).locator("td").nth(column).textContent())!
    );
  await slider.press("End");
  expect(await slider.getAttribute("aria-valuetext")).toBe("128 numbers");
  expect((await cell(0, 0)) / Math.sqrt(128)).toBeCloseTo(1, 1);
  expect(await cell(1, 0)).toBeCloseTo(1, 1);
  expect(await cell(0, 1)).toBeGreaterThan(2 * (await cell(1, 1)));
  await slider.press("Home");
  expect([await cell(0, 1), await cell(0, 2)]).toEqual([await cell(1, 1), await cell(1, 2)]);
  await page.getByRole("button", {name: /Back to D/}).click();
  await goto("attention.html?figure=scale");
  await page.locator(".embed-credit").waitFor();
  expect(await page.locator(".saturation-charts").isVisible()).toBe(true);
  expect(await page.locator(".attention-steps").isVisible()).toBe(false);
  expectClean();
  await context.close();
});
