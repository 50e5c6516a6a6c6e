import {readFile} from "node:fs/promises";
import {expect, it} from "vitest";
import {readReceipt} from "../../src/components/exchange/receipt.js";
import {headline, openSettings, pause, press, small, waitForStep} from "./trainPage.js";
import {useBrowser} from "./visit.js";

const visit = useBrowser();
const settings = {
  ...small,
  nKvHead: 2,
  nInner: 64,
  steps: 12,
  warmupSteps: 1,
  evalInterval: 4,
  evalBatches: 2
};
const link = `run=1&preset=toy&${Object.entries(settings)
  .map(([name, value]) => `${name}=${value}`)
  .join("&")}&position=rope&seed=7&engine=wasm`;

it("opens a shared link, trains its run, and replays the receipt to the same curve", async () => {
  const {page, context, expectClean} = await visit(`lab.html#${link}&steps=99&colour=%3Cb%3Ered`);
  await page.locator(".workbench").waitFor();
  await page.getByText("The settings below are those of a link.").waitFor();
  await page.getByText("The link says “steps” twice: the first counts.").waitFor();
  await page.getByText("The link says “colour”, which this site does not know").waitFor();
  await openSettings(page);
  for (const [name, value] of Object.entries({...settings, seed: 7}))
    expect(await page.locator(`input[name=${name}]`).inputValue()).toBe(String(value));
  expect(await page.locator("select[name=position]").inputValue()).toBe("rope");
  expect(await page.getByLabel("Engine").inputValue()).toBe("wasm");

  await press(page, "Start");
  await headline(page).getByText("Complete at step 12.").waitFor({timeout: 60_000});
  const downloaded = page.waitForEvent("download");
  await press(page, "Download the receipt");
  const text = await readFile(await (await downloaded).path(), "utf8");
  const receipt = readReceipt(text);
  expect(receipt).toMatchObject({
    steps: 12,
    adapter: "WebAssembly",
    modelConfig: {nLayer: 1, nEmbd: 16, position: "rope"},
    trainConfig: {seed: 7, steps: 12},
    text: {name: "story grammar"}
  });
  expect(receipt.curve.filter(({trainLoss}) => trainLoss !== null)).toHaveLength(12);

  // A file that is none is told, and one of another text says which is needed.
  const choose = (content: string) =>
    page
      .getByLabel("Open a receipt…")
      .setInputFiles({name: "receipt.json", mimeType: "application/json", buffer: Buffer.from(content)});
  await choose("<b>no receipt</b>");
  await page.locator(".run-receipt").getByText("The receipt is not JSON").waitFor();
  await choose(text.replace(receipt.text.sha256, "e".repeat(64)).replace("story grammar", "<i>Emma</i>"));
  await press(page, "Replay and compare");
  await page
    .locator(".replay")
    .getByRole("alert")
    .getByText(/no text of yours is chosen. Needed is “<i>Emma<\/i>”, .* SHA-256 begins with e{12}\./)
    .waitFor();

  await choose(text);
  await page.locator(".replay").getByText("12 steps of GPT-2, RoPE, seed 7, on “story grammar”").waitFor();
  expect(await page.getByLabel("Replay on").inputValue()).toBe("wasm");
  await press(page, "Replay and compare");
  await page.locator(".replay-verdict[data-verdict]").waitFor({timeout: 60_000});
  const verdict = page.locator(".replay-verdict");
  expect(await verdict.textContent()).toBe(
    `✓ The same curve, bit for bit: all ${12 + 4} losses up to step 12 are equal.`
  );
  expect(await verdict.getAttribute("role")).toBe("status");
  expect(await page.locator(".replay svg[role=img]").getAttribute("aria-label")).toMatch(
    /The receipt: 12 steps, .* The replay: 12 steps, /
  );
  expect(await page.locator(".replay tbody tr").count()).toBe(4);
  // The reader's own run is where it was.
  await headline(page).getByText("Complete at step 12.").waitFor();

  // Another seed is another curve.
  await choose(text.replace('"seed": 7', '"seed": 8').replace('"seed": 7', '"seed": 8'));
  await press(page, "Replay and compare");
  await page.locator(".replay-verdict[data-verdict=different]").waitFor({timeout: 60_000});
  expect(await page.locator(".replay-verdict").textContent()).toMatch(
    /^✗ Different curves: from step \d+ on, .* They differ from the first loss on\./
  );
  expectClean();
  await context.close();
});

