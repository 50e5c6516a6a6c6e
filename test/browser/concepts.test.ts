import {readFile} from "node:fs/promises";
import {join} from "node:path";
import {expect, inject, it} from "vitest";
import {chapters} from "../../src/components/book/chapters.js";
import {useBrowser} from "./visit.js";

const visit = useBrowser();

it.each(chapters)("every concept of “$title” leads to a place in the page", async ({path, concepts}) => {
  const html = await readFile(join(inject("siteFolder"), `${path}.html`), "utf8");
  const ids = new Set([...html.matchAll(/\bid="([^"]+)"/g)].map(([, id]) => id));
  for (const {term, anchor} of concepts) if (anchor) expect([...ids], term).toContain(anchor);
});

it("finds a term, and leads to it", async () => {
  const {page, expectClean, context} = await visit("concepts.html");
  await page.getByLabel("Find a term").fill("weight tying");
  await expect.poll(() => page.locator(".concepts li:visible").count()).toBe(1);
  await page.locator(".concepts").getByRole("link", {name: "8. The model"}).click();
  await page.waitForURL(/model\.html#weight-tying$/);
  expect(await page.locator("#weight-tying").count()).toBe(1);
  expectClean();
  await context.close();
});
