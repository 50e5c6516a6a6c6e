import {expect, inject, it} from "vitest";
import {useBrowser} from "./visit.js";

const visit = useBrowser();
const settings = "#run=1&preset=toy&steps=300";

it("leads from every address of old to where things are now, settings and all", async () => {
  const {page, goto, expectClean, context} = await visit();
  for (const [from, to] of [
    ["train.html", "lab.html"],
    [`train.html${settings}`, `lab.html${settings}`],
    ["train.html#many-workers", "scale.html#many-workers"],
    ["train.html?figure=data-parallel", "scale.html?figure=data-parallel"],
    ["attend.html", "lab.html#attend"],
    ["profile.html", "lab.html#profile"],
    ["profile.html#half-the-bits", "scale.html#half-the-bits"],
    ["sample.html", "sampling.html#the-bench"],
    ["measure.html", "measuring.html#measure-a-text-of-yours"],
    ["measure.html#calibration", "measuring.html#calibration"]
  ]) {
    await goto(from!);
    await page.waitForURL(inject("siteUrl") + to);
    const {hash} = new URL(page.url());
    const isHeading = /^#[a-z-]+$/.test(hash);
    if (isHeading) expect(await page.locator(hash).count(), to).toBe(1);
  }
  // The old page is not in the way back.
  await goto("index.html");
  await goto("attend.html");
  await page.waitForURL(/lab\.html#attend$/);
  await page.goBack();
  await page.waitForURL(/index\.html$/);
  expectClean();
  await context.close();
});
