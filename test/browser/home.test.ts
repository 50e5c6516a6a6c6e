import {readFile} from "node:fs/promises";
import {join} from "node:path";
import {beforeAll, expect, it} from "vitest";
import {projectRoot} from "../../src/cli/framework.js";
import {firstLessons} from "../../src/components/chapters/home/firstLessons.js";
import {journeyNames, journeyOf} from "../../src/components/chapters/home/journey.js";
import {readRecordedRun} from "../../src/components/chapters/home/recordedRun.js";
import {storyCorpus} from "../../src/components/corpus/storyCorpus.js";
import {ngramLoss, trainNgram} from "../../src/components/evaluation/ngram.js";
import {MODEL_FILES} from "../../src/components/exchange/modelFiles.js";
import {fromOnnx} from "../../src/components/exchange/onnx/onnx.js";
import {TensorModel} from "../../src/components/model/tensorModel.js";
import {readTokenizer} from "../../src/components/text/tokenizerFile.js";
import {formatPercent, tokenName} from "../../src/components/views/format.js";
import {useBackend} from "../backends.js";
import {useBrowser} from "./visit.js";

const visit = useBrowser();
const data = (...path: string[]) => join(projectRoot, "src/data", ...path);

beforeAll(async () => {
  await useBackend("cpu");
});

it("follows a key through the model, with the numbers of our own model in this process", async () => {
  const {page, expectClean, context} = await visit("index.html", {viewport: {width: 1280, height: 1000}});
  const key = page.locator("#figure-key");
  const line = page.getByLabel("Press a key: write on");
  await line.focus();
  await page.keyboard.press("End");
  await page.keyboard.type("o");
  const reading = key.locator(".figure-reading");
  await reading.getByText("After ‘o’").waitFor({timeout: 60_000});

  const {config, parameters, metadata} = fromOnnx(await readFile(data("shipped-model", MODEL_FILES.onnx)));
  const tokenizer = readTokenizer(metadata.tokenizer);
  const {ids} = tokenizer.encode(`\n\n${await line.inputValue()}`);
  const model = new TensorModel(config, parameters);
  const own = journeyOf(config, tokenizer, [...ids], await model.inspect(ids, {names: journeyNames(config)}));
  model.dispose();
  const [first] = own.next;
  expect(await reading.textContent()).toBe(
    `After ‘o’ the model expects ${tokenName(first!.token)}, with a probability of ${formatPercent(first!.probability)}.`
  );
  // Where the last layer looked, in words and as shades.
  const last = key.locator(".journey > li").nth(2 + own.looks.length);
  const [look] = own.looks.at(-1)!;
  expect(await last.locator(".journey-looks li").first().textContent()).toContain(
    `${formatPercent(look!.weight)} of head ${look!.head + 1}’s`
  );
  expect(await last.locator(".journey-seen [data-step]").count()).toBe(own.looks.at(-1)!.length);

  await key.getByRole("button", {name: "Reset"}).click();
  await key.getByText("Computed when the site was built").waitFor();
  expectClean();
  await context.close();
});

it("asks what is learned first, shows it, and writes on from there", async () => {
  const {page, expectClean, context} = await visit("index.html", {viewport: {width: 1280, height: 1000}});
  const predict = page.locator("#predict-lesson");
  await predict.getByLabel("How words are spelt").check();
  await predict.getByRole("button", {name: "Reveal"}).click();

  const {checkpoints, run} = readRecordedRun(await readFile(data("recorded-run/recording.json"), "utf8"));
  const {corpus} = await storyCorpus();
  expect(run.corpus.sha256).toBe(corpus.meta.sha256);
  const V = run.config.vocabSize;
  const loss = (order: number) => ngramLoss(trainNgram(corpus.train, {order, vocabSize: V}), corpus.val);
  const said = firstLessons(checkpoints, {single: loss(1), pairs: loss(2)}, "character");
  expect(said).toMatch(/below that\..*below that after/);
  expect(await predict.locator(".predict-reason").textContent()).toBe(said);

  // The slider went to where that was, and moves on by the keyboard.
  const figure = page.locator("#figure-learning");
  const first = checkpoints.findIndex(({roundedLoss}) => roundedLoss < loss(1));
  expect(await figure.locator("pre").textContent()).toBe(checkpoints[first]!.sample);
  await figure.getByRole("slider").focus();
  await page.keyboard.press("ArrowRight");
  expect(await figure.locator("pre").textContent()).toBe(checkpoints[first + 1]!.sample);

  await figure.getByLabel("Your beginning").fill("The €old");
  await figure.getByRole("button", {name: "Write on from there"}).click();
  await figure.getByText("does not know ‘€’: left out").waitFor({timeout: 120_000});
  expect(await figure.locator("pre").textContent()).toMatch(/^The old/);
  await figure.getByRole("button", {name: "Reset"}).click();
  expect(await figure.locator("pre").textContent()).toBe(checkpoints.at(-1)!.sample);
  expect(await figure.getByLabel("Your beginning").inputValue()).toBe("Once there was a ");
  expectClean();
  await context.close();
});
