import {readFile} from "node:fs/promises";
import {expect, it} from "vitest";
import {openRunFile} from "../../src/components/exchange/runFile.js";
import {headline, press, small, startRun} from "./trainPage.js";
import {useBrowser} from "./visit.js";

const visit = useBrowser();

it("opens ready to start beside a recorded run, says why each value is what it is, and finds its rooms", async () => {
  const {page, received, expectClean, context} = await visit("lab.html", {
    viewport: {width: 1280, height: 800}
  });
  const start = page.getByRole("button", {name: "Start", exact: true});
  await start.waitFor();
  const bottom = (await start.boundingBox())!;
  expect(bottom.y + bottom.height).toBeLessThan(800);
  const curve = page.locator(".recorded-curve");
  expect(await curve.locator("svg").getAttribute("aria-label")).toContain("the recorded run");
  expect((await curve.boundingBox())!.y).toBeLessThan(400);
  expect(await curve.textContent()).toMatch(/validation loss came down to 0\.\d{3} nats/);

  await page.getByText("Why these values", {exact: true}).first().click();
  const row = (name: string) => page.locator(".preset-table tbody tr", {hasText: `(${name})`});
  expect(await row("clipNorm").textContent()).toContain("GPT-3’s and nanoGPT’s");
  await page.getByText("Every setting", {exact: true}).click();
  await page.locator("input[name=clipNorm]").fill("0.5");
  await expect.poll(() => row("clipNorm").locator("td").nth(1).textContent()).toBe("0.5");

  // Nothing of the rooms is there before somebody comes near.
  expect(received.filter(({url}) => /attentionPanel|profileBench|insideRoom/.test(url))).toEqual([]);
  for (const name of ["Look inside", "Attend", "Profile"]) {
    await page.getByRole("navigation", {name: "Rooms of the lab"}).getByText(name).click();
    const heading = page.getByRole("heading", {name, exact: true});
    await expect
      .poll(async () => Math.abs((await heading.boundingBox())!.y), {timeout: 10_000})
      .toBeLessThan(400);
  }
  await page.getByRole("button", {name: "Measure this device"}).waitFor();

  // On a phone Start is in the first window too, though the form, whose settings are all open, is longer.
  await page.setViewportSize({width: 390, height: 844});
  await page.evaluate(() => scrollTo(0, 0));
  const inWindow = async () => (await start.boundingBox())!;
  await expect.poll(async () => (await inWindow()).y).toBeLessThan(844 - (await inWindow()).height);
  expect((await curve.boundingBox())!.y).toBeGreaterThan(844);
  // What has the focus is not behind it.
  await page.locator(".setup .settings").getByLabel("Preset", {exact: true}).focus();
  for (let i = 0; i < 12; i++) await page.keyboard.press("Tab");
  const focused = await page.evaluate(() => document.activeElement!.getBoundingClientRect().bottom);
  expect(focused).toBeLessThanOrEqual((await inWindow()).y);
  expectClean();
  await context.close();
});

it("keeps notes with a run, on the shelf and in its file, and looks inside its model", async () => {
  const {page, expectClean, context} = await visit("lab.html");
  page.on("dialog", (dialog) => dialog.accept());
  await startRun(page, {...small, steps: 5}, "wasm");
  await headline(page).getByText("Complete at step 5.").waitFor({timeout: 60_000});
  const notes = page.getByLabel("Notes on this run");
  await notes.fill("A first try,\n<b>too short</b>.");
  await page.getByText("Kept in this browser.").waitFor();
  await page.reload();
  await expect.poll(() => notes.inputValue()).toBe("A first try,\n<b>too short</b>.");
  await notes.fill("A first try, far too short.");
  const downloaded = page.waitForEvent("download");
  await press(page, "Download the run");
  const bytes = await readFile(await (await downloaded).path());
  expect((await openRunFile(new Blob([bytes]))).snapshot.notes).toBe("A first try, far too short.");

  // The settings are in the address, so that the reload has opened their form.
  await startRun(page, {...small, steps: 6}, "wasm");
  await headline(page).getByText("Complete at step 6.").waitFor({timeout: 60_000});
  const cells = page.locator(".run-table .run-notes");
  await expect.poll(() => cells.allTextContents()).toEqual(["", "A first try, far too short."]);
  expect(await notes.inputValue()).toBe("");

  // What has just been trained is what is looked into.
  await page.locator("#figure-inside").scrollIntoViewIfNeeded();
  const inside = page.locator(".inside");
  await expect.poll(() => inside.getByLabel("Model").inputValue()).toBe("own");
  await inside.getByRole("button", {name: "Look inside"}).click();
  await inside.getByText(/^A loss of [34]\.\d{3} nats a token over 16 tokens/).waitFor({timeout: 60_000});
  const layers = inside.locator(".inside-layers tbody tr");
  expect(await layers.count()).toBe(11); // the embedding, eight of its one block, the last norm, the logits
  await inside.getByLabel("logits").check();
  await inside.getByText("logits: its numbers").waitFor();
  const reading = inside.locator(".order-table .figure-reading");
  const before = await reading.allTextContents();
  await inside.locator("canvas").first().press("ArrowRight");
  await expect.poll(() => reading.allTextContents()).not.toEqual(before);
  expect((await reading.allTextContents())[1]).toMatch(/one more would change the mean loss by/);
  expectClean();
  await context.close();
});

it("rests a run while the device is measured", async () => {
  const {page, expectClean, context} = await visit("lab.html");
  await startRun(page, small, "wasm");
  await headline(page)
    .getByText(/^Training/)
    .waitFor({timeout: 60_000});
  await page.locator("#figure-profile").scrollIntoViewIfNeeded();
  const measure = page.getByRole("button", {name: "Measure this device"});
  await expect.poll(() => measure.isEnabled(), {timeout: 20_000}).toBe(true);
  await page.getByLabel("Windows in a batch").fill("1");
  await measure.click();
  const profile = page.locator(".profile");
  await profile.getByText("Your run was paused, so that its steps are not measured with these.").waitFor();
  await headline(page)
    .getByText(/^Paused at step/)
    .waitFor({timeout: 20_000});
  await profile.getByRole("button", {name: "Stop"}).click();
  await profile.getByText(/Stopped\. What was measured so far is not kept\.$/).waitFor();
  expectClean();
  await context.close();
});

it("shows one room alone where another site frames it", async () => {
  const {page, expectClean, context} = await visit("lab.html?figure=attend", {
    viewport: {width: 700, height: 900}
  });
  await page
    .locator(".model-badge")
    .getByText("the model that ships with this site")
    .waitFor({timeout: 30_000});
  expect(await page.locator("#workbench").isVisible()).toBe(false);
  expectClean();
  await context.close();
});
