import {readFile} from "node:fs/promises";
import type {Page} from "playwright-core";
import {expect, it} from "vitest";
import {type RunFile, readRunFile, writeRunFile} from "../../src/components/exchange/runFile.js";
import type {Snapshot} from "../../src/components/training/snapshot.js";
import {Trainer} from "../../src/components/training/trainer.js";
import {useBackend} from "../backends.js";
import {
  headline,
  openSettings,
  press,
  checkpointRows as rows,
  small,
  startRun,
  waitForStep
} from "./trainPage.js";
import {useBrowser, type Visit} from "./visit.js";

const visit = useBrowser();
const settings = {...small, steps: 20, evalInterval: 5, evalBatches: 2, checkpointInterval: 5};

async function openTrain(): Promise<Visit> {
  const reader = await visit("lab.html");
  await reader.page.locator(".workbench").waitFor();
  return reader;
}

/** The bytes that a press of the button downloads. */
async function download(page: Page, button: string): Promise<{name: string; bytes: Uint8Array}> {
  const downloaded = page.waitForEvent("download");
  await press(page, button);
  const file = await downloaded;
  return {name: file.suggestedFilename(), bytes: new Uint8Array(await readFile(await file.path()))};
}
const downloadRun = async (page: Page): Promise<RunFile> =>
  readRunFile((await download(page, "Download the run")).bytes);

/** What must not differ between two ways to the same step. */
const essence = ({step, random, history, parameters, firstMoments, secondMoments}: Snapshot) => ({
  step,
  random,
  history: history.map(({seconds: _, ...point}) => point),
  parameters,
  firstMoments,
  secondMoments
});
/** Told apart from a failure in one glance. */
function expectSame(a: Snapshot, b: Snapshot): void {
  expect(JSON.stringify(essence(a)) === JSON.stringify(essence(b))).toBe(true);
  expect(essence(a)).toEqual(essence(b));
}

it("goes back to a checkpoint and continues bit for bit: here, after a killed worker, and in Node", {
  timeout: 400_000
}, async () => {
  const {page, expectClean, context} = await openTrain();
  await startRun(page, settings, "wasm");
  await headline(page).getByText("Complete at step 20.").waitFor({timeout: 120_000});
  expect((await rows(page)).filter((row) => row.endsWith("in passing"))).toEqual(
    [5, 10, 15, 20].map((step) => `${step} in passing`)
  );
  expect((await rows(page)).filter((row) => row.endsWith("best so far"))).toHaveLength(1);
  expect(await page.locator(".checkpoints").textContent()).toMatch(
    /Checkpoints take [\d.]+ .B\. In all, this site uses [\d.]+ .B of the [\d.,]+ .B that the browser allows it\. The browser has (not )?promised/
  );
  expect(await page.locator(".run .progress-text").last().textContent()).toMatch(
    /20 of 20 steps · 0\.0014 of 0\.0014 epochs/
  );
  const {snapshot: end} = await downloadRun(page);
  expect(end.step).toBe(20);

  // Back, and on again in the same worker.
  await press(page, "Go back to step 10, in passing");
  await headline(page).getByText("Paused at step 10.").waitFor();
  expect(await rows(page)).toContain("20 when you left it");
  const middle = await downloadRun(page);
  await press(page, "Resume");
  await headline(page).getByText("Complete at step 20.").waitFor({timeout: 60_000});
  expectSame((await downloadRun(page)).snapshot, end);

  // The same file in Node, on the same kernels in another engine.
  await useBackend("wasm");
  const trainer = new Trainer(middle.snapshot, middle.corpus!, "WebAssembly");
  while (!trainer.isComplete) {
    if (trainer.step % 5 === 0 && trainer.history.at(-1)!.validationLoss === null)
      await trainer.validationLoss();
    await trainer.trainStep();
  }
  await trainer.validationLoss();
  expectSame(await trainer.snapshot(), end);
  trainer.dispose();

  // A reload, and a worker that dies in the middle.
  await page.reload();
  await headline(page).getByText("Your run is complete at step 20").waitFor();
  expect(await rows(page)).toContain("15 in passing");
  await press(page, "Go back to step 5, in passing");
  await headline(page).getByText("Paused at step 5.").waitFor();
  const [worker] = page.workers();
  await press(page, "One step");
  await worker!.evaluate(() => close());
  await page.reload();
  await press(page, "Go back to step 15, in passing");
  await headline(page).getByText("Paused at step 15.").waitFor();
  await press(page, "Resume");
  await headline(page).getByText("Complete at step 20.").waitFor({timeout: 60_000});
  expectSame((await downloadRun(page)).snapshot, end);
  expectClean();
  await context.close();
});

