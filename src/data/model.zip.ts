import {basename} from "node:path";
import {zipSync} from "fflate";
import {messageOf} from "../components/errorMessage.js";
import {shippedModel} from "./shippedModel.js";

/**
 * The trained model that the site ships, packed at build time. Writes a zip with flat names: model.onnx, tokenizer.json,
 * config.json and run.json.
 */
try {
  const {config, run, files} = await shippedModel();
  console.error(
    `Model: ${config.nLayer} layers, width ${config.nEmbd}, trained ${run.steps} steps on ${run.corpus.name}`
  );
  const flat = Object.fromEntries(Object.entries(files).map(([name, bytes]) => [basename(name), bytes]));
  // Weights do not compress; a stored zip unpacks at once.
  process.stdout.write(zipSync(flat, {level: 0}));
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}
