import {readFile} from "node:fs/promises";
import {join} from "node:path";
import type {Locator, Page} from "playwright-core";
import {expect, inject, it} from "vitest";
import {readCorpus} from "../../src/components/corpus/readCorpus.js";
import {wordFrequencies} from "../../src/components/text/frequencies.js";
import type {Tokenizer} from "../../src/components/text/tokenizer.js";
import {readTokenizer} from "../../src/components/text/tokenizerFile.js";
import {trainTokenizer} from "../../src/components/text/trainTokenizer.js";
import {useBrowser} from "./visit.js";

const visit = useBrowser();

const figure = (page: Page, name: string) => page.locator(`#figure-${name}`);
const ids = (from: Locator): Promise<number[]> =>
  from
    .locator("[role=option]")
    .evaluateAll((tokens) => tokens.map((token) => Number((token as HTMLElement).dataset.id)));
const slider = (from: Locator) => from.getByRole("slider", {name: "Merges learned"});
const press = (from: Locator, name: string) => from.getByRole("button", {name, exact: true}).click();

/** A text that the site was built with, from the site's own files. */
async function builtText(name: "corpus" | "book"): Promise<string> {
  const folder = join(inject("siteFolder"), "_file/data", name);
  const {readdir} = await import("node:fs/promises");
  const files = await readdir(folder);
  const read = (start: string, end: string) =>
    readFile(join(folder, files.find((file) => file.startsWith(`${start}.`) && file.endsWith(end))!));
  const {meta, train, val} = readCorpus({
    meta: JSON.parse(String(await read("meta", ".json"))),
    train: await read("train", ".bin"),
    val: await read("val", ".bin")
  });
  const {decode} = readTokenizer(meta.tokenizer);
  return decode(train) + decode(val);
}

const encoded = (tokenizer: Tokenizer, text: string) => [...tokenizer.encode(text).ids];

it("re-cuts a line as the tokenizer of so many merges does", async () => {
  const {page, expectClean, context} = await visit("text.html");
  const opening = figure(page, "merges");
  const corpus = await builtText("corpus");
  const line = await opening.getByRole("textbox").inputValue();
  expect(corpus.startsWith(line)).toBe(true);
  const pairs = (size: number) => trainTokenizer(corpus, {kind: "byte-pair", vocabularySize: size});
  expect(await ids(opening)).toEqual(encoded(pairs(512), line));

  await slider(opening).press("Home");
  expect(await ids(opening)).toHaveLength(line.length);
  for (let i = 0; i < 3; i++) await slider(opening).press("ArrowRight");
  expect(await ids(opening)).toEqual(encoded(pairs(259), line));
  // The other sliders are the same one.
  expect(await slider(figure(page, "compression")).getAttribute("aria-valuetext")).toBe("3 of 1,000 merges");
  const {length} = pairs(259).encode(corpus).ids;
  expect(await figure(page, "compression").textContent()).toContain(
    `byte pairs cut the whole text (story grammar) into ${length.toLocaleString("en")}`
  );

  await press(opening, "Next change ›");
  const [learned] = (await slider(opening).getAttribute("aria-valuetext"))!.split(" ");
  expect(await ids(opening)).toEqual(encoded(pairs(256 + Number(learned)), line));
  await opening.getByRole("textbox").fill("<i>Olga</i> said 🙂");
  expect(await ids(opening)).toEqual(encoded(pairs(256 + Number(learned)), "<i>Olga</i> said 🙂"));
  await press(opening, "Reset");
  expect(await ids(opening)).toEqual(encoded(pairs(512), line));
  expectClean();
  await context.close();
});

