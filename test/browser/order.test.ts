import {readFile} from "node:fs/promises";
import {join} from "node:path";
import type {Page} from "playwright-core";
import {beforeAll, expect, it} from "vitest";
import {projectRoot} from "../../src/cli/framework.js";
import type {PositionRecording} from "../../src/components/chapters/order/recording.js";
import {largestChange, softmax} from "../../src/components/chapters/order/reordering.js";
import {fromOnnx, type OnnxModelFile} from "../../src/components/exchange/onnx/onnx.js";
import {alibiSlopes, sinusoids} from "../../src/components/model/positionTables.js";
import {TensorModel} from "../../src/components/model/tensorModel.js";
import {readTokenizer} from "../../src/components/text/tokenizerFile.js";
import {useBackend} from "../backends.js";
import {useBrowser} from "./visit.js";

const visit = useBrowser();
const folder = join(projectRoot, "src/data/order-runs");
const open = async (name: string) => fromOnnx(await readFile(join(folder, `${name}.onnx`)));
const recording = JSON.parse(await readFile(join(folder, "recording.json"), "utf8")) as PositionRecording;

beforeAll(async () => {
  await useBackend("cpu");
});

/** What a model expects after a line, by our own model in this process. */
async function expectation({config, parameters, metadata}: OnnxModelFile, line: string): Promise<number[]> {
  const model = new TensorModel(config, parameters);
  const {logits} = await model.inspect(readTokenizer(metadata.tokenizer).encode(line).ids, {
    names: ["logits"]
  });
  model.dispose();
  return softmax(logits!.data.slice(-config.vocabSize));
}

const verdict = (page: Page) => page.locator("#figure-shuffle .order-verdict");
const chips = (page: Page) => page.locator("#figure-shuffle .order-chip");
const shown = async (page: Page) => (await chips(page).allTextContents()).join("").replaceAll("␣", " ");

it("shuffles a line by keyboard and pointer, and shows what each model makes of it", async () => {
  const {page, expectClean, context, received} = await visit("order.html", {
    viewport: {width: 1280, height: 1000}
  });
  await verdict(page).getByText("Nothing changed").waitFor();
  await page.waitForLoadState("networkidle");
  // The opening needs no engine and no model, and is light.
  expect(received.filter(({url}) => /tfjs|\.wasm|\.onnx|\.bin/.test(url))).toEqual([]);
  console.log(`First view: ${received.reduce((sum, {bytes}) => sum + bytes, 0)} bytes before compression`);

  // By keyboard: the first token is picked up, moved two places and put down.
  await page.getByRole("button", {name: "As written"}).click();
  await verdict(page).getByText("The line is as written").waitFor();
  const written = await shown(page);
  await chips(page).first().focus();
  for (const key of ["Enter", "ArrowRight", "ArrowRight", "Enter"]) await page.keyboard.press(key);
  expect(await shown(page)).toBe(written.slice(1, 3) + written[0] + written.slice(3));
  await verdict(page).getByText("Nothing changed").waitFor({timeout: 60_000});
  // By pointer: the last of those that move is dragged to the front.
  const from = (await chips(page)
    .nth(written.length - 2)
    .boundingBox())!;
  const to = (await chips(page).first().boundingBox())!;
  await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
  await page.mouse.down();
  await page.mouse.move(to.x + to.width / 2, to.y + to.height / 2, {steps: 12});
  await page.mouse.up();
  const line = await shown(page);
  expect(line[0]).toBe(written.at(-2));
  expect(line.at(-1)).toBe(written.at(-1));

  // Another model, whose answer does depend on the order: the number is that of our own model.
  await page.getByLabel("Model", {exact: true}).selectOption("rope");
  await verdict(page).getByText("The answer changed").waitFor({timeout: 60_000});
  const rope = await open("rope");
  const {change} = largestChange(await expectation(rope, written), await expectation(rope, line));
  expect(await verdict(page).textContent()).toContain(
    `moved by ${(100 * change).toFixed(1)} percentage points`
  );

  // A line of one's own, and characters that no model knows.
  await page.getByLabel("Line", {exact: true}).fill("a dog");
  await verdict(page).getByText("as written").waitFor();
  await page.getByLabel("Line", {exact: true}).fill("a dög");
  await page.getByText("These models have never seen ‘ö’").waitFor();
  expect(await shown(page)).toBe("a dog");
  await page.locator("#figure-shuffle").getByRole("button", {name: "Reset"}).click();
  await verdict(page).getByText("Nothing changed").waitFor();
  expectClean();
  await context.close();
});

