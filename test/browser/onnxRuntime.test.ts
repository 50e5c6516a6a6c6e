import {expect, inject, it} from "vitest";
import {enter} from "./rooms.js";
import {sitePath} from "./siteFile.js";
import {useBrowser} from "./visit.js";

const visit = useBrowser();

/** The URL, in the built site, of the one file whose name is like that. */
async function find(pattern: RegExp): Promise<string> {
  return inject("siteUrl") + (await sitePath(pattern));
}

it("keeps the model and ONNX Runtime in the browser, so that a later visit downloads neither", async () => {
  const {page, received, expectClean, context} = await visit();
  for (let visits = 0; visits < 2; visits++) {
    await enter(page, "sample");
    // The model has written something.
    await page.locator(".continuation .token").first().waitFor();
  }
  const large = received.filter(({url}) => /\.(onnx|wasm)$/.test(url)).map(({url}) => url);
  expect(large).toEqual([
    expect.stringMatching(/model\.\w+\.onnx$/),
    expect.stringMatching(/threaded\.wasm$/)
  ]);
  const kept = await page.evaluate(async () => {
    const store = await caches.open("glassformer-files-1");
    return (await store.keys()).map(({url}) => url);
  });
  expect(kept.toSorted()).toEqual(large.toSorted());
  expectClean();
  await context.close();
});

/** In the page, as text: vitest would put an import of its own in the place of this one. */
const decodeOnBoth = `async (urls) => {
  const {openOnnxForward} = await import(urls.onnxModel);
  const fetchAll = async (url) => (await fetch(url)).arrayBuffer();
  const bytes = new Uint8Array(await fetchAll(urls.model));
  const found = {};
  for (const provider of ["wasm", "webgpu"]) {
    const forward = await openOnnxForward(bytes, {provider, binary: (provider) => fetchAll(urls[provider])});
    const reading = forward.decoding();
    const rows = [await reading.read([5, 6, 7, 8])];
    for (const id of [9, 10, 11]) rows.push(await reading.read([id]));
    reading.dispose();
    const {logits, attention} = await forward.trace([5, 6, 7, 8, 9, 10, 11], true);
    rows.push(logits.slice(-rows[0].length), attention);
    found[forward.provider] = rows.flatMap((row) => [...row]);
    await forward.dispose();
  }
  return found;
}`;

it("decodes on WebGPU as in WebAssembly, where a page asks for it", async () => {
  const {page, context, expectClean} = await visit("concepts.html");
  const urls = {
    onnxModel: await find(/^_import\/components\/inference\/onnxModel\.\w+\.js$/),
    model: await find(/^_file\/data\/model\/model\.\w+\.onnx$/),
    wasm: await find(/^_node\/onnxruntime-web.*threaded\.wasm$/),
    webgpu: await find(/^_node\/onnxruntime-web.*threaded\.asyncify\.wasm$/)
  };
  const {wasm, webgpu} = await page.evaluate<{wasm: number[]; webgpu: number[]}>(
    `(${decodeOnBoth})(${JSON.stringify(urls)})`
  );
  expect(webgpu).toHaveLength(wasm.length);
  const scale = Math.max(...wasm.map(Math.abs));
  const largest = Math.max(...wasm.map((score, i) => Math.abs(score - webgpu[i]!)));
  expect(scale).toBeGreaterThan(1);
  expect(largest / scale).toBeLessThan(1e-4);
  expectClean();
  await context.close();
});
