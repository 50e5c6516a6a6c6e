import {expect, it} from "vitest";
import {knownShapes} from "../../src/components/chapters/model/knownShapes.js";
import type {ModelConfig} from "../../src/components/model/config.js";
import {parameterCount} from "../../src/components/model/parameters.js";
import {formatCount} from "../../src/components/views/format.js";
import {siteData} from "./siteFile.js";
import {useBrowser} from "./visit.js";

const visit = useBrowser();

it("shows the anatomy of the model that ships, and of another when it is chosen", async () => {
  const {page, expectClean, context} = await visit("model.html");
  const figure = page.locator("#figure-anatomy");
  const {config} = await siteData<{config: ModelConfig}>("model-chapter");
  await expect.poll(() => figure.textContent()).toContain(formatCount(parameterCount(config)));

  await figure.getByText("Change the shape").click();
  await page.getByLabel("Begin with the shape of").selectOption({label: "GPT-2 small"});
  await expect
    .poll(() => figure.textContent())
    .toContain(formatCount(parameterCount(knownShapes[0]!.config)));
  await page.getByLabel("Head tied to the token table").uncheck();
  const untied = parameterCount({...knownShapes[0]!.config, tiedHead: false});
  await expect.poll(() => figure.textContent()).toContain(formatCount(untied));
  await page.getByRole("button", {name: "Reset"}).first().click();
  await expect.poll(() => figure.textContent()).toContain("124,439,808");
  expectClean();
  await context.close();
});

it("trains a little without the mask, and stops when asked", async () => {
  const {page, expectClean, context} = await visit("model.html");
  const figure = page.locator("#figure-cheating");
  await expect.poll(() => figure.textContent()).toContain("Recorded");
  await figure.getByRole("button", {name: "Train both here"}).click();
  await expect.poll(() => figure.textContent(), {timeout: 60_000}).toMatch(/\d+ of 480 steps/);
  await figure.getByRole("button", {name: "Stop"}).click();
  await expect.poll(() => figure.textContent(), {timeout: 30_000}).toContain("Trained here, in this tab.");
  await figure.getByRole("button", {name: "Reset"}).click();
  await expect.poll(() => figure.textContent()).toContain("Recorded");
  expectClean();
  await context.close();
});

it("stands alone in another page by its address", async () => {
  const {page, context} = await visit("model.html?figure=anatomy");
  await expect.poll(() => page.locator("#figure-anatomy").isVisible()).toBe(true);
  await expect.poll(() => page.locator("h1").isVisible()).toBe(false);
  // Its controls come with it.
  await page.locator("#figure-anatomy summary").click();
  expect(await page.getByLabel("Begin with the shape of").isVisible()).toBe(true);
  expect(await page.locator(".embed-credit a").getAttribute("href")).toBe("model.html#figure-anatomy");
  await context.close();
});