it("keeps the settings in the address, copies them, and stops a replay", async () => {
  const {page, context, expectClean} = await visit("lab.html#find-a-learning-rate");
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.locator(".workbench").waitFor();
  expect(new URL(page.url()).hash).toBe("#find-a-learning-rate");
  const entries = await page.evaluate(() => history.length);
  await openSettings(page);
  await page.locator("input[name=steps]").fill("300");
  await page.locator("input[name=nLayer]").fill("2");
  const hash = () => new URL(page.url()).hash;
  await expect.poll(hash, {timeout: 20_000}).toBe("#run=1&preset=toy&nLayer=2&warmupSteps=30&steps=300");
  expect(await page.evaluate(() => history.length)).toBe(entries);

  // The reader's own text: its hash and length, and nothing else of it.
  const own = "The quick brown fox jumps over the lazy dog.\n".repeat(100);
  await page.getByLabel("My own").check();
  await page.getByLabel("Your text", {exact: true}).fill(own);
  await press(page, "Use this text");
  await expect.poll(hash, {timeout: 20_000}).toMatch(/&text=own&bytes=4500&sha256=[0-9a-f]{64}$/);
  await press(page, "Copy link");
  await page.getByText(/^Copied: \d+ characters of settings, and no text of yours\.$/).waitFor();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toBe(page.url());
  expect(copied).not.toMatch(/quick|fox/);

  const other = await context.newPage();
  await other.goto(copied);
  await other.getByText(/a run on a text of somebody’s own \(4\.5 kB, SHA-256 beginning with/).waitFor();
  expect(await other.getByLabel("My own").isChecked()).toBe(true);
  await other.getByLabel("Your text", {exact: true}).fill(`${own}Another line.`);
  await press(other, "Use this text");
  await other.getByText("Your text is another than the one that the link names").waitFor();
  await other.getByLabel("Your text", {exact: true}).fill(own);
  await press(other, "Use this text");
  await other.getByText("Your text is the very one that the link names.").waitFor();
  await other.close();

  // A link that is put into the address by hand counts at once.
  await page.evaluate((link) => {
    location.hash = link;
  }, `${link}&text=site`);
  await expect.poll(() => page.locator("input[name=steps]").inputValue()).toBe("12");
  await page.locator("input[name=steps]").fill("5000");
  await press(page, "Start");
  await waitForStep(page, 20);
  await pause(page);
  const downloaded = page.waitForEvent("download");
  await press(page, "Download the receipt");
  const receipt = readReceipt(await readFile(await (await downloaded).path(), "utf8"));
  // As if the run had gone on for long.
  const {writeReceipt} = await import("../../src/components/exchange/receipt.js");
  await page.getByLabel("Open a receipt…").setInputFiles({
    name: "receipt.json",
    mimeType: "application/json",
    buffer: Buffer.from(writeReceipt({...receipt, steps: 5000}))
  });
  await press(page, "Replay and compare");
  await page
    .locator(".replay .progress-text")
    .getByText(/ left$/)
    .waitFor({timeout: 60_000});
  await page.keyboard.press("Enter"); // the focus is on the button that stops it
  await page.locator(".replay-verdict[data-verdict=same]").waitFor({timeout: 60_000});
  expect(await page.locator(".replay-verdict").textContent()).toMatch(
    /^✓ Stopped at step [\d,]+ of 5,000; up to there: The same curve, bit for bit/
  );
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Replay and compare");
  expectClean();
  await context.close();
});
