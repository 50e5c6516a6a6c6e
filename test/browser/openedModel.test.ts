import type {Page} from "playwright-core";
import {expect, it} from "vitest";
import {foreignFiles} from "../exchange/huggingFace/folders.js";
import {files, given} from "./filesPage.js";
import {enter} from "./rooms.js";
import {useBrowser} from "./visit.js";

const visit = useBrowser();
const badge = (page: Page) => page.locator(".model-badge");

it("lets a model from files answer on every page, and keeps the one in use where files are bad", async () => {
  const {page, expectClean, context} = await visit();
  await enter(page, "sample");
  await badge(page).getByText("the model that ships with this site").waitFor();
  await page.getByText("Open a model from files").click();
  await files(page).setInputFiles(await given("bad.zip", new Blob(["PK\x03\x04 and then nothing"])));
  const alert = page.locator(".model-files [role=alert]");
  await alert
    .getByText("This zip is damaged: it breaks off before its directory. The model in use stays.")
    .waitFor();
  await badge(page).getByText("the model that ships with this site").waitFor();

  // Somebody else's GPT-2: a tokenizer of byte pairs, masks among the weights, names without their prefix.
  const foreign = foreignFiles("gpt2 as published");
  await files(page).setInputFiles(await Promise.all(foreign.map(({name, file}) => given(name, file))));
  await badge(page).getByText("the model from model.safetensors").waitFor();
  expect(await badge(page).textContent()).toContain(
    "It was trained on another text, which its files do not name, and uses its own tokenizer."
  );
  await page
    .locator(".continuation-state")
    .getByText(/tokens written/)
    .waitFor();
  expect(await page.locator(".model-files").textContent()).toContain(
    "2 layers of 2 heads, width 8, context 16, 260 tokens"
  );

  for (const room of ["attend", "measure", "sample"] as const) {
    await enter(page, room);
    await badge(page).getByText("the model from model.safetensors").waitFor();
  }
  await page.getByRole("button", {name: "Use the site’s model"}).click();
  await badge(page).getByText("the model that ships with this site").waitFor();
  await page.getByRole("button", {name: "Use the model from model.safetensors"}).click();
  await badge(page).getByText("the model from model.safetensors").waitFor();
  expectClean();
  await context.close();
});
