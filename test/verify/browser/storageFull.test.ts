import {expect, it} from "vitest";
import {checkpointRows, headline, press, small, startRun, waitForStep} from "../../browser/trainPage.js";
import {useBrowser} from "../../browser/visit.js";

const visit = useBrowser();

it("says what is full and trains on, and keeps what was stored", {timeout: 200_000}, async () => {
  const {page, expectClean, context} = await visit("lab.html");
  await startRun(
    page,
    {...small, evalBatches: 2, checkpointInterval: 0, steps: 200_000, evalInterval: 200_000},
    "wasm"
  );
  await waitForStep(page, 3);
  await press(page, "Keep a checkpoint");
  await page.locator(".checkpoints tbody tr").waitFor();
  const devtools = await context.newCDPSession(page);
  const {origin} = new URL(page.url());
  await devtools.send("Storage.overrideQuotaForOrigin", {origin, quotaSize: 1000});
  // For half a minute Chromium remembers that there was room.
  await page.waitForTimeout(31_000);
  await press(page, "Keep a checkpoint");
  const alert = page.locator(".run .notice[role=alert]");
  await alert.getByText("storage for the site is full").waitFor({timeout: 60_000});
  expect(await alert.textContent()).toMatch(
    /uses [\d.]+ .B of the [\d.]+ .B .* could not be (saved|kept as a checkpoint): delete some of the checkpoints below.*last saved step is [\d,]+\. Training goes on/
  );
  const step = Number(
    (await page.locator(".run .progress-text").last().textContent())!.split(" ")[0]!.replace(",", "")
  );
  await waitForStep(page, step + 5);
  expect(await checkpointRows(page)).toHaveLength(1);
  await devtools.send("Storage.overrideQuotaForOrigin", {origin});
  await press(page, "Keep a checkpoint");
  await expect.poll(() => checkpointRows(page), {timeout: 30_000}).toHaveLength(2);
  await press(page, "Pause");
  await headline(page)
    .getByText(/^Paused at step/)
    .waitFor();
  expectClean();
  await context.close();
});