it("keeps and deletes what it is told to, and asks before a new run deletes all", {
  timeout: 200_000
}, async () => {
  const {page, expectClean, context} = await openTrain();
  await startRun(page, {...settings, steps: 200_000, checkpointInterval: 0, evalInterval: 200_000}, "wasm");
  await waitForStep(page, 3);
  await press(page, "Keep a checkpoint"); // while it trains
  await page.locator(".checkpoints tbody tr").waitFor();
  await press(page, "Stop");
  await headline(page)
    .getByText(/paused at step/)
    .waitFor();
  await press(page, "Keep a checkpoint"); // opens the stored run
  await expect.poll(() => rows(page), {timeout: 30_000}).toHaveLength(2);
  expect((await rows(page)).every((row) => row.endsWith("by you"))).toBe(true);
  // By keyboard, and the focus stays among the buttons.
  await page.locator(".checkpoints tbody button", {hasText: "Delete"}).first().focus();
  await page.keyboard.press("Enter");
  await expect.poll(() => rows(page)).toHaveLength(1);
  expect(await page.evaluate(() => document.activeElement?.closest(".checkpoints tbody") !== null)).toBe(
    true
  );

  const questions: string[] = [];
  page.on("dialog", (dialog) => {
    questions.push(dialog.message());
    void dialog.dismiss();
  });
  await page.getByText("A new run").click();
  await press(page, "Start");
  await expect.poll(() => questions.length).toBe(1);
  expect(questions[0]).toMatch(/its model and its 1 checkpoint \([\d.]+ .B\) go\. Export or download first/);
  expect(await rows(page)).toHaveLength(1);
  expectClean();
  await context.close();
});

it("opens a run's file in another browser, refuses a damaged one, and gives logs", {
  timeout: 300_000
}, async () => {
  const first = await openTrain();
  await startRun(first.page, {...settings, steps: 12, patience: 3}, "wasm");
  await headline(first.page).getByText("Complete at step 12.").waitFor({timeout: 60_000});
  const {bytes} = await download(first.page, "Download step 5, in passing");
  const csv = await download(first.page, "Log as CSV");
  expect([csv.name, new TextDecoder().decode(csv.bytes).split("\r\n")]).toEqual([
    "log.csv",
    expect.objectContaining({length: 15, 1: expect.stringMatching(/^0,0,,\d\.\d+,,,$/)})
  ]);
  expect(new TextDecoder().decode(csv.bytes).split("\r\n")[13]).toMatch(
    /^12,[\d.e-]+,\d\.\d+,\d\.\d+,[\d.e-]+,[\d.]+,[\d.]+$/
  );
  const events = await download(first.page, "Log for TensorBoard");
  expect(events.name).toMatch(/^events\.out\.tfevents\.\d{10}\.glassformer$/);
  expect(Buffer.from(events.bytes.subarray(0, 13)).toString("hex")).toBe("1800000000000000a37f4b2209");
  const record = JSON.parse(new TextDecoder().decode((await download(first.page, "Run record")).bytes));
  expect(record).toMatchObject({version: 3, steps: 12, trainConfig: {patience: 3}});
  expect(record.history).toHaveLength(13);
  first.expectClean();
  await first.context.close();

  const {page, expectClean, context} = await openTrain();
  const input = page.locator("input[type=file][accept='.safetensors']");
  const give = (content: Uint8Array) =>
    input.setInputFiles({
      name: "run.safetensors",
      mimeType: "application/octet-stream",
      buffer: Buffer.from(content)
    });
  const damaged = bytes.slice();
  damaged[damaged.length - 9]! ^= 1;
  await give(damaged);
  await page.getByRole("alert").getByText("The checkpoint is damaged").waitFor({timeout: 30_000});
  await give(new TextEncoder().encode("<script>not a run</script>"));
  await page.getByRole("alert").getByText("not a whole safetensors file").waitFor({timeout: 30_000});
  const {snapshot, corpus} = readRunFile(bytes);
  const foreign = {...snapshot, corpus: {...snapshot.corpus, counts: {...snapshot.corpus.counts, val: 1}}};
  await give(new Uint8Array(await writeRunFile(foreign, corpus!).arrayBuffer()));
  await page.getByRole("alert").getByText("This corpus cannot be used").waitFor({timeout: 30_000});

  await give(bytes);
  await headline(page).getByText("Paused at step 5.").waitFor({timeout: 60_000});
  await press(page, "Resume");
  await headline(page).getByText("Complete at step 12.").waitFor({timeout: 60_000});
  expectClean();
  await context.close();
});

it("says when a run stopped early, and goes back to the best", {timeout: 200_000}, async () => {
  const {page, expectClean, context} = await openTrain();
  // Steps that lead away: the loss is lowest after the first few.
  await openSettings(page);
  await page.locator("select[name=optimiser]").selectOption("sgd");
  await startRun(
    page,
    {...settings, steps: 200, evalInterval: 2, patience: 2, learningRate: 3, warmupSteps: 20, clipNorm: 1000},
    "wasm"
  );
  await headline(page).getByText("Stopped early at step").waitFor({timeout: 100_000});
  const said = await page.locator(".run .notice").textContent();
  const [, stopped, estimates, best] =
    /stopped early at step (\d+) of 200: in (\d) estimates .* measured at step (\d+)\./
      .exec(said!)!
      .map(Number);
  expect([estimates, stopped]).toEqual([2, best! + 4]);
  await press(page, "Go back to the best");
  await headline(page).getByText(`Paused at step ${best}.`).waitFor();
  expect(await rows(page)).toContain(`${stopped} when you left it`);
  expectClean();
  await context.close();
});
