import {readFile} from "node:fs/promises";
import {join, resolve} from "node:path";
import {measurePage} from "../components/chapters/measuring/measurePage.js";
import {chooseCorpus} from "../components/corpus/chooseCorpus.js";
import {messageOf} from "../components/errorMessage.js";
import {MODEL_FILES} from "../components/exchange/modelFiles.js";
import {readModelFolder} from "../components/exchange/modelFolder.js";
import {openOnnxModel} from "../components/inference/onnxModel.js";
import {parseTokenizerChoice} from "../components/text/tokenizerChoice.js";

/**
 * What the chapter “How good is it?” opens with: the shipped model on text that it was not trained on, beside the truth
 * where that is known; n-grams, samples and copies. All of it is measured here and now.
 */
try {
  const started = performance.now();
  const folder = resolve(process.env.MODEL || "src/data/shipped-model");
  const files: Record<string, Uint8Array> = {};
  for (const name of Object.values(MODEL_FILES)) files[name] = await readFile(join(folder, name));
  const {tokenizer, run} = readModelFolder(files);
  const {corpus} = await chooseCorpus(process.env.CORPUS, 128, {
    tokenizer: parseTokenizerChoice(process.env.TOKENIZER || "character")
  });
  const model = await openOnnxModel(files[MODEL_FILES.onnx]!, {label: "the shipped model", tokenizer});
  const page = await measurePage(model, corpus, {own: run.corpus.sha256 === corpus.meta.sha256});
  model.dispose();
  const {predicted, loss, divergence} = page.report;
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const apart = divergence ? `, ${divergence.divergence.toFixed(4)} from the truth` : "";
  console.error(
    `Measured ${predicted} ${tokenizer.unit}s in ${seconds} s: ${loss.nats.toFixed(4)} nats${apart}`
  );
  process.stdout.write(JSON.stringify(page));
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}
