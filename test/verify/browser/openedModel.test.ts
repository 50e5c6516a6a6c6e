import {readFile} from "node:fs/promises";
import {expect, it} from "vitest";
import {huggingFaceFolder} from "../../../src/components/exchange/huggingFace/huggingFaceFolder.js";
import {fromOnnx} from "../../../src/components/exchange/onnx/onnx.js";
import {readModelFiles} from "../../../src/components/exchange/opening/readModelFiles.js";
import {writeZip} from "../../../src/components/exchange/zip/zipWriter.js";
import {modelConfig} from "../../../src/components/model/config.js";
import {files, given} from "../../browser/filesPage.js";
import {headline, press, small, startRun} from "../../browser/trainPage.js";
import {useBrowser} from "../../browser/visit.js";
import {folderModel} from "../../exchange/huggingFace/folders.js";
import {caseFile} from "../../exchange/onnx/onnxCases.js";
import {tokenizer} from "../../fixtures/model.js";

const visit = useBrowser();

it("trains on from a model in files, and downloads the run as a folder in one zip", {
  timeout: 200_000
}, async () => {
  const {page, expectClean, context} = await visit("lab.html");
  await page.locator(".workbench").waitFor();
  const config = modelConfig({
    nLayer: 2,
    nHead: 2,
    nEmbd: 16,
    nInner: 24,
    blockSize: 12,
    vocabSize: tokenizer.vocabulary.length
  });
  const zip = writeZip(huggingFaceFolder(folderModel(config, 2)));
  await page.getByText("Open a model from files").click();
  await files(page).setInputFiles(await given("mine.zip", zip));
  await page.getByLabel(/The model from mine.zip: 2 layers, width 16, 11 tokens/).waitFor();
  await startRun(page, {...small, steps: 5}, "wasm");
  await headline(page).getByText("Complete at step 5.").waitFor({timeout: 60_000});
  // What its eleven characters do not know of the site's text.
  await page.getByText(/tokenizer does not know [\d,]+ kinds of characters/).waitFor();

  await press(page, "Export to ONNX");
  await page.getByText("ONNX Runtime and the trainer agree").waitFor({timeout: 60_000});
  await page.evaluate(() => {
    const seen: number[] = [];
    new PerformanceObserver((list) => {
      for (const {duration} of list.getEntries()) seen.push(duration);
    }).observe({type: "longtask"});
    Object.assign(window, {seen});
  });
  await press(page, "Measure the three formats");
  const rows = page.locator(".weight-formats tbody tr");
  await rows.nth(2).waitFor({timeout: 60_000});
  expect(await rows.locator("th").allTextContents()).toEqual([
    "float32, as trained",
    "float16",
    "int8, a scale for each channel"
  ]);
  expect(await rows.nth(1).locator("td").nth(2).textContent()).toMatch(/^[+−]\d/);
  const smaller = page.waitForEvent("download");
  await press(page, "Download float16");
  const half = fromOnnx(await readFile(await (await smaller).path()));
  expect(half.config).toEqual(config);

  const downloaded = page.waitForEvent("download");
  await press(page, "Download glassformer-step-5.zip");
  const download = await downloaded;
  const back = await readModelFiles([
    {name: "x.zip", file: new Blob([await readFile(await download.path())])}
  ]);
  expect(back.config).toEqual(config);
  expect(back.run).toMatchObject({steps: 5, config});
  const {parameters} = caseFile(config, 2);
  const name = "transformer.h.0.mlp.c_fc.weight";
  // It went on from what it was given: five steps are short.
  const moved = back.parameters[name]!.data.map((x, i) => Math.abs(x - parameters[name]!.data[i]!));
  expect(Math.max(...moved)).toBeGreaterThan(0);
  expect(Math.max(...moved)).toBeLessThan(0.1);
  const seen = await page.evaluate(() => (window as unknown as {seen: number[]}).seen);
  // Fifty milliseconds, and as much again for a machine that does other work besides.
  expect(Math.max(0, ...seen)).toBeLessThan(100);
  expectClean();
  await context.close();
});
