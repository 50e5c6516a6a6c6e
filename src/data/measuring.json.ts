import {measurePage} from "../components/chapters/measuring/measurePage.js";
import {messageOf} from "../components/errorMessage.js";
import {openOnnxModel} from "../components/inference/onnxModel.js";
import {shippedModel} from "./shippedModel.js";
import {siteCorpus} from "./siteCorpus.js";

/**
 * What the chapter “How good is it?” opens with: the shipped model on text that it was not trained on, beside the truth
 * where that is known; n-grams, samples and copies. All of it is measured here and now.
 */
try {
  const started = performance.now();
  const {tokenizer, run, onnx} = await shippedModel();
  const {corpus} = await siteCorpus();
  const model = await openOnnxModel(onnx, {label: "the shipped model", tokenizer});
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
