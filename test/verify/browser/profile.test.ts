import {expect, it} from "vitest";
import {startMeasuring} from "../../browser/profilePage.js";
import {useBrowser} from "../../browser/visit.js";

const visit = useBrowser();

it("measures a small step on the device that is here", async () => {
  const {page, expectClean, context} = await visit(undefined, {viewport: {width: 1280, height: 900}});
  await startMeasuring(page);
  await page.getByRole("heading", {name: "Measured on this device"}).waitFor({timeout: 240_000});
  expect(await page.getByRole("img", {name: /^GFLOP\/s of each kernel/}).count()).toBe(1);
  const rows = page.locator(".profile").getByRole("table").locator("tbody tr");
  expect(await rows.count()).toBeGreaterThan(15);
  const product = rows.filter({hasText: "MatMul NN"}).first();
  expect(await product.textContent()).toMatch(/\d+×\d+×\d+.*(µs|ms).*%.*MB|kB.*MFLOP/);
  const shares = await rows.locator("td:nth-child(5)").allTextContents();
  const total = shares.reduce((sum, share) => sum + Number(share.replace(/[<%]/g, "")), 0);
  expect(total).toBeGreaterThan(95);
  expect(total).toBeLessThan(105);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(1280);
  expectClean();
  await context.close();
});