it("walks through tokens by keyboard and lights them in all three tokenizers", async () => {
  const {page, expectClean, context} = await visit("text.html");
  const comparison = figure(page, "comparison");
  const corpus = await builtText("corpus");
  await comparison.getByRole("textbox").fill("Olga 🙂");
  const rows = await comparison.locator(".strip-row").all();
  const kinds = ["character", "byte-pair", "word-piece"] as const;
  for (const [i, kind] of kinds.entries())
    expect(await ids(rows[i]!)).toEqual(
      encoded(trainTokenizer(corpus, {kind, vocabularySize: 512}), "Olga 🙂")
    );
  const words = rows[2]!;
  await words.getByRole("option").first().focus();
  await words.getByRole("option").first().press("End"); // [UNK], which stands for the face
  expect(await words.locator(".token-lit").textContent()).toBe("[UNK]");
  expect(await rows[0]!.locator(".token-lit").count()).toBe(0);
  expect(await rows[1]!.locator(".token-lit").count()).toBe(4);

  const prediction = figure(page, "prediction");
  await prediction.getByRole("radio").first().check();
  await press(prediction, "Reveal");
  const asked = await comparison.getByRole("textbox").inputValue();
  const counts = kinds.map(
    (kind) => encoded(trainTokenizer(corpus, {kind, vocabularySize: 512}), asked).length
  );
  expect(await prediction.locator(".predict-right").textContent()).toContain(
    `${counts[0]} characters, ${counts[1]} byte pairs, ${counts[2]} word pieces`
  );
  expectClean();
  await context.close();
});

it("learns from a book live, and from the reader's own text, and goes back", async () => {
  const {page, received, expectClean, context} = await visit("text.html");
  await page.waitForLoadState("networkidle");
  expect(received.filter(({url}) => /\.bin|worker/.test(url))).toEqual([]);
  const source = figure(page, "source");
  await source.getByLabel("the first chapters of Moby-Dick").check();
  await press(source, "Learn live");
  await source.getByText(/Learned 1,000 merges/).waitFor();

  const book = await builtText("book");
  const opening = figure(page, "merges");
  const line = await opening.getByRole("textbox").inputValue();
  const size = 256 + Number((await slider(opening).getAttribute("aria-valuetext"))!.split(" ")[0]);
  expect(await ids(opening)).toEqual(
    encoded(trainTokenizer(book, {kind: "byte-pair", vocabularySize: size}), line)
  );
  const tenth = wordFrequencies(book)[9]!;
  expect(await figure(page, "frequencies").textContent()).toContain(
    `Rank 10 is ‘${tenth.unit}’: ${tenth.count.toLocaleString("en")} times`
  );

  await source.getByLabel("a text of your own").check();
  await source.getByLabel("Your text").fill("der Hahn und der Hund und der Hahn");
  await press(source, "Use this text");
  await source.getByText(/from 34 characters of your text/).waitFor();
  expect(await figure(page, "frequencies").textContent()).toContain("4 different words");
  await press(source, "Back to how it was");
  expect(await opening.getByRole("textbox").inputValue()).not.toContain("Hahn");
  expect(await opening.textContent()).toContain("story grammar");
  expectClean();
  await context.close();
});

it("pads a batch, and says what is wrong with one document", async () => {
  const {page, expectClean, context} = await visit("text.html");
  const padding = figure(page, "padding");
  await padding.getByText(/of padding/).waitFor();
  const padded = await padding.locator("td", {hasText: /^pad$/}).count();
  expect(padded).toBeGreaterThan(0);
  expect(await padding.getByText(/of padding/).textContent()).toContain(`${padded} of padding`);
  await padding.getByLabel("mask").check();
  expect(await padding.locator("td", {hasText: /^1$/}).count()).toBe(padded);
  await padding.getByRole("slider").press("Home");
  expect(await padding.locator("td").count()).toBe(4 * 4);
  await padding.getByRole("textbox").fill("Only one.");
  await padding.getByText(/only one document/).waitFor();
  await press(padding, "Reset");
  expect(await padding.locator("td", {hasText: /^1$/}).count()).toBe(padded);
  expectClean();
  await context.close();
});

it("gives one figure alone to another page", async () => {
  const {page, expectClean, context} = await visit("text.html?figure=merges");
  await page.locator(".embed-credit").waitFor();
  expect(await figure(page, "merges").isVisible()).toBe(true);
  expect(await figure(page, "bytes").isVisible()).toBe(false);
  expectClean();
  await context.close();
});