it("has tables, hands and slopes that answer to their controls with the model's own numbers", async () => {
  const {page, expectClean, context} = await visit("order.html", {viewport: {width: 1280, height: 1000}});
  const waves = page.locator("#figure-waves");
  const map = waves.getByRole("slider");
  await map.focus();
  for (const key of ["Home", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowDown"])
    await page.keyboard.press(key);
  const value = sinusoids(4, 32)[3 * 32 + 9]!;
  await waves.getByText(`is ${value.toFixed(3).replace("-", "−")}.`).waitFor();

  const rotary = page.locator("#figure-rotary");
  const score = async () => /Score (\S+)/.exec((await rotary.locator(".order-verdict").textContent())!)![1];
  const before = await score();
  const slider = (name: string) => rotary.getByRole("slider", {name, exact: true});
  for (let i = 0; i < 5; i++) await slider("Both together").press("ArrowRight");
  expect(await slider("Position of the query").getAttribute("aria-valuetext")).toBe("19");
  expect(await score()).toBe(before);
  await slider("Position of the query").press("ArrowRight");
  expect(await score()).not.toBe(before);

  const alibi = page.locator("#figure-alibi");
  await alibi.getByRole("slider", {name: "Heads", exact: true}).press("ArrowRight");
  await alibi.getByRole("slider", {name: "Head shown"}).press("End");
  const slope = alibiSlopes({position: "alibi", nHead: 5})![4]!;
  expect(await alibi.locator("tbody tr").nth(3).locator("td").first().textContent()).toBe(
    `−${(3 * slope).toFixed(3)}`
  );
  expectClean();
  await context.close();
});

it("covers the recording until a prediction, and trains models in the tab that repeat it", async () => {
  const {page, expectClean, context} = await visit("order.html", {viewport: {width: 1280, height: 1000}});
  const figure = page.locator("#figure-comparison");
  const row = (name: string) => figure.locator("tbody tr", {hasText: name});
  expect(await row("RoPE").locator("td").nth(2).textContent()).toBe("?");
  await page.getByRole("radio", {name: "none", exact: true}).check();
  await page.getByRole("button", {name: "Reveal"}).click();
  await page.getByText("Not quite: the answer is “sinusoidal”.").waitFor();
  const recorded = recording.runs.rope.short.curve;
  expect(await row("RoPE").locator("td").nth(2).textContent()).toBe(recorded.at(-1)![1].toFixed(3));

  for (const name of ["none", "sinusoidal", "learned", "ALiBi"])
    await row(name).getByRole("checkbox").uncheck();
  const start = performance.now();
  await figure.getByRole("button", {name: "Train them here"}).click();
  await figure.getByText("Training RoPE").waitFor();
  // The site's text is the recording's here, and so are seed and engine: the curve is repeated.
  const yours = row("RoPE").locator("td").last();
  await expect.poll(() => yours.textContent(), {timeout: 120_000}).toMatch(/at 150$/);
  const loss = Number.parseFloat((await yours.textContent())!);
  expect(Math.abs(loss - recorded.find(([step]) => step === 150)![1])).toBeLessThan(0.01);
  console.log(`150 steps took ${((performance.now() - start) / 1000).toFixed(1)} s`);
  await figure.getByRole("button", {name: "Stop"}).click();
  await figure.getByText("Nothing is training").waitFor();
  await figure.getByRole("button", {name: "Reset"}).click();
  expect(await yours.textContent()).toBe("–");
  expectClean();
  await context.close();
});

it("shows one figure alone where another site embeds it", async () => {
  const {page, expectClean, context} = await visit("order.html?figure=rotary");
  await page.locator("#figure-rotary .order-clock").first().waitFor();
  expect(await page.locator("#figure-shuffle").isVisible()).toBe(false);
  await page.locator(".embed-credit").waitFor();
  expectClean();
  await context.close();
});
