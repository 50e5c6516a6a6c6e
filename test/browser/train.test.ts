import {expect, it} from "vitest";
import {enter} from "./rooms.js";
import {headline, pause, press, small, startRun, stat, stepsDone, waitForStep} from "./trainPage.js";
import {useBrowser, type Visit} from "./visit.js";

const visit = useBrowser();

async function openTrain(): Promise<Visit> {
  const reader = await visit("lab.html");
  await reader.page.locator(".workbench").waitFor();
  return reader;
}

it("trains on WebGPU, pauses, steps, resumes, exports and survives a reload", {
  timeout: 600_000
}, async () => {
  const {page, goto, expectClean, context} = await openTrain();
  expect(await headline(page).textContent()).toContain("No run yet");
  await startRun(page, small, "webgpu");
  await waitForStep(page, 2);
  expect(await page.locator(".run").textContent()).toMatch(/Engine: WebGPU \(/);
  const before = await stat(page, "Training loss");
  expect(before).toBeGreaterThan(3.5); // ln 60 = 4.09 at first

  await waitForStep(page, 40);
  expect(await stat(page, "Training loss")).toBeLessThan(before - 0.2);
  await page.locator(".run .sample").waitFor();

  const paused = await pause(page);
  expect(await stat(page, "Saved at step")).toBe(paused);
  await press(page, "One step");
  await waitForStep(page, paused + 1);
  await headline(page)
    .getByText(/^Paused at step/)
    .waitFor();
  expect(await stepsDone(page)).toBe(paused + 1);

  await press(page, "Resume");
  await waitForStep(page, paused + 5);
  await press(page, "Export to ONNX");
  await page.locator("[data-agrees]").waitFor({timeout: 120_000});
  expect(await page.locator("[data-agrees]").getAttribute("data-agrees")).toBe("true");
  const parts = await page.locator(".parity-parts .parity-good").allTextContents();
  expect(parts).toEqual([
    expect.stringMatching(/largest \|Δlogit\| is \d/),
    expect.stringContaining("Both write the same 200 characters, greedily."),
    expect.stringMatching(/perplexity of [\d,]+ held-out tokens is \d/)
  ]);
  const download = page.waitForEvent("download");
  await page.getByRole("button", {name: /^Download glassformer-step-\d+\.onnx/}).click();
  expect((await download).suggestedFilename()).toMatch(/^glassformer-step-\d+\.onnx$/);

  // A reload in the middle of the run: what was done since it was saved may go, no more.
  const atReload = await stat(page, "Saved at step");
  await page.reload();
  await headline(page)
    .getByText(/paused at step/)
    .waitFor();
  const restored = await stepsDone(page);
  expect(restored).toBeGreaterThanOrEqual(atReload);

  for (const room of ["attend", "sample", "measure"] as const) {
    await enter(page, room);
    await page
      .locator(".model-badge")
      .getByText(/your model, step/i)
      .waitFor();
  }
  await goto("lab.html");
  await headline(page)
    .getByText(`paused at step ${restored.toLocaleString("en-GB")}`)
    .waitFor();
  await press(page, "Resume");
  await waitForStep(page, restored + 3);
  await press(page, "Stop");
  await headline(page)
    .getByText(/paused at step/)
    .waitFor();
  expectClean();
  await context.close();
});

it("keeps the stored run when a new one cannot start, and asks before replacing it", async () => {
  const {page, context, expectClean} = await openTrain();
  await startRun(page, {...small, steps: 12}, "wasm");
  await headline(page).getByText("Complete at step 12").waitFor({timeout: 60_000});
  await press(page, "Stop");
  await headline(page).getByText("Your run is complete at step 12").waitFor();

  const questions: string[] = [];
  page.on("dialog", async (dialog) => {
    questions.push(dialog.message());
    await dialog.accept();
  });
  // A text of one kind of character cannot be learnt from; the run of twelve steps is still there after.
  await page.getByText("A new run").click();
  await page.getByLabel("My own").check();
  await page.getByLabel("Your text", {exact: true}).fill("a".repeat(5000));
  await press(page, "Use this text");
  await press(page, "Start");
  await page.getByRole("alert").getByText("only one kind of character").waitFor();
  await headline(page).getByText("Your run is complete at step 12").waitFor();
  expect(questions).toEqual([expect.stringContaining("replaces your run of 12 steps")]);
  await page.reload();
  await headline(page).getByText("Your run is complete at step 12").waitFor();
  expectClean();
  await context.close();
});

it("compares models trained one after another, and forgets those that are removed", {
  timeout: 300_000
}, async () => {
  const {page, expectClean, context} = await openTrain();
  page.on("dialog", (dialog) => dialog.accept());
  const settings = {blockSize: 16, batchSize: 4, evalInterval: 4};
  let steps = 7; // one more each time, so that the end of one run is not taken for that of the next
  const begin = async (recipe: string, more: Partial<Record<string, number>> = {}, position?: string) => {
    const setup = page.locator("details.setup");
    if (!(await setup.evaluate((details) => (details as HTMLDetailsElement).open)))
      await page.getByText("A new run").click();
    await page.getByLabel("Recipe").selectOption(recipe);
    if (position) await page.locator("select[name=position]").selectOption(position);
    steps += 1;
    for (const [name, value] of Object.entries({...settings, steps, ...more}))
      await page.locator(`input[name=${name}]`).fill(String(value));
    await press(page, "Start");
    await headline(page).getByText(`Complete at step ${steps}.`).waitFor({timeout: 60_000});
  };
  await page.getByText("Every setting", {exact: true}).click();
  await page.getByLabel("Engine").selectOption("wasm");
  await begin("bigram");
  await begin("neuralBigram", {nEmbd: 16});
  await begin("mlp", {nEmbd: 16, windowSize: 4});
  await begin("gpt2", {nLayer: 1, nHead: 2, nEmbd: 16}, "rope");

  const names = page.locator(".run .run-table tbody th");
  const chart = page.locator(".loss-chart svg[role=img]");
  await expect
    .poll(() => names.allTextContents(), {timeout: 20_000})
    .toEqual(["this run: GPT-2, RoPE", "counted bigram", "neural bigram", "MLP, window 4"]);
  for (const label of ["A counted bigram", "B neural bigram", "C MLP, window 4", "this run"])
    expect(await chart.textContent()).toContain(label);
  expect(await chart.getAttribute("aria-description")).toMatch(/A, counted bigram, [\d.]+ at step 8;/);
  const losses = await page.locator(".run .run-table tbody td:nth-child(6)").allTextContents();
  expect(losses.map(Number).every((loss) => loss > 1 && loss < 4.2)).toBe(true);

  // By keyboard, and for good.
  await page.getByRole("button", {name: "Remove neural bigram"}).focus();
  await page.keyboard.press("Enter");
  await expect.poll(() => names.count(), {timeout: 10_000}).toBe(3);
  expect(await page.evaluate(() => document.activeElement?.getAttribute("aria-label"))).toBe(
    "Remove MLP, window 4"
  );
  expect(await chart.textContent()).not.toContain("neural");
  await page.reload();
  await expect
    .poll(() => names.allTextContents(), {timeout: 20_000})
    .toEqual(["this run: GPT-2, RoPE", "counted bigram", "MLP, window 4"]);

  // Without the mask, in other tokens: losses by the character, and a warning beside what it writes.
  // The settings are in the address, so that the reload has opened their form.
  await page.getByText("Every setting", {exact: true}).click();
  await page.getByLabel("Engine").selectOption("wasm");
  await page.getByLabel("Cut into").selectOption("byte-pair");
  await page.locator("input[name=vocabularySize]").fill("300");
  await page.locator("input[name=causal]").uncheck();
  await begin("custom", {nLayer: 1, nHead: 2, nEmbd: 16});
  expect(await page.locator(".run").textContent()).toMatch(
    /cut into 300 byte pairs, [\d.]+ characters a token/
  );
  expect(await page.locator(".stats").textContent()).toMatch(/nats a token \([\d.]+ a character\)/);
  expect(await chart.textContent()).toContain("nats a character");
  await page.locator(".run .cheating").getByText("no causal mask").waitFor();
  await page.locator(".run-table").getByText("their losses are given by the character").waitFor();
  expectClean();
  await context.close();
});

it("offers a book, says what cleaning removed, and trains on it", async () => {
  const {page, expectClean, received, context} = await openTrain();
  const fetched = () => received.filter(({url}) => url.includes("/data/book/")).map(({url}) => url);
  expect(fetched()).toEqual([]);
  await page.getByLabel(/A book/).check();
  await page.getByText("What cleaning took out of it").click();
  await page.locator(".book-card li").first().waitFor();
  expect(fetched()).toHaveLength(2);
  await startRun(page, {...small, steps: 4}, "wasm");
  await headline(page).getByText("Complete at step 4").waitFor({timeout: 60_000});
  const run = (await page.locator(".run").textContent())!;
  expect(run).toContain("Text: Moby-Dick, cut into characters.");
  expect(run).toContain(
    "Engine: WebAssembly. You chose it. Matrix products and AdamW run on this site’s own kernels."
  );
  expectClean();
  await context.close();
});

it("fills up the rows of documents with a token of their own", async () => {
  const {page, expectClean, context} = await openTrain();
  const parameters = async () =>
    Number.parseInt((await page.locator(".settings > [aria-live]").textContent())!.replaceAll(",", ""), 10);
  await page.getByText("Every setting", {exact: true}).click();
  for (const [name, value] of Object.entries(small))
    await page.locator(`input[name=${name}]`).fill(String(value));
  const before = await parameters();
  await page.locator("select[name=batching]").selectOption("documents");
  await page.getByText(/ characters and one token for padding\./).waitFor();
  expect((await parameters()) - before).toBe(small.nEmbd);
  await page.locator("input[name=steps]").fill("6");
  await page.getByLabel("Engine").selectOption("wasm");
  await press(page, "Start");
  await headline(page).getByText("Complete at step 6").waitFor({timeout: 60_000});
  expect(await stat(page, "Parameters")).toBe(before + small.nEmbd);
  expect(await page.locator(".run").textContent()).toContain("cut into characters.");
  expectClean();
  await context.close();
});

it("chooses the engine itself and says why", async () => {
  const {page, expectClean, context} = await openTrain();
  await startRun(page, {...small, steps: 6}, "auto");
  await headline(page).getByText("Complete at step 6").waitFor({timeout: 120_000});
  // Tests run where the adapter is software; on a real GPU this is WebGPU and says so.
  expect(await page.locator(".run").textContent()).toMatch(
    /Engine: (WebAssembly|WebGL|WebGPU \(.+\))\. .{20,}/
  );
  expectClean();
  await context.close();
});

it("learns from a pasted text, whatever is in it, and refuses what it cannot use", async () => {
  const {page, expectClean, context} = await openTrain();
  await page.getByLabel("My own").check();
  await press(page, "Start");
  await page.getByRole("alert").getByText("No text of yours is chosen yet").waitFor();

  const text = page.getByLabel("Your text", {exact: true});
  await text.fill("too short");
  await press(page, "Use this text");
  await press(page, "Start");
  await page
    .getByRole("alert")
    .getByText(/has 9 characters, too few for a context of 128/)
    .waitFor();

  await page.getByText("A new run").click();
  await text.fill("<script>alert(1)</script> 🙂 naïve\n".repeat(400));
  await press(page, "Use this text");
  await startRun(page, {...small, steps: 8}, "wasm");
  await headline(page).getByText("Complete at step 8").waitFor({timeout: 60_000});
  expect(await page.locator(".workbench script").count()).toBe(0);
  expectClean();
  await context.close();
});

it("takes a paste of 5 MB without freezing and trains on it", async () => {
  const {page, expectClean, context} = await openTrain();
  await page.getByLabel("My own").check();
  await page.getByLabel("Your text", {exact: true}).evaluate((area) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", "The quick brown fox jumps over the lazy dog.\n".repeat(112_000));
    area.dispatchEvent(new ClipboardEvent("paste", {clipboardData, bubbles: true, cancelable: true}));
  });
  await page.getByText("Took The pasted text, 5.0 MB.").waitFor();
  await startRun(page, {...small, steps: 4}, "wasm");
  await headline(page).getByText("Complete at step 4").waitFor({timeout: 60_000});
  expectClean();
  await context.close();
});

it("names an impossible setting before anything starts", async () => {
  const {page, expectClean, context} = await openTrain();
  await startRun(page, {nEmbd: 63}, "wasm");
  await page.getByRole("alert").getByText("nEmbd is 63, which nHead 4 does not divide").waitFor();
  await page.locator("input[name=nEmbd]").fill("64");
  await page.locator("input[name=learningRate]").fill("");
  await press(page, "Start");
  await page.getByRole("alert").getByText("learningRate is NaN").waitFor();
  await page.getByLabel("Recipe").selectOption("bigram");
  await page.locator("input[name=smoothing]").fill("0");
  await press(page, "Start");
  await page.getByRole("alert").getByText("smoothing is 0; it must be more than 0").waitFor();
  expectClean();
  await context.close();
});
