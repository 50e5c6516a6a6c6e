import type {Page} from "playwright-core";
import {inTurns} from "./rounds.js";
import {openTransformers, serveTransformers} from "./transformersPage.js";

export interface ContestTask {
  /** A model in Hugging Face's layout, which both open. */
  zip: Blob;
  prompt: string;
  steps: number;
  rounds: number;
}

/** Milliseconds that each took for the same tokens, in the order of the rounds. */
export interface ContestTimes {
  ours: number[];
  theirs: number[];
}

/** What a page of the site needs to write as it does. */
export interface OwnWriter {
  modules: {client: string; generate: string; tokenizerFile: string; onnx: string};
  /** The zip's ONNX file. */
  file: string;
}

type Write = (prompt: string, steps: number) => Promise<{ids: number[]; ms: number}>;

/**
 * Lets a page of the site and transformers.js in a page of its own, in the same browser, continue one prompt greedily
 * with the model of one zip, in turns. Throws Error where they do not write the same tokens.
 */
export async function contest(
  own: Page,
  writer: OwnWriter,
  {zip, prompt, steps, rounds}: ContestTask
): Promise<ContestTimes> {
  const page = await own.context().browser()!.newPage();
  const site = await serveTransformers();
  try {
    await site.add("model", zip);
    const {write} = await openTransformers(page, site, "model");
    const writers: {page: Page; write: Write}[] = [
      {page: own, write: await openOwn(own, writer)},
      {
        page,
        write: async (prompt, steps) => {
          const {ids, given, ms} = await write(prompt, steps);
          return {ids: ids.slice(given), ms};
        }
      }
    ];
    const written: number[][] = [[], []];
    const turns = writers.map(({page, write}, i) => async () => {
      await page.bringToFront(); // a hidden page is slowed down
      const {ids, ms} = await write(prompt, steps);
      written[i] = ids;
      return ms;
    });
    for (const turn of turns) await turn(); // to warm up
    const [ours, theirs] = await inTurns(turns, rounds);
    if (written[0]!.length !== steps || String(written[0]) !== String(written[1]))
      throw new Error("transformers.js and this site do not write the same tokens.");
    return {ours: ours!, theirs: theirs!};
  } finally {
    await page.close();
    await site.close();
  }
}

/** The site's own way, in its own page. */
async function openOwn(page: Page, writer: OwnWriter): Promise<Write> {
  await page.evaluate(async ({modules, file}) => {
    const [{openOnnxModelInWorker}, {generate}, {readTokenizer}, {readOnnxHeader}] = (await Promise.all(
      [modules.client, modules.generate, modules.tokenizerFile, modules.onnx].map((url) => import(url))
    )) as [
      typeof import("../../components/inference/client.js"),
      typeof import("../../components/generation/generate.js"),
      typeof import("../../components/text/tokenizerFile.js"),
      typeof import("../../components/exchange/onnx/onnx.js")
    ];
    const bytes = new Uint8Array(await (await fetch(file)).arrayBuffer());
    const tokenizer = readTokenizer(readOnnxHeader(bytes).metadata.tokenizer);
    const model = await openOnnxModelInWorker(bytes, {label: "measured", tokenizer});
    const write: Write = async (prompt, steps) => {
      const given = tokenizer.encode(prompt).ids;
      const start = performance.now();
      const ids: number[] = [];
      const options = {temperature: 0, topK: null, topP: 1};
      for await (const {id} of generate(model, given, {options, seed: 0, steps})) ids.push(id);
      return {ids, ms: performance.now() - start};
    };
    Object.assign(window, {writeOwn: write});
  }, writer);
  return (prompt, steps) =>
    page.evaluate(([prompt, steps]) => (window as unknown as {writeOwn: Write}).writeOwn(prompt, steps), [
      prompt,
      steps
    ] as const);
}
